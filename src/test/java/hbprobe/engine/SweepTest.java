package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hbprobe.model.DetectorKind;
import hbprobe.model.HeartbeatTrace;
import hbprobe.model.HeartbeatTrace.Arrival;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that marks itself every 40 s and a server that sweeps every 45 s, in virtual time. */
class SweepTest {
    private static final double BEAT_S = 40;
    private static final double EVERY_S = 45;
    private static final double WITHIN = 0.01;
    private static final int STALLS = 100_000;

    @Test
    void detectionTakesWhatTheFormulaSays() {
        double[] detectionS = detectionsS(100_000, 1);
        double meanS = Arrays.stream(detectionS).average().orElseThrow();
        double sdS = Math.sqrt(Arrays.stream(detectionS)
                .map(takenS -> (takenS - meanS) * (takenS - meanS))
                .average()
                .orElseThrow());

        System.out.printf(
                "sweep 40/45, 100000 crashes: min %.2f s, mean %.2f s, max %.2f s, sd %.2f s%n",
                Arrays.stream(detectionS).min().orElseThrow(),
                meanS,
                Arrays.stream(detectionS).max().orElseThrow(),
                sdS);
        assertThat(meanS).isCloseTo(1.5 * EVERY_S - BEAT_S / 2, within(WITHIN * 47.5));
        assertThat(Arrays.stream(detectionS).max().orElseThrow())
                .isLessThanOrEqualTo(2 * EVERY_S)
                .isCloseTo(2 * EVERY_S, within(WITHIN * 90));
        assertThat(sdS).isCloseTo(Math.sqrt((BEAT_S * BEAT_S + EVERY_S * EVERY_S) / 12), within(WITHIN * 17.38));
        for (double atS : new double[] {5, 10, 18.4, 30, 40, 45, 47.5, 50, 60, 76.6, 84, 90}) {
            double share =
                    Arrays.stream(detectionS).filter(takenS -> takenS <= atS).count() / 100_000.0;
            assertThat(share).as("share up to %s s", atS).isCloseTo(shareUpTo(atS), within(WITHIN));
        }
    }

    /** So few crashes come that soon that the least of them is near its bound only among millions. */
    @Test
    void theSoonestIsTheSlackBetweenSweepAndBeat() {
        double soonestS = Arrays.stream(detectionsS(5_000_000, 2)).min().orElseThrow();

        System.out.printf("sweep 40/45, 5000000 crashes: min %.4f s%n", soonestS);
        assertThat(soonestS).isGreaterThan(EVERY_S - BEAT_S).isCloseTo(EVERY_S - BEAT_S, within(WITHIN * 5));
    }

    /** A window of 45 s without a heartbeat lies in a gap of 80 s in 35 of 45 phases. */
    @Test
    void oneLostBeatRaisesAFalseAlarmInSevenOfNinePhases() {
        SplittableRandom random = new SplittableRandom(3);
        DetectorStudy study = new DetectorStudy(1);
        for (int i = 0; i < 100_000; i++) {
            study.watch(
                    Heartbeats.at(OptionalLong.empty(), World.ns(160), 0, World.ns(40), World.ns(120), World.ns(160)),
                    sweep(random));
        }
        System.out.printf("sweep 40/45, one beat lost: a false alarm in %.2f %%%n", study.mistakes() / 1000.0);
        assertThat(study.mistakes() / 100_000.0).isCloseTo(7.0 / 9, within(WITHIN));
    }

    /** Two lost leave a gap of 120 s, in which a whole window always lies. */
    @Test
    void twoLostBeatsAlwaysRaiseOne() {
        SplittableRandom random = new SplittableRandom(4);
        DetectorStudy study = new DetectorStudy(1);
        for (int i = 1; i <= 10_000; i++) {
            study.watch(Heartbeats.at(OptionalLong.empty(), World.ns(160), 0, World.ns(120)), sweep(random));
            assertThat(study.mistakes()).isEqualTo(i);
        }
    }

    /** The identity that ties tolerance to latency. */
    @ParameterizedTest
    @ValueSource(doubles = {4.9, 10, 15, 30, 45, 60, 85})
    void aStallRaisesAnAlarmAsOftenAsDetectionIsThatFast(double stallS) {
        double alarms = alarmShare(stallS, random -> sweep(random));
        assertThat(alarms).isCloseTo(shareUpTo(stallS), within(threeErrors(shareUpTo(stallS))));
    }

    /** The same of a deadline of 100 s, which tolerates 60 s. */
    @ParameterizedTest
    @CsvSource({"59, 0", "65, 0.125", "80, 0.5", "95, 0.875", "101, 1"})
    void aStallRaisesAnAlarmOfADeadlineAsOftenAsDetectionIsThatFast(double stallS, double share) {
        double alarms = alarmShare(stallS, random -> new FixedTimeout(World.ns(100), 0));
        assertThat(alarms).isCloseTo(share, within(threeErrors(share)));
    }

    private static double threeErrors(double share) {
        return 3 * Math.sqrt(share * (1 - share) / STALLS);
    }

    /** The path is still for a while from a random moment on, then it delivers what was queued. */
    private static double alarmShare(double stallS, Function<RandomGenerator, Detector> detector) {
        SplittableRandom random = new SplittableRandom(5);
        DetectorStudy study = new DetectorStudy(1);
        for (int i = 0; i < STALLS; i++) {
            long stallFromNs = World.ns(200 + BEAT_S * random.nextDouble());
            long stallEndNs = stallFromNs + World.ns(stallS);
            List<Arrival> arrivals = new ArrayList<>();
            for (int seq = 1; seq <= 10; seq++) {
                long sentNs = World.ns(BEAT_S) * seq;
                boolean queued = sentNs >= stallFromNs && sentNs < stallEndNs;
                arrivals.add(new Arrival(seq, sentNs, queued ? stallEndNs : sentNs));
            }
            study.watch(
                    new HeartbeatTrace("1", World.ns(BEAT_S), arrivals, OptionalLong.empty(), 0, World.ns(400)),
                    detector.apply(random));
        }
        return (double) study.mistakes() / STALLS;
    }

    /** Crashes at random moments of flows that a server with a random phase watches. */
    private static double[] detectionsS(int crashes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] detectionS = new double[crashes];
        for (int i = 0; i < crashes; i++) {
            Detector sweep = sweep(random);
            long crashNs = World.ns(200 + BEAT_S * random.nextDouble());
            for (long atNs = World.ns(BEAT_S); atNs <= crashNs; atNs += World.ns(BEAT_S)) {
                sweep.onHeartbeat(1, atNs);
            }
            detectionS[i] = (sweep.suspectsFromNs() - crashNs) / 1e9;
        }
        return detectionS;
    }

    private static Detector sweep(RandomGenerator random) {
        return Detectors.design(DetectorKind.SWEEP, DetectorBoundaryTest.SETTINGS)
                .watch()
                .from(0, random.nextDouble());
    }

    /** The distribution function of R + C - A, with R ~ U[0,C) and A ~ U[0,H). */
    private static double shareUpTo(double detectionS) {
        double slackS = EVERY_S - BEAT_S;
        if (detectionS <= slackS) {
            return 0;
        }
        if (detectionS <= EVERY_S) {
            return (detectionS - slackS) * (detectionS - slackS) / (2 * BEAT_S * EVERY_S);
        }
        if (detectionS <= 2 * EVERY_S - BEAT_S) {
            return BEAT_S / (2 * EVERY_S) + (detectionS - EVERY_S) / EVERY_S;
        }
        double leftS = Math.max(0, 2 * EVERY_S - detectionS);
        return 1 - leftS * leftS / (2 * BEAT_S * EVERY_S);
    }
}
