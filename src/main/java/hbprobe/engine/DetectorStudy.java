package hbprobe.engine;

import hbprobe.model.Bounds;
import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorFinding.DetectionTime;
import hbprobe.model.DetectorKind;
import hbprobe.model.DetectorSettings;
import hbprobe.model.Durations;
import hbprobe.model.HeartbeatTrace;
import hbprobe.model.HeartbeatTrace.Arrival;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a detector would have done on recorded heartbeats, by the measures of Chen, Toueg and Aguilera (IEEE Transactions
 * on Computers 51(5), 2002).
 *
 * <p>A mistake is a suspicion while the path is up, from the moment it begins until a heartbeat restores trust, the
 * fault comes or the observation ends. The detection time is measured from the fault where there was one. Elsewhere the
 * flow is cut in thought, at moments spread evenly over its time: what the detector says to that follows from its
 * state. A cut that finds the sender suspected already is detected after no time.
 */
public final class DetectorStudy {
    /** Imagined crashes for each gap between arrivals: so many that percentiles of a short run are smooth. */
    private static final int MOST_CRASHES_A_GAP = 16;

    /** Makes the phases of successive gaps fall between each other, so that a run of some length tries them all. */
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /** Imagined crashes that a study has about time for, in half a second. */
    private static final long CRASHES_ENOUGH = 20_000_000;

    /** Phases of the detector's own clock at which a run is studied, evenly spread, if there is time. */
    private static final int MOST_PHASES = 64;

    /**
     * However long a run is, it is not studied at fewer: heartbeats every 30 s meet a sweep every 45 s at three phases
     * for ever.
     */
    private static final int LEAST_PHASES = 16;

    /** Arrivals that a study has about time for, in half a second. */
    private static final long ARRIVALS_ENOUGH = 20_000_000;

    private static final double NS_PER_HOUR = TimeUnit.HOURS.toNanos(1);

    private final double crashesAGap;
    private final Latencies detections = new Latencies();
    private long mistakes;
    private double suspectedNs;
    private double observedNs;

    /** @param arrivals how many will be watched */
    DetectorStudy(long arrivals) {
        long affordable = CRASHES_ENOUGH / Math.max(1, arrivals);
        this.crashesAGap = Math.max(1, Math.min(MOST_CRASHES_A_GAP, affordable)) + GOLDEN;
    }

    /**
     * What is to be said of one kind of detector.
     *
     * @param traces of flows with heartbeats at the interval that the detector is set to
     * @param seed of the phase at which the server sweeps
     */
    public static DetectorFinding of(
            DetectorKind kind, DetectorSettings settings, List<HeartbeatTrace> traces, long seed) {
        DetectorDesign design = Detectors.design(kind, settings);
        long arrivals =
                traces.stream().mapToLong(trace -> trace.arrivals().size()).sum();
        int phases = design.isPhased() ? phases(arrivals) : 1;
        DetectorStudy study = new DetectorStudy(arrivals * phases);
        SplittableRandom chance = new SplittableRandom(seed);
        for (HeartbeatTrace trace : traces) {
            double shift = chance.nextDouble();
            for (int i = 0; i < phases; i++) {
                study.watch(trace, design.watch().from(trace.fromNs(), (i + shift) / phases));
            }
        }
        Bounds predicted = design.prediction().over(Gaps.of(traces)).orElse(null);
        return new DetectorFinding(
                kind,
                design.settings(),
                study.detections
                        .distribution()
                        .map(measured -> DetectionTime.of(measured, predicted))
                        .orElse(null),
                study.mistakeRatePerHour(),
                study.mistakeDurationS(),
                study.queryAccuracy());
    }

    private static int phases(long arrivals) {
        long affordable = ARRIVALS_ENOUGH / Math.max(1, arrivals);
        return (int) Math.max(LEAST_PHASES, Math.min(MOST_PHASES, affordable));
    }

    /** One flow, watched by a detector that has seen none. */
    void watch(HeartbeatTrace trace, Detector detector) {
        long untilNs = trace.faultNs().orElse(trace.endNs());
        observedNs += untilNs - trace.fromNs();
        Crashes crashes = new Crashes(trace);
        boolean suspected = false;
        long lastNs = trace.fromNs();
        for (Arrival arrival : trace.arrivals()) {
            long nowNs = arrival.arrivedNs();
            if (nowNs - untilNs > 0) {
                break;
            }
            crashes.until(nowNs, detector.suspectsFromNs());
            suspected = advance(lastNs, nowNs, suspected, detector.suspectsFromNs());
            detector.onHeartbeat(arrival.seq(), nowNs);
            suspected &= detector.suspectsFromNs() - nowNs <= 0;
            lastNs = nowNs;
        }
        advance(lastNs, untilNs, suspected, detector.suspectsFromNs());
        if (trace.faultNs().isPresent()) {
            detections.record(detector.suspectsFromNs() - untilNs);
        }
    }

    /** Time without a heartbeat passes; returns whether the sender is suspected at its end. */
    private boolean advance(long fromNs, long untilNs, boolean suspected, long suspectsFromNs) {
        if (suspected) {
            suspectedNs += untilNs - fromNs;
            return true;
        }
        if (suspectsFromNs - untilNs >= 0) {
            return false;
        }
        mistakes++;
        suspectedNs += Math.min(untilNs - fromNs, untilNs - suspectsFromNs);
        return true;
    }

    long mistakes() {
        return mistakes;
    }

    /** Time for which living senders were suspected. */
    double suspectedNs() {
        return suspectedNs;
    }

    /** Time for which senders lived and were observed. */
    double observedNs() {
        return observedNs;
    }

    Latencies detections() {
        return detections;
    }

    private @Nullable Double mistakeRatePerHour() {
        return observedNs == 0 ? null : rounded(mistakes / (observedNs / NS_PER_HOUR));
    }

    private @Nullable Double mistakeDurationS() {
        return mistakes == 0 ? null : Durations.seconds(Math.round(suspectedNs / mistakes));
    }

    private @Nullable Double queryAccuracy() {
        return observedNs == 0 ? null : rounded(1 - suspectedNs / observedNs);
    }

    /** To a billionth: finer would be noise. */
    private static double rounded(double value) {
        return Math.round(value * 1e9) / 1e9;
    }

    /** Imagined crashes of a flow that met none, evenly spread between its first and its last heartbeat. */
    private final class Crashes {
        private final boolean none;
        private final long stepNs;
        private long nextNs;

        Crashes(HeartbeatTrace trace) {
            List<Arrival> arrivals = trace.arrivals();
            int gaps = arrivals.size() - 1;
            none = trace.faultNs().isPresent() || gaps < 1;
            long firstNs = none ? 0 : arrivals.get(0).arrivedNs();
            long spanNs = none ? 0 : arrivals.get(gaps).arrivedNs() - firstNs;
            stepNs = none ? 0 : Math.max(1, (long) (spanNs / (crashesAGap * gaps)));
            nextNs = firstNs + stepNs / 2;
        }

        /** Those before {@code nowNs}, of a detector that suspects from {@code suspectsFromNs} on. */
        void until(long nowNs, long suspectsFromNs) {
            while (!none && nextNs - nowNs < 0) {
                detections.record(suspectsFromNs - nextNs);
                nextNs += stepNs;
            }
        }
    }
}
