package hbprobe.cli;

import hbprobe.model.Durations;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.HeartbeatSettings.Schedule;
import hbprobe.model.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** How heartbeats are sent, and when silence is a drop. */
final class BeatOptions {
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);

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

    /**
     * As one value.
     *
     * @throws ParameterException when something is out of range
     */
    HeartbeatSettings heartbeat(CommandLine command) {
        Ranges.within(command, "--interval", interval, Limits.RESPONDER_SHORTEST_BEAT, Limits.LONGEST_IDLE);
        Ranges.within(command, "--echo-timeout", echoTimeout, SHORTEST_TIMEOUT, Limits.LONGEST_IDLE);
        Ranges.within(command, "--misses", misses, 1, 100);
        Ranges.within(command, "--user-timeout", userTimeout, SHORTEST_TIMEOUT, Limits.LONGEST_IDLE);
        return new HeartbeatSettings(
                interval,
                echoTimeout,
                misses,
                retryAtOnce ? Schedule.RETRY_AT_ONCE : Schedule.FIXED,
                keepalive,
                userTimeout);
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
