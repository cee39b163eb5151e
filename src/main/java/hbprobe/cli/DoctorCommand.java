package hbprobe.cli;

import hbprobe.lab.Lab;
import hbprobe.model.DoctorFinding;
import hbprobe.model.DoctorFinding.Check;
import hbprobe.model.DoctorFinding.Outcome;
import hbprobe.model.DoctorFinding.State;
import hbprobe.model.Durations;
import hbprobe.model.ExitCode;
import hbprobe.model.HostInfo;
import hbprobe.model.Problem;
import hbprobe.net.HostNetwork;
import hbprobe.probe.Checkup;
import hbprobe.report.Report;
import hbprobe.runtime.Build;
import hbprobe.runtime.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Can this host measure what it claims? */
@Command(
        name = "doctor",
        description = "Check whether this host can measure what hbprobe claims: clock, timers, sockets, lab.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the checks were made, whatever they found",
            "2:usage or configuration error",
            "70:a defect in hbprobe"
        },
        footerHeading = OutputOptions.FORMATS + ".%n%nExamples:%n",
        footer = {"  hbprobe doctor", "  hbprobe doctor -j | jq '.checks[] | select(.state == \"limited\")'"})
final class DoctorCommand implements Callable<Integer> {
    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private OutputOptions outputOptions = new OutputOptions();

    DoctorCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        List<Output> outputs = outputOptions.checked(spec.commandLine());
        DoctorFinding finding = examine();
        return outputOptions.finish(host, outputs, Report.of(finding));
    }

    private DoctorFinding examine() {
        Instant startedAt = host.now();
        long startNs = Host.monotonicNs();
        Optional<String> transport = host.variable(TestSwitches.TRANSPORT);
        List<Check> checks = new ArrayList<>();
        Problem error = null;
        try {
            // Side by side: each waits for something else.
            CompletableFuture<List<Check>> lab = CompletableFuture.supplyAsync(DoctorCommand::lab);
            checks.addAll(Checkup.run(transport));
            checks.addAll(lab.join());
        } catch (RuntimeException | Error defect) {
            Throwable cause =
                    defect instanceof CompletionException && defect.getCause() != null ? defect.getCause() : defect;
            Cli.report(host, cause, outputOptions.verbosity());
            error = new Problem("defect", "a defect in hbprobe: " + cause);
        }
        boolean able = error == null && checks.stream().allMatch(check -> check.state() == State.OK);
        return new DoctorFinding(
                DoctorFinding.SCHEMA,
                Build.version(),
                new HostInfo(
                        Host.os(),
                        Host.java(),
                        transport.filter("nio"::equals).orElseGet(HostNetwork::availableTransport),
                        null),
                startedAt.toString(),
                Durations.seconds(Duration.ofNanos(Host.monotonicNs() - startNs)),
                able ? Outcome.ABLE : Outcome.LIMITED,
                checks,
                error,
                error == null ? ExitCode.ANSWERED : ExitCode.DEFECT);
    }

    private static List<Check> lab() {
        List<String> obstacles = Lab.obstacles();
        if (obstacles.isEmpty()) {
            return List.of(Check.ok("lab", "a kernel NAT can be had in namespaces"));
        }
        return obstacles.stream()
                .map(obstacle -> Check.limited(
                        "lab", obstacle, "no lab, and demo uses a relay; measuring is not affected", remedy(obstacle)))
                .toList();
    }

    private static String remedy(String obstacle) {
        int debian = obstacle.indexOf(DEBIAN_PACKAGE);
        if (debian >= 0) {
            String rest = obstacle.substring(debian + DEBIAN_PACKAGE.length());
            return "apt-get install " + rest.replace(")", "");
        }
        return "allow user namespaces to this user, or run as root where the kernel or the container lets root have"
                + " them";
    }

    private static final String DEBIAN_PACKAGE = "(Debian package ";
}
