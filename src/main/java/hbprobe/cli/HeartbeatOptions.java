package hbprobe.cli;

import hbprobe.model.DetectionSettings;
import hbprobe.model.Durations;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.HeartbeatSettings.Schedule;
import hbprobe.model.Limits;
import hbprobe.model.Mechanism;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Mechanisms, how they are set, and the faults they are to notice. */
final class HeartbeatOptions {
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
    private static final Duration SHORTEST_CAP = Duration.ofMillis(100);
    private static final Duration LONGEST_CAP = Duration.ofHours(1);

    @Option(
            names = "--mechanism",
            paramLabel = "MECHANISM",
            split = ",",
            converter = MechanismWord.class,
            completionCandidates = MechanismWord.class,
            description = "What watches: app-echo, os-keepalive (nothing written), os-keepalive+write, user-timeout,"
                    + " user-timeout+keepalive, write-only. compare: all by default; detect: app-echo.")
    private @Nullable List<Mechanism> mechanisms;

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "From one echo or heartbeat to the next. Default: 30s.")
    private Duration interval = HeartbeatSettings.defaults().interval();

    @Option(
            names = "--echo-timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "How long an echo's answer may take. Default: 10s.")
    private Duration echoTimeout = HeartbeatSettings.defaults().echoTimeout();

    @Option(
            names = "--misses",
            paramLabel = "N",
            description = "Echoes in a row without an answer that make a drop. Default: 1.")
    private int misses = HeartbeatSettings.defaults().misses();

    @Option(
            names = "--retry-at-once",
            fallbackValue = Cli.ON,
            description = "Repeat a missed echo at once, not an interval after it was due.")
    private boolean retryAtOnce;

    @Option(
            names = "--keepalive",
            paramLabel = "SPEC",
            converter = KeepaliveConverter.class,
            description = "OS keepalive: idle=D,interval=D,count=N. Default: 30s, 10s, 3.")
    private Keepalive keepalive = HeartbeatSettings.defaults().keepalive();

    @Option(
            names = "--user-timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "TCP_USER_TIMEOUT: how long data may stay unacknowledged. Default: 30s.")
    private Duration userTimeout = HeartbeatSettings.defaults().userTimeout();

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            split = ",",
            converter = FaultConverter.class,
            completionCandidates = FaultConverter.Words.class,
            description =
                    "What goes wrong: blackhole, blackhole:D (healed after D), hang, fin, rst, loss:PCT, idle; in a"
                            + " lab also link-down, nat-flush, kill, stop, host-gone. Default: blackhole,hang,fin,rst.")
    private List<Fault> faults =
            List.of(Fault.parse("blackhole"), Fault.parse("hang"), Fault.parse("fin"), Fault.parse("rst"));

    @Option(names = "--trials", paramLabel = "N", description = "Trials of each mechanism and fault. Default: 10.")
    private int trials = 10;

    @Option(
            names = "--cap",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "How long a trial waits; what is not noticed by then is undetected. Default: 90s.")
    private Duration cap = Duration.ofSeconds(90);

    @Option(
            names = "--idle-timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Idle timeout of the path; compare measures it first if it is not given.")
    private @Nullable Duration idleTimeout;

    /**
     * As one value.
     *
     * @param otherwise the mechanisms where none are given
     * @param watched periods of heartbeats that failure detectors want
     * @throws ParameterException when something is out of range
     */
    DetectionSettings settings(CommandLine command, List<Mechanism> otherwise, List<Duration> watched, long seed) {
        Ranges.within(command, "--interval", interval, Limits.RESPONDER_SHORTEST_BEAT, Limits.LONGEST_IDLE);
        Ranges.within(command, "--echo-timeout", echoTimeout, SHORTEST_TIMEOUT, Limits.LONGEST_IDLE);
        Ranges.within(command, "--misses", misses, 1, 100);
        Ranges.within(command, "--user-timeout", userTimeout, SHORTEST_TIMEOUT, Limits.LONGEST_IDLE);
        Ranges.within(command, "--trials", trials, 1, 1_000);
        Ranges.within(command, "--cap", cap, SHORTEST_CAP, LONGEST_CAP);
        if (idleTimeout != null) {
            Ranges.within(command, "--idle-timeout", idleTimeout, Limits.SHORTEST_IDLE, Limits.LONGEST_IDLE);
        }
        return new DetectionSettings(
                (mechanisms == null ? otherwise : mechanisms)
                        .stream().distinct().toList(),
                faults.stream().distinct().toList(),
                heartbeat(),
                trials,
                cap,
                watched.stream().distinct().toList(),
                Optional.ofNullable(idleTimeout),
                seed);
    }

    HeartbeatSettings heartbeat() {
        return new HeartbeatSettings(
                interval,
                echoTimeout,
                misses,
                retryAtOnce ? Schedule.RETRY_AT_ONCE : Schedule.FIXED,
                keepalive,
                userTimeout);
    }

    /** A responder would turn the rest away, and a measurement must not be the outage. */
    static void checkFlows(CommandLine command, int flows) {
        int most = Limits.RESPONDER_FLOWS_PER_ADDRESS;
        if (flows > most) {
            throw new ParameterException(
                    command,
                    flows + " flows at once are more than the " + most + " that a responder holds for one address; take"
                            + " fewer --trials, --mechanism or --fault");
        }
    }

    /** {@code app-echo}. */
    static final class MechanismWord implements ITypeConverter<Mechanism>, Iterable<String> {
        private static List<String> words() {
            return Arrays.stream(Mechanism.values()).map(Mechanism::word).toList();
        }

        @Override
        public Iterator<String> iterator() {
            return words().iterator();
        }

        @Override
        public Mechanism convert(String text) {
            return Arrays.stream(Mechanism.values())
                    .filter(mechanism -> mechanism.word().equals(text.toLowerCase(java.util.Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is no mechanism; there are "
                            + String.join(", ", words()) + Nearest.hint(text, words())));
        }
    }

    /** {@code blackhole:20s}. */
    static final class FaultConverter implements ITypeConverter<Fault> {
        /** For completion scripts. */
        static final class Words implements Iterable<String> {
            @Override
            public Iterator<String> iterator() {
                return Fault.words().iterator();
            }
        }

        @Override
        public Fault convert(String text) {
            try {
                return Fault.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage() + Nearest.hint(text, Fault.words()));
            }
        }
    }

    /** {@code idle=30s,interval=10s,count=3}. */
    static final class KeepaliveConverter implements ITypeConverter<Keepalive> {
        private static final List<String> PARTS = List.of("idle", "interval", "count");

        /** What the kernel takes: MAX_TCP_KEEPIDLE and MAX_TCP_KEEPINTVL, seconds; MAX_TCP_KEEPCNT. */
        private static final int MOST_SECONDS = 32_767;

        private static final int MOST_PROBES = 127;

        @Override
        public Keepalive convert(String text) {
            Map<String, String> parts = KeyValues.parse(text, PARTS);
            Keepalive usual = HeartbeatSettings.defaults().keepalive();
            return new Keepalive(
                    seconds("idle", parts, usual.idle()),
                    seconds("interval", parts, usual.interval()),
                    count(parts, usual.count()));
        }

        private static Duration seconds(String name, Map<String, String> parts, Duration otherwise) {
            String text = parts.get(name);
            if (text == null) {
                return otherwise;
            }
            Duration duration = new DurationConverter().convert(text);
            if (duration.toNanosPart() != 0 || duration.toSeconds() < 1 || duration.toSeconds() > MOST_SECONDS) {
                throw new TypeConversionException(
                        "'" + name + "=" + text + "': a kernel's keepalive counts whole seconds" + ", from 1s to "
                                + Durations.print(Duration.ofSeconds(MOST_SECONDS)));
            }
            return duration;
        }

        private static int count(Map<String, String> parts, int otherwise) {
            String text = parts.get("count");
            if (text == null) {
                return otherwise;
            }
            int count = text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
            if (count < 1 || count > MOST_PROBES) {
                throw new TypeConversionException("'count=" + text + "' is not between 1 and " + MOST_PROBES);
            }
            return count;
        }
    }
}
