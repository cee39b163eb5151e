package hbprobe.cli;

import hbprobe.model.CheckSettings;
import hbprobe.model.Direction;
import hbprobe.model.Durations;
import hbprobe.model.Expected;
import hbprobe.model.Limits;
import hbprobe.model.MeasureSettings;
import hbprobe.model.Mechanism;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What is expected of a path, and how that is tried: options of {@code check} and keys of its file. */
final class ExpectationOptions {
    /** A few: a single flow may be hit by chance. */
    private static final int FLOWS = 3;

    @Option(
            names = "--idle-at-least",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "A flow that was idle for D still works, whoever speaks first.")
    private @Nullable Duration idleAtLeast;

    @Option(
            names = "--idle-at-most",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "A flow that was idle for D is dead, whoever speaks first: a firewall's policy.")
    private @Nullable Duration idleAtMost;

    @Option(
            names = "--ending",
            paramLabel = "HOW",
            converter = HowWord.class,
            completionCandidates = HowWord.class,
            description = "How the flows of --idle-at-most end: ${COMPLETION-CANDIDATES}.")
    private Expected.@Nullable How ending;

    @Option(
            names = "--detect-within",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "--mechanism, set as below, notices a black hole within D, in every trial.")
    private @Nullable Duration detectWithin;

    @Option(
            names = "--rtt-p99-below",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "99 %% of echoes are answered in less than D.")
    private @Nullable Duration rttP99Below;

    @Option(
            names = "--keepalive-holds",
            fallbackValue = Cli.ON,
            description =
                    "OS keepalive, set by --keepalive, keeps a flow open for three times --idle-timeout. Where the"
                            + " far end can't be told to speak, flows without it have to die meanwhile.")
    private boolean keepaliveHolds;

    @Option(
            names = "--no-reset-under-load",
            fallbackValue = Cli.ON,
            description =
                    "64 flows, fewer where the target takes fewer, that are kept busy for 10 s are neither reset nor"
                            + " closed.")
    private boolean noResetUnderLoad;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "The idle timeout is no shorter than in this finding of measure, and ends as it did.")
    private @Nullable Path baseline;

    @Option(
            names = "--direction",
            paramLabel = "WHO",
            converter = DirectionsConverter.class,
            completionCandidates = DirectionsConverter.Words.class,
            description = "Who speaks first after a silence: client-first, server-first, both. Default: both.")
    private List<Direction> direction = MeasureSettings.defaults().directions();

    @Option(names = "--repeat", paramLabel = "N", description = "Idle flows of each direction. Default: 3.")
    private int repeat = FLOWS;

    @Option(
            names = {"-W", "--reply-timeout"},
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "How long a probe waits for its answer. Default: adapts, 1s at least.")
    private @Nullable Duration replyTimeout;

    @Option(
            names = "--mechanism",
            paramLabel = "MECHANISM",
            converter = HeartbeatOptions.MechanismWord.class,
            completionCandidates = HeartbeatOptions.MechanismWord.class,
            description = "What has to notice the drop: ${COMPLETION-CANDIDATES}. Default: app-echo.")
    private Mechanism mechanism = Mechanism.APP_ECHO;

    @Mixin
    private BeatOptions beatOptions = new BeatOptions();

    @Option(names = "--trials", paramLabel = "N", description = "Trials of --detect-within. Default: 10.")
    private int trials = 10;

    @Option(
            names = "--idle-timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "The path's, for --keepalive-holds. Default: that of --idle-at-most, else of --idle-at-least,"
                    + " else the keepalive's own period.")
    private @Nullable Duration idleTimeout;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "Try again what does not hold, N times. Default: 0, since a path that holds now and then does"
                    + " not hold.")
    private int retries;

    /**
     * As one value.
     *
     * @param older reads the finding of {@code --baseline}
     * @throws ParameterException when nothing is expected or something is out of range
     */
    CheckSettings settings(CommandLine command, Function<Path, Expected.NoWorseThan> older) {
        idle(command, "--idle-at-least", idleAtLeast);
        idle(command, "--idle-at-most", idleAtMost);
        idle(command, "--idle-timeout", idleTimeout);
        if (idleAtLeast != null && idleAtMost != null && idleAtLeast.compareTo(idleAtMost) >= 0) {
            throw new ParameterException(
                    command,
                    "--idle-at-least " + Durations.print(idleAtLeast) + " is not below --idle-at-most "
                            + Durations.print(idleAtMost) + ": no path holds both");
        }
        if (ending != null && idleAtMost == null) {
            throw new ParameterException(
                    command, "--ending needs flows that have ended; say when they have with --idle-at-most D");
        }
        Ranges.within(command, "--repeat", repeat, 1, 100);
        Ranges.within(command, "--trials", trials, 1, 1_000);
        Ranges.within(command, "--retries", retries, 0, 10);
        if (detectWithin != null) {
            Ranges.within(command, "--detect-within", detectWithin, Duration.ofMillis(10), Duration.ofHours(1));
        }
        if (rttP99Below != null) {
            Ranges.within(command, "--rtt-p99-below", rttP99Below, Duration.ofNanos(1), Duration.ofSeconds(3));
        }
        if (replyTimeout != null) {
            Ranges.within(command, "--reply-timeout", replyTimeout, Duration.ofMillis(10), Duration.ofMinutes(10));
        }
        List<Expected> expected = expected(older);
        if (expected.isEmpty()) {
            throw new ParameterException(
                    command,
                    "nothing is expected; give --idle-at-least, --idle-at-most, --detect-within, --rtt-p99-below,"
                            + " --keepalive-holds, --no-reset-under-load or --baseline");
        }
        return new CheckSettings(
                expected,
                direction,
                repeat,
                Optional.ofNullable(replyTimeout),
                mechanism,
                beatOptions.heartbeat(command),
                trials,
                knownIdleTimeout(),
                retries);
    }

    private static void idle(CommandLine command, String option, @Nullable Duration value) {
        if (value != null) {
            Ranges.within(command, option, value, Limits.SHORTEST_IDLE, Limits.LONGEST_IDLE);
        }
    }

    /** As far as the path's is known from here; what it outlives at least counts, too. */
    private Optional<Duration> knownIdleTimeout() {
        return Optional.ofNullable(idleTimeout)
                .or(() -> Optional.ofNullable(idleAtMost))
                .or(() -> Optional.ofNullable(idleAtLeast));
    }

    /** In the order of {@code --help}. */
    private List<Expected> expected(Function<Path, Expected.NoWorseThan> older) {
        List<Expected> all = new ArrayList<>();
        add(all, idleAtLeast, Expected.IdleAtLeast::new);
        add(all, idleAtMost, Expected.IdleAtMost::new);
        add(all, ending, Expected.EndsBy::new);
        add(all, detectWithin, Expected.DetectWithin::new);
        add(all, rttP99Below, Expected.RttP99Below::new);
        add(all, keepaliveHolds ? keepaliveHolds : null, yes -> new Expected.KeepaliveHolds());
        add(all, noResetUnderLoad ? noResetUnderLoad : null, yes -> new Expected.NoResetUnderLoad());
        add(all, baseline, older::apply);
        return all;
    }

    private static <T> void add(List<Expected> all, @Nullable T given, Function<T, Expected> expecting) {
        if (given != null) {
            all.add(expecting.apply(given));
        }
    }

    /** {@code silent}. */
    static final class HowWord extends WordOf<Expected.How> {
        HowWord() {
            super(Expected.How.class);
        }
    }
}
