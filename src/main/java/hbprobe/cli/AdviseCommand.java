package hbprobe.cli;

import hbprobe.model.AdviceSettings;
import hbprobe.model.AdviceSettings.Basis;
import hbprobe.model.AdviceSettings.Power;
import hbprobe.model.Durations;
import hbprobe.model.Limits;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.Stacks;
import hbprobe.probe.AdviceExperiment;
import hbprobe.report.Report;
import hbprobe.report.SavedFinding;
import hbprobe.report.SavedFindingException;
import hbprobe.runtime.Host;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Which interval and which settings, per stack, follow from a known timeout? */
@Command(
        name = "advise",
        description = "Which heartbeat and which settings, per stack, follow from a known idle timeout? Nothing crosses"
                + " the network.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        showDefaultValues = false,
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the advice was given, be it that no heartbeat helps",
            "2:usage or configuration error, or no heartbeat can do what is asked",
            "3:an output file could not be written",
            "70:a defect in hbprobe"
        },
        footerHeading = OutputOptions.FORMATS + ".%n%nExamples:%n",
        footer = {
            "  hbprobe advise --idle-timeout 350s",
            "  hbprobe advise --idle-timeout 60s --detect-within 15s --stack grpc,nginx",
            "  hbprobe measure hb://server.example -j | hbprobe advise --from - --mobile"
        })
final class AdviseCommand implements Callable<Integer> {
    private static final Duration LONGEST_RTT = Duration.ofMinutes(1);

    private static final Duration LONGEST_WISH = Duration.ofDays(7);

    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--idle-timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Idle timeout of the path.")
    private @Nullable Duration idleTimeout;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Take it from what measure -o json=FILE has written; - for stdin.")
    private @Nullable Path from;

    @Option(
            names = "--rtt",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Round trip time of the path. Default: 0.1s.")
    private Duration rtt = Duration.ofMillis(100);

    @Option(
            names = "--loss",
            paramLabel = "PCT",
            converter = PercentConverter.class,
            description = "Packets lost, one way, each by itself. Default: 0%%.")
    private double loss;

    @Option(
            names = "--detect-within",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Notice a drop no later than this; makes the interval shorter where need be.")
    private @Nullable Duration detectWithin;

    @Option(
            names = {"--mobile", "--battery"},
            fallbackValue = Cli.ON,
            description = "As few heartbeats as the timeout allows, for a device with a radio and a battery.")
    private boolean mobile;

    @Option(
            names = "--stack",
            paramLabel = "STACK",
            split = ",",
            converter = StackWord.class,
            completionCandidates = StackWord.class,
            description = "Whose settings to show; repeatable, or with commas. ${COMPLETION-CANDIDATES}. Default: all.")
    private @Nullable List<String> stacks;

    @Mixin
    private OutputOptions outputOptions = new OutputOptions();

    AdviseCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        List<Output> outputs = outputOptions.checked(command);
        AdviceSettings settings = settings(command);
        AdviceExperiment.obstacle(settings).ifPresent(why -> {
            throw new ParameterException(command, why);
        });
        return outputOptions.finish(host, outputs, Report.of(new AdviceExperiment(settings, host).run()));
    }

    private AdviceSettings settings(CommandLine command) {
        Ranges.atMost(command, "--rtt", rtt, LONGEST_RTT);
        if (loss >= 1) {
            throw new ParameterException(
                    command, String.format(Locale.ROOT, "--loss %.4g%% is not below 100%%", loss * 100));
        }
        if (detectWithin != null) {
            Ranges.atMost(command, "--detect-within", detectWithin, LONGEST_WISH);
        }
        if (idleTimeout != null && from != null) {
            throw new ParameterException(command, "--idle-timeout and --from exclude each other: the file has it");
        }
        if (from != null) {
            return measured(from, command);
        }
        if (idleTimeout == null) {
            throw new ParameterException(
                    command, "which timeout? Give --idle-timeout D, or --from FILE with a finding of measure");
        }
        Ranges.within(command, "--idle-timeout", idleTimeout, Limits.SHORTEST_IDLE, Limits.LONGEST_IDLE);
        return of(idleTimeout, Basis.EXPIRES, Optional.empty());
    }

    private AdviceSettings measured(Path file, CommandLine command) {
        MeasureFinding finding;
        try {
            finding = SavedFinding.measurement(SavedFile.text(file, host, command));
        } catch (SavedFindingException e) {
            throw SavedFile.wrong(file, e, command);
        }
        IdleTimeout timeout = finding.idleTimeout();
        if (finding.outcome() == Outcome.EXPIRES && timeout != null && timeout.aliveS() > 0) {
            return of(ofSeconds(timeout.aliveS()), Basis.EXPIRES, Optional.of(timeout));
        }
        double survivedS = finding.directions().stream()
                .map(DirectionFinding::aliveS)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
        if (finding.outcome() == Outcome.SURVIVES && survivedS > 0) {
            return of(ofSeconds(survivedS), Basis.SURVIVES, Optional.empty());
        }
        throw SavedFile.wrong(
                file,
                "it has no idle timeout to advise on, it is "
                        + finding.outcome().word() + "; measure again, or give --idle-timeout D",
                command);
    }

    private AdviceSettings of(Duration timeout, Basis basis, Optional<IdleTimeout> measured) {
        return new AdviceSettings(
                timeout,
                basis,
                measured.map(IdleTimeout::ending),
                Optional.ofNullable(from).map(Path::toString),
                rtt,
                loss,
                Optional.ofNullable(detectWithin),
                mobile ? Power.BATTERY : Power.MAINS,
                stacks == null
                        ? Stacks.names()
                        : Stacks.names().stream().filter(stacks::contains).toList());
    }

    private static Duration ofSeconds(double seconds) {
        return Durations.parse(BigDecimal.valueOf(seconds).toPlainString());
    }

    /** {@code linux-sysctl}. */
    static final class StackWord implements ITypeConverter<String>, Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stacks.names().iterator();
        }

        @Override
        public String convert(String text) {
            List<String> names = Stacks.names();
            String name = text.toLowerCase(Locale.ROOT);
            if (!names.contains(name)) {
                throw new TypeConversionException("'" + text + "' is no stack; there are " + String.join(", ", names)
                        + Nearest.hint(text, names));
            }
            return name;
        }
    }
}
