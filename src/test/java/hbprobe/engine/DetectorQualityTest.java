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
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Simulated mistakes against closed forms, within three standard errors. Batches of heartbeats are independent, so the
 * spread of their results is what tells the error.
 */
class DetectorQualityTest {
    private static final int BATCHES = 200;
    private static final int HEARTBEATS = 4_500;

    /** Mistakes a second and their mean duration. */
    record Quality(double rateps, double durationS) {
        /** Query accuracy, Theorem 1 of Chen, Toueg and Aguilera. */
        double accuracy() {
            return 1 - rateps * durationS;
        }
    }

    /** What came of one batch. */
    record Batch(double mistakes, double suspectedS, double observedS) {}

    /** With T between one interval and two, every gap with a loss in it is one mistake. */
    @ParameterizedTest
    @CsvSource({"0.02, 40", "0.2, 40", "0.2, 59"})
    void aDeadline(double loss, double timeoutS) {
        double intervalS = 30;
        double gapWithLossS = intervalS * (1 + 1 / (1 - loss));
        Quality expected = new Quality(loss * (1 - loss) / intervalS, gapWithLossS - timeoutS);

        holds(
                expected,
                random -> watch(
                        Heartbeats.drawn(World.ns(intervalS), HEARTBEATS, loss, any -> 0, random),
                        new FixedTimeout(World.ns(timeoutS), 0)));
    }

    /** P(mistake | gap G) = (G-C)/C between C and 2C, then 1; a mistake lasts from R + C to the end of the gap. */
    @ParameterizedTest
    @CsvSource({"0.01, 0.695", "0.05, 3.37"})
    void aSweep(double loss, double ratePerHour) {
        double beatS = 40;
        double everyS = 45;
        double rateps = 0;
        double suspectedShare = 0;
        for (int lost = 1; lost < 60; lost++) {
            double gapS = beatS * (lost + 1);
            double gapsps = (1 - loss) * (1 - loss) * Math.pow(loss, lost) / beatS;
            rateps += gapsps * Math.min(1, (gapS - everyS) / everyS);
            double overS = gapS - everyS;
            suspectedShare += gapsps * (gapS < 2 * everyS ? overS * overS / (2 * everyS) : overS - everyS / 2);
        }
        assertThat(rateps * 3600).isCloseTo(ratePerHour, within(0.005 * ratePerHour));

        holds(
                new Quality(rateps, suspectedShare / rateps),
                random -> watch(
                        Heartbeats.drawn(World.ns(beatS), HEARTBEATS, loss, any -> 0, random),
                        Detectors.design(DetectorKind.SWEEP, DetectorBoundaryTest.SETTINGS)
                                .watch()
                                .from(0, random.nextDouble())));
    }

    /** Jitter alone: a heartbeat that is late by more than the slack of 5 s against the one before. */
    @Test
    void aSweepUnderJitter() {
        double jitterS = 10;
        double rateps = Math.pow(jitterS - 5, 3) / (6 * jitterS * jitterS * 45) / 40;
        // E[(G-C)²]/2C with G - C = x, whose density is (j - 5 - x) / j².
        double overS2 = Heartbeats.integral(x -> x * x * (jitterS - 5 - x) / (jitterS * jitterS), 0, jitterS - 5);
        double suspectedShare = overS2 / (2 * 45) / 40;
        assertThat(rateps * 3600).isCloseTo(0.417, within(0.001));

        holds(
                new Quality(rateps, suspectedShare / rateps),
                random -> watch(
                        Heartbeats.drawn(World.ns(40), HEARTBEATS, 0, any -> jitterS * any.nextDouble(), random),
                        Detectors.design(DetectorKind.SWEEP, DetectorBoundaryTest.SETTINGS)
                                .watch()
                                .from(0, random.nextDouble())));
    }

    /** Freshness points i · eta + delta, delays exponential. */
    @ParameterizedTest
    @CsvSource({"0.1, 1.6", "0.01, 1.0", "0.3, 2.5"})
    void nfdS(double loss, double deltaS) {
        double meanDelayS = 0.4;
        DoubleUnaryOperator later = y -> y < 0 ? 1 : Math.exp(-y / meanDelayS);

        holds(
                chen(loss, deltaS, later),
                random -> watch(
                        Heartbeats.drawn(
                                World.ns(1),
                                HEARTBEATS,
                                loss,
                                any -> -meanDelayS * Math.log(1 - any.nextDouble()),
                                random),
                        new Chen(new Schedule(World.ns(1), 0), World.ns(deltaS), World.ns(1 + deltaS))));
    }

    /** A receiver that knows when to expect what; delays even between 0 and 2 s, so that heartbeats overtake. */
    @ParameterizedTest
    @CsvSource({"0.1, 0.6", "0.02, 0.3"})
    void nfdU(double loss, double alphaS) {
        double meanDelayS = 1;
        DoubleUnaryOperator later = y -> Math.max(0, Math.min(1, 1 - y / (2 * meanDelayS)));

        holds(
                chen(loss, meanDelayS + alphaS, later),
                random -> watch(
                        Heartbeats.drawn(
                                World.ns(1), HEARTBEATS, loss, any -> 2 * meanDelayS * any.nextDouble(), random),
                        new Chen(
                                new Schedule(World.ns(1), World.ns(meanDelayS)),
                                World.ns(alphaS),
                                World.ns(1 + meanDelayS + alphaS))));
    }

    /** Intervals that are what phi takes them to be: a mistake in one of 10 to the power of the threshold. */
    @ParameterizedTest
    @CsvSource({"1", "2", "2.5"})
    void phi(double threshold) {
        double meanS = 1;
        double sdS = 0.1;
        double z = NormalTail.quantile(threshold);
        double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
        Quality expected = new Quality(Math.pow(10, -threshold) / meanS, sdS * (density * Math.pow(10, threshold) - z));

        holds(
                expected,
                random -> watch(
                        renewed(meanS, sdS, random), new Phi(new Frozen(World.ns(meanS), World.ns(sdS)), 0, z, 0)));
    }

    /** Theorem 5 of the paper: what NFD-S does under independent losses and delays, eta = 1 s. */
    private static Quality chen(double loss, double deltaS, DoubleUnaryOperator later) {
        int k = (int) Math.ceil(deltaS);
        DoubleUnaryOperator u = x -> {
            double product = 1;
            for (int j = 0; j <= k; j++) {
                product *= loss + (1 - loss) * later.applyAsDouble(deltaS + x - j);
            }
            return product;
        };
        double q0 = (1 - loss) * (1 - later.applyAsDouble(deltaS + 1));
        double ps = q0 * u.applyAsDouble(0);
        return new Quality(ps, Heartbeats.integral(u, 0, 1) / ps);
    }

    private static void holds(Quality expected, Function<SplittableRandom, Batch> study) {
        List<Batch> batches = new ArrayList<>();
        SplittableRandom seeds = new SplittableRandom(11);
        for (int i = 0; i < BATCHES; i++) {
            batches.add(study.apply(seeds.split()));
        }
        isZero("rate", batches, batch -> batch.mistakes - expected.rateps * batch.observedS);
        isZero("duration", batches, batch -> batch.suspectedS - expected.durationS * batch.mistakes);
        isZero("accuracy", batches, batch -> batch.suspectedS - (1 - expected.accuracy()) * batch.observedS);
    }

    private static void isZero(String what, List<Batch> batches, ToDoubleFunction<Batch> residual) {
        double[] residuals = batches.stream().mapToDouble(residual).toArray();
        double mean = Arrays.stream(residuals).average().orElseThrow();
        double variance = Arrays.stream(residuals)
                        .map(value -> (value - mean) * (value - mean))
                        .sum()
                / (BATCHES - 1);
        assertThat(variance)
                .as("nothing would be held by batches that are all alike")
                .isPositive();
        assertThat(mean).as(what).isCloseTo(0, within(3 * Math.sqrt(variance / BATCHES)));
    }

    private static Batch watch(HeartbeatTrace trace, Detector detector) {
        DetectorStudy study = new DetectorStudy(1);
        study.watch(trace, detector);
        return new Batch(study.mistakes(), study.suspectedNs() / 1e9, study.observedNs() / 1e9);
    }

    private static HeartbeatTrace renewed(double meanS, double sdS, SplittableRandom random) {
        List<Arrival> arrivals = new ArrayList<>();
        long atNs = 0;
        for (int seq = 1; seq <= HEARTBEATS; seq++) {
            atNs += World.ns(meanS + sdS * random.nextGaussian());
            arrivals.add(new Arrival(seq, atNs, atNs));
        }
        return new HeartbeatTrace("1", World.ns(meanS), arrivals, OptionalLong.empty(), 0, atNs);
    }

    /** Arrivals that are known beforehand. */
    record Schedule(long intervalNs, long delayNs) implements ExpectedArrivals {
        @Override
        public void onHeartbeat(long seq, long arrivedNs) {}

        @Override
        public long ns(long seq) {
            return intervalNs * seq + delayNs;
        }
    }

    /** Intervals that are known beforehand. */
    record Frozen(double meanNs, double sdNs) implements Intervals {
        @Override
        public void onInterval(long intervalNs) {}
    }
}
