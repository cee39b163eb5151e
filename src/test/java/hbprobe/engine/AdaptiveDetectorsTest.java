package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hbprobe.model.DetectorKind;
import hbprobe.model.HeartbeatTrace.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The detectors that learn, against the papers' formulas over the whole history. Heartbeats are lost, late and overtaken.
 */
class AdaptiveDetectorsTest {
    private static final double ETA_S = 30;
    private static final double MARGIN_S = 10;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void chen(long seed) {
        agrees(DetectorKind.CHEN, 400, seed, history -> expectedS(history, next(history)) + MARGIN_S);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void bertier(long seed) {
        agrees(DetectorKind.BERTIER, 150, seed, history -> {
            int last = history.size() - 1;
            double variationS = Math.pow(0.9, last) * MARGIN_S / 4;
            for (int k = 1; k <= last; k++) {
                double errorS = surpriseS(history, k) - delayS(history, k - 1);
                variationS += 0.1 * Math.pow(0.9, last - k) * Math.abs(errorS);
            }
            return expectedS(history, next(history)) + delayS(history, last) + 4 * variationS;
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void phi(long seed) {
        agrees(DetectorKind.PHI, 2_500, seed, history -> {
            List<Double> intervals = new ArrayList<>(List.of(0.75 * ETA_S, 1.25 * ETA_S));
            for (int i = 1; i < history.size(); i++) {
                intervals.add(arrivedS(history.get(i)) - arrivedS(history.get(i - 1)));
            }
            List<Double> window = intervals.subList(Math.max(0, intervals.size() - 1000), intervals.size());
            double meanS = window.stream().mapToDouble(s -> s).average().orElseThrow();
            double sdS = Math.sqrt(window.stream()
                    .mapToDouble(s -> (s - meanS) * (s - meanS))
                    .average()
                    .orElseThrow());
            return arrivedS(history.get(history.size() - 1)) + meanS + 5.6120012441748 * Math.max(ETA_S / 10, sdS);
        });
    }

    /** When a heartbeat is expected, by those before it: the mean of A - eta · s over the last 32, plus its place. */
    private static double expectedS(List<Arrival> history, long seq) {
        return history.subList(Math.max(0, history.size() - 32), history.size()).stream()
                        .mapToDouble(arrival -> arrivedS(arrival) - ETA_S * arrival.seq())
                        .average()
                        .orElseThrow()
                + ETA_S * seq;
    }

    private static double surpriseS(List<Arrival> history, int k) {
        Arrival arrival = history.get(k);
        return arrivedS(arrival) - expectedS(history.subList(0, k), arrival.seq());
    }

    /** An exponential average, written out. */
    private static double delayS(List<Arrival> history, int last) {
        double sumS = 0;
        for (int k = 1; k <= last; k++) {
            sumS += 0.1 * Math.pow(0.9, last - k) * surpriseS(history, k);
        }
        return sumS;
    }

    private static long next(List<Arrival> history) {
        return history.get(history.size() - 1).seq() + 1;
    }

    private static double arrivedS(Arrival arrival) {
        return arrival.arrivedNs() / 1e9;
    }

    private static void agrees(
            DetectorKind kind, int heartbeats, long seed, ToDoubleFunction<List<Arrival>> suspectsFromS) {
        SplittableRandom random = new SplittableRandom(seed);
        // The slowest is overtaken by one that was sent an interval later.
        List<Arrival> arrivals = Heartbeats.drawn(
                        World.ns(ETA_S),
                        heartbeats,
                        0.05,
                        any -> any.nextInt(20) == 0 ? 60 * any.nextDouble() : 3 * any.nextDouble(),
                        random)
                .arrivals();
        Detector detector =
                Detectors.design(kind, DetectorBoundaryTest.SETTINGS).watch().from(0, 0);
        List<Arrival> history = new ArrayList<>();
        int overtaken = 0;
        for (int i = 0; i < arrivals.size(); i++) {
            Arrival arrival = arrivals.get(i);
            detector.onHeartbeat(arrival.seq(), arrival.arrivedNs());
            if (history.isEmpty() || arrival.seq() >= next(history)) {
                history.add(arrival);
            } else {
                overtaken++;
            }
            assertThat(detector.suspectsFromNs() / 1e9)
                    .as("after arrival %d", i)
                    .isCloseTo(suspectsFromS.applyAsDouble(history), within(1e-7));
        }
        assertThat(overtaken).isPositive();
    }
}
