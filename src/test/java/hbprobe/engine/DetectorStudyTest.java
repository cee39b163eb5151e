package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hbprobe.model.Bounds;
import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorFinding.DetectionTime;
import hbprobe.model.DetectorKind;
import hbprobe.model.DetectorSettings;
import hbprobe.model.HeartbeatTrace;
import hbprobe.model.HeartbeatTrace.Arrival;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DetectorStudyTest {
    private static final DetectorSettings SETTINGS = DetectorBoundaryTest.SETTINGS;
    private static final long PERIOD_NS = World.ns(30);

    /** Of regular heartbeats every crash is detected within the bounds, and nobody is suspected. */
    @ParameterizedTest
    @CsvSource({"FIXED, 30, 10, 25, 40", "CHEN, 30, 10, 25, 40", "SWEEP, 40, 5, 47.5, 90"})
    void regularHeartbeatsAreDetectedAsPredicted(
            DetectorKind kind, double periodS, double minS, double meanS, double maxS) {
        DetectorFinding found = of(kind, Heartbeats.regular(World.ns(periodS), 1_000));

        DetectionTime detection = detection(found);
        assertThat(detection.predicted()).isEqualTo(new Bounds(minS, meanS, maxS));
        assertThat(detection.min()).isBetween(minS, minS + 0.02 * maxS);
        assertThat(detection.mean()).isCloseTo(meanS, within(0.01 * meanS));
        assertThat(detection.max()).isBetween(0.98 * maxS, maxS);
        assertThat(detection.p50()).isCloseTo(meanS, within(0.02 * meanS));
        assertThat(found.mistakeRatePerHour()).isZero();
        assertThat(found.mistakeDurationS()).isNull();
        assertThat(found.queryAccuracy()).isEqualTo(1);
    }

    /** Phi takes regular heartbeats to spread by a tenth of the interval: mu + z · sigma is 46.8 s. */
    @Test
    void phiIsDetectedAsPredicted() {
        DetectionTime detection = detection(of(DetectorKind.PHI, Heartbeats.regular(PERIOD_NS, 100_000)));

        assertThat(detection.predicted()).isEqualTo(new Bounds(16.836, 31.836, 46.836));
        assertThat(detection.mean()).isCloseTo(31.836, within(0.01));
        assertThat(detection.min()).isCloseTo(16.836, within(0.01));
    }

    @Test
    void bertierHasNoBound() {
        assertThat(detection(of(DetectorKind.BERTIER, Heartbeats.regular(PERIOD_NS, 100)))
                        .predicted())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"60, 40", "80, 20", "89.999, 10.001", "99.9, 0.1"})
    void aRealFaultIsMeasuredFromItsMoment(double faultS, double takenS) {
        HeartbeatTrace trace =
                Heartbeats.at(OptionalLong.of(World.ns(faultS)), World.ns(200), World.ns(30), World.ns(60));

        DetectorFinding found = of(DetectorKind.FIXED, trace);
        assertThat(detection(found).min()).isEqualTo(takenS);
        assertThat(detection(found).max()).isEqualTo(takenS);
        assertThat(found.mistakeRatePerHour()).isZero();
    }

    /** Suspected from 100 s on, cut at 115 s. */
    @Test
    void aFaultThatFindsItsSenderSuspectedIsDetectedAtOnceAndTheMistakeIsOpen() {
        DetectorFinding found = of(
                DetectorKind.FIXED,
                Heartbeats.at(OptionalLong.of(World.ns(115)), World.ns(200), World.ns(30), World.ns(60)));

        assertThat(detection(found).max()).isZero();
        assertThat(found.mistakeRatePerHour()).isCloseTo(3600 / 115.0, within(1e-6));
        assertThat(found.mistakeDurationS()).isEqualTo(15);
        assertThat(found.queryAccuracy()).isCloseTo(100 / 115.0, within(1e-6));
    }

    @Test
    void whatArrivesAfterTheFaultIsNotHeeded() {
        HeartbeatTrace trace = Heartbeats.at(
                OptionalLong.of(World.ns(70)), World.ns(200), World.ns(30), World.ns(60), World.ns(90), World.ns(190));

        DetectorFinding found = of(DetectorKind.FIXED, trace);
        assertThat(detection(found).max()).isEqualTo(30);
        assertThat(found.mistakeRatePerHour()).isZero();
    }

    /** From 70 s to 90 s, and from 160 s to the end at 200 s. */
    @Test
    void aMistakeLastsUntilAHeartbeatOrTheEnd() {
        DetectorFinding found = of(
                DetectorKind.FIXED,
                Heartbeats.at(OptionalLong.empty(), World.ns(200), World.ns(30), World.ns(90), World.ns(120)));

        assertThat(found.mistakeRatePerHour()).isEqualTo(36);
        assertThat(found.mistakeDurationS()).isEqualTo(30);
        assertThat(found.queryAccuracy()).isEqualTo(0.7);
    }

    /** Heartbeat 3 comes when 5 is due: it does not restore trust, and 5 does. */
    @Test
    void anOvertakenHeartbeatDoesNotEndAMistakeOfChen() {
        List<Arrival> arrivals =
                List.of(arrival(1, 30), arrival(2, 60), arrival(4, 120), arrival(3, 165), arrival(5, 170));
        DetectorFinding found = of(
                DetectorKind.CHEN,
                new HeartbeatTrace("1", PERIOD_NS, arrivals, OptionalLong.empty(), 0, World.ns(170)));

        // From 100 s to 120 s, and from 160 s to 170 s.
        assertThat(found.mistakeDurationS()).isEqualTo(15);
        assertThat(found.mistakeRatePerHour()).isCloseTo(2 * 3600 / 170.0, within(1e-6));
    }

    /** A detector that learns may conclude from a heartbeat that it should have suspected before. */
    @Test
    void aMistakeBeginsNoEarlierThanTheHeartbeatThatCausedIt() {
        DetectorStudy study = studied(new Says(20, 5, 40), 10, 30);

        // From 10 s, where a suspicion since 5 s was concluded, to 30 s.
        assertThat(study.mistakes()).isOne();
        assertThat(study.suspectedNs()).isEqualTo(World.ns(20));
    }

    @Test
    void aHeartbeatThatRestoresTrustForNoTimeDoesNotEndAMistake() {
        DetectorStudy study = studied(new Says(5, 10, 40), 10, 30);

        assertThat(study.mistakes()).isOne();
        assertThat(study.suspectedNs()).isEqualTo(World.ns(25));
    }

    private static DetectorStudy studied(Detector detector, double... arrivedS) {
        long[] arrivedNs = Arrays.stream(arrivedS).mapToLong(World::ns).toArray();
        DetectorStudy study = new DetectorStudy(arrivedNs.length);
        study.watch(Heartbeats.at(OptionalLong.empty(), arrivedNs[arrivedNs.length - 1], arrivedNs), detector);
        return study;
    }

    /** Suspects from given moments on, first without a heartbeat, then after each. */
    private static final class Says implements Detector {
        private final double[] suspectsFromS;
        private int heartbeats;

        Says(double... suspectsFromS) {
            this.suspectsFromS = suspectsFromS;
        }

        @Override
        public void onHeartbeat(long seq, long arrivedNs) {
            heartbeats++;
        }

        @Override
        public long suspectsFromNs() {
            return World.ns(suspectsFromS[heartbeats]);
        }
    }

    @ParameterizedTest
    @EnumSource(DetectorKind.class)
    void nothingIsMadeUp(DetectorKind kind) {
        DetectorFinding none = DetectorStudy.of(kind, SETTINGS, List.of(), 1);
        assertThat(none.name()).isEqualTo(kind);
        assertThat(none.detectionTimeS()).isNull();
        assertThat(none.mistakeRatePerHour()).isNull();
        assertThat(none.mistakeDurationS()).isNull();
        assertThat(none.queryAccuracy()).isNull();

        DetectorFinding one = of(kind, Heartbeats.at(OptionalLong.empty(), World.ns(30), World.ns(30)));
        assertThat(one.detectionTimeS()).isNull();
        assertThat(one.mistakeRatePerHour()).isZero();
    }

    @Test
    void arrivalsAtOneMomentAreNoTrouble() {
        HeartbeatTrace trace = Heartbeats.at(OptionalLong.empty(), World.ns(30), World.ns(30), World.ns(30));
        assertThat(of(DetectorKind.FIXED, trace).detectionTimeS()).isNull();
    }

    /** A flow of five minutes meets one phase of a sweep: it is studied at many. */
    @Test
    void aFewHeartbeatsAreSweptAtManyPhases() {
        DetectionTime detection = detection(of(DetectorKind.SWEEP, Heartbeats.regular(World.ns(40), 8)));
        assertThat(detection.min()).isBetween(5.0, 7.0);
        assertThat(detection.max()).isBetween(88.0, 90.0);
        assertThat(detection.mean()).isCloseTo(47.5, within(0.5));
    }

    @Test
    void chanceIsTheSeedsAlone() {
        HeartbeatTrace trace = Heartbeats.regular(World.ns(40), 8);
        assertThat(DetectorStudy.of(DetectorKind.SWEEP, SETTINGS, List.of(trace), 5))
                .isEqualTo(DetectorStudy.of(DetectorKind.SWEEP, SETTINGS, List.of(trace), 5))
                .isNotEqualTo(DetectorStudy.of(DetectorKind.SWEEP, SETTINGS, List.of(trace), 6));
    }

    /** Crashes are spread over the time, so a long gap has more of them: here two thirds are found at once. */
    @Test
    void crashesFallIntoLongGapsAccordingly() {
        long[] arrivedNs = new long[200];
        for (int i = 1; i < arrivedNs.length; i++) {
            // Gaps of 30 s and 330 s; of each two, 290 of 360 s are spent suspected.
            arrivedNs[i] = arrivedNs[i - 1] + World.ns(i % 2 == 0 ? 30 : 330);
        }
        DetectorFinding found = of(DetectorKind.FIXED, Heartbeats.at(OptionalLong.empty(), arrivedNs[199], arrivedNs));
        assertThat(found.queryAccuracy()).isCloseTo(70 / 360.0, within(0.01));
        // A crash in the short gap takes 25 s on average, in the first 40 s of the long one 20 s.
        assertThat(detection(found).mean()).isCloseTo((30 * 25 + 40 * 20) / 360.0, within(0.1));
    }

    @Test
    void theMarginOfChenMakesItsBoundThatOfTheDeadline() {
        DetectorFinding.Settings chen =
                DetectorStudy.of(DetectorKind.CHEN, SETTINGS, List.of(), 1).settings();
        assertThat(chen).isEqualTo(new DetectorFinding.Settings(30.0, null, null, null, 10.0, null, null, 32));
        assertThat(DetectorStudy.of(DetectorKind.SWEEP, SETTINGS, List.of(), 1).settings())
                .isEqualTo(new DetectorFinding.Settings(null, null, 40.0, 45.0, null, null, null, null));
        assertThat(DetectorStudy.of(DetectorKind.PHI, SETTINGS, List.of(), 1).settings())
                .isEqualTo(new DetectorFinding.Settings(30.0, null, null, null, null, 8.0, 3.0, 1000));
    }

    /** A year of heartbeats every 30 s. */
    @ParameterizedTest
    @EnumSource(DetectorKind.class)
    void aYearIsJudgedAsItIs(DetectorKind kind) {
        int year = 1_051_200;
        DetectorSettings settings = new DetectorSettings(
                Duration.ofSeconds(30), Duration.ofSeconds(40), Duration.ofSeconds(30), Duration.ofSeconds(45), 8);
        HeartbeatTrace trace =
                Heartbeats.drawn(PERIOD_NS, year, 0.001, any -> 0.05 + 0.1 * any.nextDouble(), new SplittableRandom(7));

        long beganNs = System.nanoTime();
        DetectorFinding found = DetectorStudy.of(kind, settings, List.of(trace), 1);
        System.out.printf(
                "a year of heartbeats, %s: %.2f s; %s%n", kind.word(), (System.nanoTime() - beganNs) / 1e9, found);

        // A loss an 8.3 hours: all but the sweep's are a mistake each time.
        double lossesPerHour = 120 * 0.001 * 0.999;
        assertThat(found.mistakeRatePerHour()).isNotNull();
        double ratePerHour = found.mistakeRatePerHour();
        switch (kind) {
            case FIXED, CHEN, PHI -> assertThat(ratePerHour).isCloseTo(lossesPerHour, within(0.1 * lossesPerHour));
            // A gap of 60 s holds a window of 45 s in a third of its phases.
            case SWEEP -> assertThat(ratePerHour).isCloseTo(lossesPerHour / 3, within(0.1 * lossesPerHour));
            case BERTIER -> assertThat(ratePerHour).isGreaterThan(lossesPerHour);
        }
        Bounds predicted = detection(found).predicted();
        if (predicted != null) {
            assertThat(detection(found).mean()).isCloseTo(predicted.mean(), within(0.01 * predicted.mean()));
        }
    }

    private static Arrival arrival(long seq, double atS) {
        return new Arrival(seq, World.ns(atS), World.ns(atS));
    }

    private static DetectorFinding of(DetectorKind kind, HeartbeatTrace trace) {
        return DetectorStudy.of(kind, SETTINGS, List.of(trace), 1);
    }

    private static DetectionTime detection(DetectorFinding found) {
        assertThat(found.detectionTimeS()).isNotNull();
        return found.detectionTimeS();
    }
}
