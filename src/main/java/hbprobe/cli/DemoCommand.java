package hbprobe.cli;

import hbprobe.lab.ForgetfulRelay;
import hbprobe.lab.Lab;
import hbprobe.lab.LabException;
import hbprobe.lab.LabSettings;
import hbprobe.lab.Node;
import hbprobe.model.Durations;
import hbprobe.model.ExitCode;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.net.Addresses;
import hbprobe.net.HostNetwork;
import hbprobe.report.Format;
import hbprobe.report.Json;
import hbprobe.report.Report;
import hbprobe.responder.Responder;
import hbprobe.responder.ResponderSettings;
import hbprobe.runtime.Host;
import hbprobe.runtime.Self;
import hbprobe.runtime.Signals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main job on a middlebox whose timeout is known: the finding beside the truth. */
@Command(
        name = "demo",
        description = "Measure a real NAT on this machine, without root, and show the finding beside the truth.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the bracket holds the truth",
            "2:usage or configuration error",
            "3:could not measure",
            "4:the bracket does not hold the truth",
            "70:a defect in hbprobe",
            "130, 143:interrupted, terminated"
        },
        footerHeading = "%nExamples:%n",
        footer = {"  hbprobe demo", "  hbprobe demo --idle-timeout 20s"})
final class DemoCommand implements Callable<Integer> {
    /** Far enough above the timeout for the ladder to show that it stops by itself. */
    private static final int MAX_FACTOR = 8;

    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--idle-timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Idle timeout of the middlebox, whole seconds. Default: 8s.")
    private Duration idleTimeout = LabSettings.defaults().idleTimeout();

    @Option(
            names = "--relay",
            fallbackValue = Cli.ON,
            description = "Use a relay in this process even where a kernel NAT can be had.")
    private boolean relay;

    private volatile @Nullable Process client;

    @Mixin
    private OutputOptions outputOptions = new OutputOptions();

    DemoCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandLine command = spec.commandLine();
        LabSettings settings = settings(command);
        List<Output> outputs = outputOptions.checked(command, Set.of(Format.TEXT, Format.JSON));
        // Ctrl-C reaches the client by itself, a kill of this process does not; either way it reports what it knows.
        Signals.listen(stop -> {
            Process running = client;
            if (stop == Signals.Stop.TERMINATE && running != null) {
                running.destroy();
            }
        });
        Optional<String> noLab = relay ? Optional.of("--relay was given") : Lab.unavailableBecause();
        try {
            MeasureFinding finding = noLab.isPresent() ? overRelay(noLab.get()) : overLab(settings);
            outputOptions.write(host, outputs, Report.of(finding));
            return compare(finding);
        } catch (LabException | IOException e) {
            host.err().println("hbprobe demo: " + e.getMessage());
            return ExitCode.UNREACHABLE;
        }
    }

    private LabSettings settings(CommandLine command) {
        try {
            return LabSettings.defaults().withIdleTimeout(idleTimeout);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()));
        }
    }

    private List<String> measure(String target) {
        return List.of(
                "measure",
                target,
                "--max",
                Durations.print(idleTimeout.multipliedBy(MAX_FACTOR)),
                "--output",
                "json",
                "--progress",
                outputOptions.quiet ? "never" : "auto");
    }

    @SuppressWarnings("try") // the server is there as long as it is open
    private MeasureFinding overLab(LabSettings settings) throws IOException, InterruptedException {
        try (Lab lab = Lab.start(settings);
                LabServer server = LabServer.start(lab)) {
            tell("A kernel NAT in network namespaces forgets idle flows after " + Durations.print(idleTimeout)
                    + ". Measuring through it …");
            return finding(lab.on(Node.CLIENT, Self.command(measure("hb://server"))));
        }
    }

    private MeasureFinding overRelay(String reason) throws IOException, InterruptedException {
        tell("No kernel NAT: " + reason + ". A relay in this process plays it instead.");
        try (HostNetwork network = HostNetwork.open(Optional.empty(), HostNetwork.Local.ANY)) {
            Responder responder = Responder.start(ResponderSettings.onPort(0), network, event -> {}, host.wall());
            try (ForgetfulRelay middle = ForgetfulRelay.to(responder.loopback(), idleTimeout)) {
                tell("It forgets idle flows after " + Durations.print(idleTimeout) + ". Measuring through it …");
                String target = "hb://" + Addresses.print(middle.address());
                return finding(new ProcessBuilder(Self.command(measure(target))));
            }
        }
    }

    private MeasureFinding finding(ProcessBuilder builder) throws IOException, InterruptedException {
        builder.environment().keySet().removeIf(name -> name.startsWith("HBPROBE_"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        client = process;
        String document = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        if (document.isEmpty()) {
            throw new IOException("the measurement ended with exit code " + exitCode + " and no finding");
        }
        return Json.read(document, MeasureFinding.class);
    }

    private void tell(String text) {
        if (!outputOptions.quiet) {
            host.err().println(text);
            host.err().flush();
        }
    }

    private int compare(MeasureFinding finding) {
        IdleTimeout found = finding.idleTimeout();
        if (found == null || finding.exitCode() != ExitCode.ANSWERED) {
            return finding.exitCode() == ExitCode.ANSWERED ? ExitCode.INCONCLUSIVE : finding.exitCode();
        }
        double truthS = Durations.seconds(idleTimeout);
        boolean holds = found.aliveS() <= truthS && truthS <= found.deadS();
        host.out()
                .println("The truth is " + Durations.print(idleTimeout) + ": the finding "
                        + (holds ? "holds it." : "does NOT hold it; please report that."));
        return holds ? ExitCode.ANSWERED : ExitCode.INCONCLUSIVE;
    }
}
