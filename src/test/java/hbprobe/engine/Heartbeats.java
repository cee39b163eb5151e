package hbprobe.engine;

import hbprobe.model.HeartbeatTrace;
import hbprobe.model.HeartbeatTrace.Arrival;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/** Heartbeat traces to be judged. */
final class Heartbeats {
    private Heartbeats() {}

    /** Numbered from 1; observed from 0 to {@code endNs}. */
    static HeartbeatTrace at(OptionalLong faultNs, long endNs, long... arrivedNs) {
        List<Arrival> arrivals = new ArrayList<>();
        for (long atNs : arrivedNs) {
            arrivals.add(new Arrival(arrivals.size() + 1, atNs, atNs));
        }
        return new HeartbeatTrace("1", 0, arrivals, faultNs, 0, endNs);
    }

    /** One every {@code periodNs}, without jitter; observed from 0 to the last. */
    static HeartbeatTrace regular(long periodNs, int count) {
        return drawn(periodNs, count, 0, random -> 0, new SplittableRandom(0));
    }

    /** Sent every {@code periodNs}, each lost with the chance {@code loss}, or delayed by what is drawn. */
    static HeartbeatTrace drawn(
            long periodNs, int count, double loss, ToDoubleFunction<RandomGenerator> delayS, RandomGenerator random) {
        List<Arrival> arrivals = new ArrayList<>(count);
        for (int seq = 1; seq <= count; seq++) {
            long sentNs = periodNs * seq;
            if (loss == 0 || random.nextDouble() >= loss) {
                arrivals.add(new Arrival(seq, sentNs, sentNs + World.ns(delayS.applyAsDouble(random))));
            }
        }
        arrivals.sort(Comparator.comparingLong(Arrival::arrivedNs));
        long endNs =
                Math.max(periodNs * count, arrivals.get(arrivals.size() - 1).arrivedNs());
        return new HeartbeatTrace("1", periodNs, arrivals, OptionalLong.empty(), 0, endNs);
    }

    /** The area below a curve, by Simpson's rule. */
    static double integral(DoubleUnaryOperator curve, double from, double to) {
        int steps = 20_000;
        double width = (to - from) / steps;
        double sum = curve.applyAsDouble(from) + curve.applyAsDouble(to);
        for (int i = 1; i < steps; i++) {
            sum += (i % 2 == 0 ? 2 : 4) * curve.applyAsDouble(from + i * width);
        }
        return sum * width / 3;
    }
}
