package hbprobe.cli;

import hbprobe.model.DetectorKind;
import hbprobe.model.DetectorSettings;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.Limits;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Failure detectors that judge heartbeats, and what they are told. */
final class DetectorOptions {
    /** No detector at all. */
    private static final String NONE = "none";

    @Option(
            names = "--detector",
            paramLabel = "DETECTOR",
            split = ",",
            converter = DetectorWord.class,
            completionCandidates = DetectorWord.class,
            description = "Failure detectors that judge the same heartbeats: fixed, sweep, chen, bertier, phi; or none."
                    + " Default: all.")
    private @Nullable List<Optional<DetectorKind>> detectors;

    @Option(
            names = "--sweep",
            paramLabel = "SPEC",
            converter = SweepConverter.class,
            description = "Mark and sweep: beat=D,every=D. Default: 40s, 45s.")
    private Sweep sweep = Sweep.CLASSIC;

    @Option(names = "--phi", paramLabel = "N", description = "Threshold of phi. Default: 8.")
    private double phi = 8;

    /**
     * Mark and sweep.
     *
     * @param beat how often a client marks itself
     * @param every how often the server sweeps
     */
    record Sweep(Duration beat, Duration every) {
        /** The classic presence server's. */
        static final Sweep CLASSIC = new Sweep(Duration.ofSeconds(40), Duration.ofSeconds(45));
    }

    List<DetectorKind> kinds() {
        return detectors == null
                ? List.of(DetectorKind.values())
                : detectors.stream().flatMap(Optional::stream).distinct().toList();
    }

    /** @throws ParameterException when something is out of range */
    DetectorSettings settings(CommandLine command, HeartbeatSettings heartbeat) {
        Ranges.within(command, "--sweep beat", sweep.beat, Limits.RESPONDER_SHORTEST_BEAT, Limits.LONGEST_IDLE);
        Ranges.within(command, "--sweep every", sweep.every, Limits.RESPONDER_SHORTEST_BEAT, Limits.LONGEST_IDLE);
        try {
            return new DetectorSettings(
                    heartbeat.interval(),
                    heartbeat.interval().multipliedBy(heartbeat.misses()).plus(heartbeat.echoTimeout()),
                    sweep.beat,
                    sweep.every,
                    phi);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, "--phi: " + e.getMessage());
        }
    }

    /** The intervals of heartbeats that they want. */
    List<Duration> watched(DetectorSettings settings) {
        return kinds().stream().map(settings::heartbeat).distinct().toList();
    }

    /** {@code sweep}, or {@code none}. */
    static final class DetectorWord implements ITypeConverter<Optional<DetectorKind>>, Iterable<String> {
        private static List<String> words() {
            return Stream.concat(Arrays.stream(DetectorKind.values()).map(DetectorKind::word), Stream.of(NONE))
                    .toList();
        }

        @Override
        public Iterator<String> iterator() {
            return words().iterator();
        }

        @Override
        public Optional<DetectorKind> convert(String text) {
            String word = text.toLowerCase(Locale.ROOT);
            if (!words().contains(word)) {
                throw new TypeConversionException("'" + text + "' is no detector; there are "
                        + String.join(", ", words()) + Nearest.hint(text, words()));
            }
            return Arrays.stream(DetectorKind.values())
                    .filter(kind -> kind.word().equals(word))
                    .findFirst();
        }
    }

    /** {@code beat=40s,every=45s}. */
    static final class SweepConverter implements ITypeConverter<Sweep> {
        @Override
        public Sweep convert(String text) {
            Map<String, String> parts = KeyValues.parse(text, List.of("beat", "every"));
            return new Sweep(
                    duration(parts.get("beat"), Sweep.CLASSIC.beat), duration(parts.get("every"), Sweep.CLASSIC.every));
        }

        private static Duration duration(@Nullable String text, Duration otherwise) {
            return text == null ? otherwise : new DurationConverter().convert(text);
        }
    }
}
