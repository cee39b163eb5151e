package hbprobe.cli;

import hbprobe.model.ExitCode;
import hbprobe.model.NatFinding;
import hbprobe.model.NatSettings;
import hbprobe.model.TargetSpec;
import hbprobe.net.TlsSettings;
import hbprobe.probe.Destination;
import hbprobe.probe.NatExperiment;
import hbprobe.probe.NatRequest;
import hbprobe.report.PlanText;
import hbprobe.report.Report;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** How does my NAT map and filter? */
@Command(
        name = "nat",
        description = "Find how the NAT maps and filters UDP (RFC 5780), and what that means for peers.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        showDefaultValues = false,
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:mapping and filtering were told",
            "2:usage or configuration error",
            "3:could not ask: unresolved, no answer, port unreachable",
            "4:inconclusive: the server has one address only, answers contradict, deadline first",
            "70:a defect in hbprobe",
            "130, 143:interrupted, terminated; what was known is printed first"
        },
        footerHeading = OutputOptions.FORMATS + ".%n%nExamples:%n",
        footer = {
            "  hbprobe nat stun.example.org",
            "  hbprobe nat stun:192.0.2.7:3478 -o json",
            "  hbprobe lab run --nat-ports random -- nat server"
        })
final class NatCommand implements Callable<Integer> {
    private static final Duration SHORTEST_REPLY = Duration.ofMillis(10);
    private static final Duration LONGEST_REPLY = Duration.ofMinutes(10);

    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "SERVER",
            description = "STUN server: host, host:port or stun:host[:port]; default port 3478. Mapping and filtering"
                    + " need one with two addresses. Default: that of --server.")
    private @Nullable String argument;

    @Option(
            names = "--server",
            paramLabel = "SERVER",
            description = "The same, for the environment or the configuration file; there is no built-in one.")
    private @Nullable String server;

    @Option(
            names = {"-W", "--reply-timeout"},
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "How long a request is sent again before it counts as unanswered. Default: 10s. RFC 8489"
                    + " would wait for 39.5s.")
    private Duration replyTimeout = NatSettings.defaults().replyTimeout();

    @Option(
            names = {"-w", "--deadline"},
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Bound on the whole command; the partial finding is printed.")
    private @Nullable Duration deadline;

    @Option(names = "--plan", fallbackValue = Cli.ON, description = "Say what would be done, and stop.")
    private boolean plan;

    @Mixin
    private NetworkOptions networkOptions = new NetworkOptions();

    @Mixin
    private OutputOptions outputOptions = new OutputOptions();

    NatCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        TargetSpec target = target(command);
        Ranges.atLeast(command, "--reply-timeout", replyTimeout, SHORTEST_REPLY);
        Ranges.atMost(command, "--reply-timeout", replyTimeout, LONGEST_REPLY);
        List<Output> outputs = outputOptions.checked(command);
        NatRequest request = new NatRequest(
                NatSettings.defaults().withReplyTimeout(replyTimeout),
                new Destination(
                        target,
                        networkOptions.family(command),
                        networkOptions.bind(),
                        networkOptions.device(),
                        Optional.empty(),
                        TlsSettings.DEFAULT,
                        Optional.empty(),
                        Optional.ofNullable(deadline),
                        host.variable(TestSwitches.TRANSPORT)));
        if (plan) {
            host.out().print(PlanText.of(target.uri(), NatExperiment.plan(request)));
            return ExitCode.ANSWERED;
        }
        NatExperiment experiment = new NatExperiment(request, host, outputOptions.trace(host));
        Signals.listen(experiment::stop);
        NatFinding finding = experiment.run(defect -> Cli.report(host, defect, outputOptions.verbosity()));
        return outputOptions.finish(host, outputs, Report.of(finding));
    }

    private TargetSpec target(CommandLine command) {
        String text = argument == null ? server : argument;
        if (text == null || text.isBlank()) {
            throw new ParameterException(
                    command,
                    "a STUN server is needed: hbprobe nat HOST, or --server in the configuration file; hbprobe asks"
                            + " no stranger unasked. 'hbprobe respond --stun' is one");
        }
        try {
            return StunServer.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()));
        }
    }
}
