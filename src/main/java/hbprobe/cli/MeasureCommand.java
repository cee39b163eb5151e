package hbprobe.cli;

import hbprobe.model.Direction;
import hbprobe.model.Durations;
import hbprobe.model.ExitCode;
import hbprobe.model.Limits;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureSettings;
import hbprobe.probe.Destination;
import hbprobe.probe.MeasureExperiment;
import hbprobe.probe.MeasureRequest;
import hbprobe.report.PlanText;
import hbprobe.report.Report;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals;
import hbprobe.tui.Snapshot;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
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

/** After how long idle does this path drop my connection, in which direction, and how does it end? */
@Command(
        name = "measure",
        description = "Find after how long idle a path drops a connection, in which direction, and how it ends.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        showDefaultValues = false,
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:a timeout was found, or none in the range",
            "2:usage or configuration error",
            "3:could not measure: unresolved, refused, no route, token demanded",
            "4:inconclusive: path down, samples disagree, deadline first",
            "70:a defect in hbprobe",
            "130, 143:interrupted, terminated; what was known is printed first"
        },
        footerHeading = OutputOptions.FORMATS + ".%n%nExamples:%n",
        footer = {
            "  hbprobe measure hb://server.example --max 10m",
            "  hbprobe measure hb://192.0.2.7:7400 -o text -o json=run.json",
            "  hbprobe measure hb://[2001:db8::7] --strategy bisect --direction server-first"
        })
final class MeasureCommand implements Callable<Integer> {
    private static final double FINEST_RESOLUTION = 0.001;
    private static final double COARSEST_RESOLUTION = 1;
    private static final int FEWEST_FLOWS = 4;

    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "TARGET", description = TargetOptions.TARGET)
    private String target = "";

    @Option(
            names = "--min",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Shortest idle period. Default: 1s.")
    private Duration min = MeasureSettings.defaults().min();

    @Option(
            names = "--max",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Longest idle period. Default: 15m.")
    private Duration max = MeasureSettings.defaults().max();

    @Option(
            names = {"-i", "--intervals"},
            paramLabel = "D",
            split = ",",
            converter = DurationConverter.class,
            description = "Exactly these idle periods instead of a range: 30s,60s,5m.")
    private List<Duration> intervals = List.of();

    @Option(
            names = "--resolution",
            paramLabel = "PCT",
            converter = PercentConverter.class,
            description = "Width wanted of the bracket, as a share of the timeout; never finer than 0.25 s."
                    + " Default: 2.5%%.")
    private double resolution = MeasureSettings.defaults().resolution();

    @Option(
            names = "--max-flows",
            paramLabel = "N",
            description = "Most flows open at once, both directions together. Default: 512; tcp:// and whatever is no"
                    + " responder: 64.")
    private @Nullable Integer maxFlows;

    @Option(
            names = "--open-rate",
            paramLabel = "N",
            description = "Flows opened a second; N or N/s. Default: 100/s.",
            converter = RateConverter.class)
    private double openRate = MeasureSettings.defaults().openRate();

    @Option(
            names = "--direction",
            paramLabel = "WHO",
            converter = DirectionsConverter.class,
            completionCandidates = DirectionsConverter.Words.class,
            description = "Who speaks first after the silence: client-first, server-first, both. Default: both.")
    private List<Direction> direction = MeasureSettings.defaults().directions();

    @Option(
            names = "--confirm",
            paramLabel = "N",
            description = "Further dead rungs above the first before the search ends. Default: 2.")
    private int confirm = MeasureSettings.defaults().confirm();

    @Option(names = "--repeat", paramLabel = "N", description = "Flows per rung and direction. Default: 1.")
    private int repeat = MeasureSettings.defaults().repeat();

    @Option(
            names = "--refine",
            fallbackValue = Cli.ON,
            description = "A second pass inside a bracket that is wider than asked. Default: on for tcp://.")
    private @Nullable Boolean refine;

    @Option(
            names = "--strategy",
            paramLabel = "HOW",
            converter = StrategyWord.class,
            completionCandidates = StrategyWord.class,
            description = "${COMPLETION-CANDIDATES}: all rungs at once, or one flow at a time. Default: ladder.")
    private MeasureSettings.Strategy strategy = MeasureSettings.defaults().strategy();

    @Option(
            names = {"-W", "--reply-timeout"},
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "How long a probe waits for its answer. Default: adapts to what living flows needed, 1s at"
                    + " least.")
    private @Nullable Duration replyTimeout;

    @Mixin
    private TargetOptions targetOptions = new TargetOptions();

    @Mixin
    private OutputOptions outputOptions = new OutputOptions();

    MeasureCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        Destination destination = targetOptions.destination(target, host, command);
        MeasureSettings settings = settings(command);
        List<Output> outputs = outputOptions.checked(command);
        MeasureRequest request = new MeasureRequest(
                settings,
                maxFlows == null ? OptionalInt.empty() : OptionalInt.of(maxFlows),
                Optional.ofNullable(refine),
                destination,
                targetOptions.seed());
        MeasureExperiment.unfit(request).ifPresent(why -> {
            throw new ParameterException(command, why);
        });
        if (targetOptions.isPlan()) {
            host.out().print(PlanText.of(destination.target().uri(), MeasureExperiment.plan(request)));
            return ExitCode.ANSWERED;
        }
        MeasureFinding finding = run(request);
        return outputOptions.finish(host, outputs, Report.of(finding));
    }

    private MeasureFinding run(MeasureRequest request) {
        MeasureExperiment experiment = new MeasureExperiment(request, host, outputOptions.trace(host));
        Signals.listen(experiment::stop);
        return outputOptions.watched(
                host,
                () -> experiment.progress().map(Snapshot::of),
                () -> experiment.run(defect -> Cli.report(host, defect, outputOptions.verbosity())));
    }

    // ---- words to settings
    // -------------------------------------------------------------------------------------------

    private MeasureSettings settings(CommandLine command) {
        Ranges.atLeast(command, "--min", min, Limits.SHORTEST_IDLE);
        Ranges.atMost(command, "--max", max, Limits.LONGEST_IDLE);
        if (min.compareTo(max) > 0) {
            throw new ParameterException(
                    command, "--min " + Durations.print(min) + " is above --max " + Durations.print(max));
        }
        intervals.forEach(interval -> Ranges.atLeast(command, "--intervals", interval, Limits.SHORTEST_IDLE));
        intervals.forEach(interval -> Ranges.atMost(command, "--intervals", interval, Limits.LONGEST_IDLE));
        if (!intervals.isEmpty() && strategy == MeasureSettings.Strategy.BISECT) {
            throw new ParameterException(command, "--intervals goes with a ladder; a bisection chooses its own");
        }
        if (resolution < FINEST_RESOLUTION || resolution > COARSEST_RESOLUTION) {
            throw new ParameterException(
                    command,
                    "--resolution "
                            + BigDecimal.valueOf(100 * resolution)
                                    .stripTrailingZeros()
                                    .toPlainString() + "% is not between 0.1% and 100%");
        }
        int flows = maxFlows == null ? MeasureSettings.defaults().maxFlows() : maxFlows;
        Ranges.within(command, "--max-flows", flows, 1, Limits.MAX_FLOWS);
        if (flows < FEWEST_FLOWS && strategy == MeasureSettings.Strategy.LADDER) {
            throw new ParameterException(
                    command,
                    "--max-flows " + flows + ": a ladder needs " + FEWEST_FLOWS + "; or take --strategy bisect");
        }
        if (openRate <= 0 || openRate > Limits.MAX_OPEN_RATE) {
            throw new ParameterException(
                    command,
                    String.format(
                            Locale.ROOT,
                            "--open-rate %.6g is not above 0 and up to %.0f",
                            openRate,
                            Limits.MAX_OPEN_RATE));
        }
        Ranges.within(command, "--confirm", confirm, 0, 100);
        Ranges.within(command, "--repeat", repeat, 1, 100);
        if (replyTimeout != null) {
            Ranges.atLeast(command, "--reply-timeout", replyTimeout, Duration.ofMillis(10));
            Ranges.atMost(command, "--reply-timeout", replyTimeout, Duration.ofMinutes(10));
        }
        return new MeasureSettings(
                min,
                max,
                intervals,
                resolution,
                direction.stream().distinct().toList(),
                flows,
                openRate,
                confirm,
                repeat,
                MeasureSettings.defaults().refine(),
                Optional.ofNullable(replyTimeout),
                strategy);
    }

    static final class StrategyWord extends WordOf<MeasureSettings.Strategy> {
        StrategyWord() {
            super(MeasureSettings.Strategy.class);
        }
    }

    /** {@code 100} or {@code 100/s}. */
    static final class RateConverter implements CommandLine.ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            String number = text.endsWith("/s") ? text.substring(0, text.length() - 2) : text;
            if (!number.matches("\\d{1,9}(\\.\\d{1,9})?")) {
                throw new CommandLine.TypeConversionException("'" + text + "' is not a rate like 100/s");
            }
            return Double.parseDouble(number);
        }
    }
}
