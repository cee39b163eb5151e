package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.DetectorKind;
import hbprobe.model.DetectorSettings;
import hbprobe.model.HeartbeatTrace;
import hbprobe.model.HeartbeatTrace.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** To the nanosecond: when trust ends, and what is in time. */
class DetectorBoundaryTest {
    static final DetectorSettings SETTINGS = new DetectorSettings(
            Duration.ofSeconds(30), Duration.ofSeconds(40), Duration.ofSeconds(40), Duration.ofSeconds(45), 8);

    private static final int BEATS = 7;

    /** A clock may stand anywhere, even where it is about to overflow. */
    private static final List<Long> STARTS_NS = List.of(0L, -World.ns(100), Long.MAX_VALUE - World.ns(100));

    static Stream<Arguments> kindsAndStarts() {
        return Stream.of(DetectorKind.values())
                .flatMap(kind -> STARTS_NS.stream().map(at -> Arguments.of(kind, at)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndStarts")
    void aHeartbeatIsInTimeUpToTheLastNanosecond(DetectorKind kind, long startNs) {
        long deadlineNs = afterBeats(kind, startNs).suspectsFromNs();

        assertThat(mistakes(kind, startNs, deadlineNs - 1)).isZero();
        assertThat(mistakes(kind, startNs, deadlineNs)).isZero();
        assertThat(mistakes(kind, startNs, deadlineNs + 1)).isOne();
    }

    @ParameterizedTest
    @MethodSource("kindsAndStarts")
    void trustLastsToTheSameMomentWhereverTheClockStands(DetectorKind kind, long startNs) {
        assertThat(afterBeats(kind, startNs).suspectsFromNs() - startNs)
                .isEqualTo(afterBeats(kind, 0).suspectsFromNs());
    }

    /** Seven regular heartbeats, the last at 210 s. */
    @ParameterizedTest
    @CsvSource({
        "FIXED, 250",
        // Sweeps at 22.5 s, 67.5 s, …: the one at 247.5 s takes the mark.
        "SWEEP, 292.5",
        "CHEN, 250",
        // The margin of 10 s has shrunk by a tenth six times.
        "BERTIER, 245.31441",
    })
    void trustEnds(DetectorKind kind, double expectedS) {
        assertThat(afterBeats(kind, 0).suspectsFromNs()).isEqualTo(World.ns(expectedS));
    }

    /** Of eight intervals six were regular, and two were thought to be a quarter off. */
    @Test
    void phiTrustsFiveAndAHalfDeviations() {
        double sdS = 30 * 0.25 * Math.sqrt(2.0 / 8);
        assertThat(afterBeats(DetectorKind.PHI, 0).suspectsFromNs())
                .isEqualTo(World.ns(210 + 30 + 5.6120012441748 * sdS));
    }

    @ParameterizedTest
    @CsvSource({"FIXED, 40", "SWEEP, 67.5", "CHEN, 40", "BERTIER, 40", "PHI, 72.09000933131"})
    void untilTheFirstHeartbeatItIsAsIfOneHadComeAtTheStart(DetectorKind kind, double expectedS) {
        Detector detector = Detectors.design(kind, SETTINGS).watch().from(World.ns(1), 0.5);
        assertThat(detector.suspectsFromNs()).isEqualTo(World.ns(1 + expectedS));
    }

    @ParameterizedTest
    @CsvSource({"-1, 45", "0, 45", "1, 90"})
    void aMarkSetAtTheMomentOfASweepIsTakenByIt(long aroundNs, double goodForS) {
        long sweepNs = World.ns(22.5);
        Detector sweep = new Sweep(World.ns(45), 0, sweepNs);
        sweep.onHeartbeat(1, sweepNs + aroundNs);
        assertThat(sweep.suspectsFromNs()).isEqualTo(sweepNs + World.ns(goodForS));
    }

    @ParameterizedTest
    @CsvSource({"CHEN", "BERTIER", "PHI"})
    void aHeartbeatThatWasOvertakenIsNoNews(DetectorKind kind) {
        Detector detector = afterBeats(kind, 0);
        long deadlineNs = detector.suspectsFromNs();
        detector.onHeartbeat(BEATS - 1, World.ns(211));
        detector.onHeartbeat(BEATS, World.ns(212));
        assertThat(detector.suspectsFromNs()).isEqualTo(deadlineNs);
        detector.onHeartbeat(BEATS + 1, World.ns(240));
        assertThat(detector.suspectsFromNs()).isGreaterThan(deadlineNs);
    }

    private static Detector afterBeats(DetectorKind kind, long startNs) {
        Detector detector = Detectors.design(kind, SETTINGS).watch().from(startNs, 0.5);
        beats(startNs).forEach(beat -> detector.onHeartbeat(beat.seq(), beat.arrivedNs()));
        return detector;
    }

    private static long mistakes(DetectorKind kind, long startNs, long nextNs) {
        List<Arrival> arrivals = new ArrayList<>(beats(startNs));
        arrivals.add(new Arrival(BEATS + 1, nextNs, nextNs));
        DetectorStudy study = new DetectorStudy(1);
        study.watch(
                new HeartbeatTrace("1", World.ns(30), arrivals, OptionalLong.empty(), startNs, nextNs),
                Detectors.design(kind, SETTINGS).watch().from(startNs, 0.5));
        return study.mistakes();
    }

    private static List<Arrival> beats(long startNs) {
        List<Arrival> beats = new ArrayList<>();
        for (int seq = 1; seq <= BEATS; seq++) {
            long atNs = startNs + World.ns(30) * seq;
            beats.add(new Arrival(seq, atNs, atNs));
        }
        return beats;
    }
}
