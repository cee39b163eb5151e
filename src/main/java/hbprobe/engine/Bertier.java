package hbprobe.engine;

import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorSettings;
import hbprobe.model.Durations;
import java.util.Optional;

/**
 * Suspects a margin after the next heartbeat is expected, as {@link Chen}, but the margin follows the errors of the
 * expectation as TCP's retransmission timeout follows round trips (Bertier, Marin, Sens, Implementation and Performance
 * Evaluation of an Adaptable Failure Detector, DSN 2002). With A the arrival and EA what was expected of it,
 *
 * <pre>
 * error  = A - EA - delay
 * delay += gamma · error
 * var   += gamma · (|error| - var)
 * margin = beta · delay + phi · var
 * </pre>
 *
 * The paper has no least margin: on a path without jitter it shrinks to nothing.
 */
final class Bertier implements Detector {
    /** As in the paper: the weight of the newest error. */
    static final double GAMMA = 0.1;

    /** As in the paper: the weight of the delay. */
    static final double BETA = 1;

    /** As in the paper: the weight of the variation. */
    static final double PHI = 4;

    private final RecentArrivals expected;
    private boolean started;
    private long latestSeq;
    private double delayNs;
    private double variationNs;
    private long suspectsFromNs;

    /**
     * @param firstMarginNs for as long as nothing is known; it is forgotten within some thirty heartbeats. Without one
     *     the first jitter would be a mistake
     */
    Bertier(long intervalNs, long firstMarginNs, long startNs) {
        this.expected = new RecentArrivals(intervalNs);
        this.variationNs = firstMarginNs / PHI;
        this.suspectsFromNs = startNs + intervalNs + firstMarginNs;
    }

    static DetectorDesign design(DetectorSettings settings) {
        long intervalNs = settings.interval().toNanos();
        long firstMarginNs = Math.max(0, settings.timeout().toNanos() - intervalNs);
        return DetectorDesign.unphased(
                new DetectorFinding.Settings(
                        Durations.seconds(intervalNs),
                        null,
                        null,
                        null,
                        Durations.seconds(firstMarginNs),
                        null,
                        null,
                        RecentArrivals.WINDOW),
                // Its margin is whatever the jitter makes it: there is no bound.
                gaps -> Optional.empty(),
                (startNs, phase) -> new Bertier(intervalNs, firstMarginNs, startNs));
    }

    @Override
    public void onHeartbeat(long seq, long arrivedNs) {
        if (started && seq - latestSeq <= 0) {
            return;
        }
        if (started) {
            double errorNs = arrivedNs - expected.ns(seq) - delayNs;
            delayNs += GAMMA * errorNs;
            variationNs += GAMMA * (Math.abs(errorNs) - variationNs);
        }
        started = true;
        latestSeq = seq;
        expected.onHeartbeat(seq, arrivedNs);
        suspectsFromNs = expected.ns(seq + 1) + Math.round(BETA * delayNs + PHI * variationNs);
    }

    @Override
    public long suspectsFromNs() {
        return suspectsFromNs;
    }
}
