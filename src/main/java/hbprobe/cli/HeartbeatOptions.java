package hbprobe.cli;

import hbprobe.model.DetectionSettings;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.Limits;
import hbprobe.model.Mechanism;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Mechanisms, how they are set, and the faults they are to notice. */
final class HeartbeatOptions {
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

    @Mixin
    private BeatOptions beatOptions = new BeatOptions();

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
        Ranges.within(command, "--trials", trials, 1, 1_000);
        Ranges.within(command, "--cap", cap, SHORTEST_CAP, LONGEST_CAP);
        if (idleTimeout != null) {
            Ranges.within(command, "--idle-timeout", idleTimeout, Limits.SHORTEST_IDLE, Limits.LONGEST_IDLE);
        }
        return new DetectionSettings(
                (mechanisms == null ? otherwise : mechanisms)
                        .stream().distinct().toList(),
                faults.stream().distinct().toList(),
                beatOptions.heartbeat(command),
                trials,
                cap,
                watched.stream().distinct().toList(),
                Optional.ofNullable(idleTimeout),
                seed);
    }

    HeartbeatSettings heartbeat(CommandLine command) {
        return beatOptions.heartbeat(command);
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
}
