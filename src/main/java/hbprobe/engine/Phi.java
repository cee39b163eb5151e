package hbprobe.engine;

import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorSettings;
import hbprobe.model.Durations;
import java.util.Optional;

/**
 * The phi accrual detector (Hayashibara, Défago, Yared, Katayama, The phi Accrual Failure Detector, SRDS 2004). With mu
 * and sigma the mean and the standard deviation of the last intervals, taken to be normal, and t the time since the
 * last heartbeat,
 *
 * <pre>phi(t) = -log10(1 - F(t)),   F the distribution function of N(mu, sigma)</pre>
 *
 * It suspects once phi reaches the threshold, that is from mu + z · sigma on, where the normal tail above z is 10 to
 * the power of minus the threshold ({@link NormalTail}: z is 5.61 for 8).
 *
 * <p>Akka goes by the same normal model but reckons its tail by the logistic approximation 1 / (1 +
 * e<sup>y(1.5976 + 0.070566 y²)</sup>), which is good near the middle and far too small out here: its threshold 8 is
 * reached at z = 5.23, where phi is really 7.07. It also adds an acceptable pause to the mean (3 s in its cluster) and
 * leaves out intervals that were seen while it suspected; here every interval counts, as in the paper. Cassandra takes
 * intervals to be exponential, phi = t / mean · log10(e): it suspects after 18.4 mean intervals at the threshold 8,
 * whatever the jitter.
 */
final class Phi implements Detector {
    /**
     * The least standard deviation, as a share of the interval: Akka's 100 ms at its interval of 1 s. Without one the
     * first packet that waits in a queue on a path without jitter would be a mistake; and timers, garbage collectors
     * and radios make a heartbeat late by an amount that no regular stretch has shown.
     */
    static final double LEAST_DEVIATION = 0.1;

    private final Intervals intervals;
    private final double leastSdNs;
    private final double z;
    private boolean started;
    private long latestSeq;
    private long latestNs;
    private long suspectsFromNs;

    /** @param intervals as seen before; or frozen, so that it always has the same deadline */
    Phi(Intervals intervals, double leastSdNs, double z, long startNs) {
        this.intervals = intervals;
        this.leastSdNs = leastSdNs;
        this.z = z;
        this.latestNs = startNs;
        this.suspectsFromNs = startNs + patienceNs();
    }

    static DetectorDesign design(DetectorSettings settings) {
        long intervalNs = settings.interval().toNanos();
        double leastSdNs = LEAST_DEVIATION * intervalNs;
        double z = NormalTail.quantile(settings.phiThreshold());
        return DetectorDesign.unphased(
                new DetectorFinding.Settings(
                        Durations.seconds(intervalNs),
                        null,
                        null,
                        null,
                        null,
                        settings.phiThreshold(),
                        Durations.seconds(Math.round(leastSdNs)),
                        RecentIntervals.WINDOW),
                gaps -> gaps.count() == 0
                        ? Optional.empty()
                        : Optional.of(Predictions.ofDeadline(
                                Math.round(gaps.meanNs() + z * Math.max(leastSdNs, gaps.sdNs())),
                                Math.round(gaps.meanNs()))),
                (startNs, phase) -> new Phi(new RecentIntervals(intervalNs), leastSdNs, z, startNs));
    }

    @Override
    public void onHeartbeat(long seq, long arrivedNs) {
        // One that was overtaken is no news of its sender.
        if (started && seq - latestSeq <= 0) {
            return;
        }
        if (started) {
            intervals.onInterval(arrivedNs - latestNs);
        }
        started = true;
        latestSeq = seq;
        latestNs = arrivedNs;
        suspectsFromNs = arrivedNs + patienceNs();
    }

    private long patienceNs() {
        return Math.round(intervals.meanNs() + z * Math.max(leastSdNs, intervals.sdNs()));
    }

    @Override
    public long suspectsFromNs() {
        return suspectsFromNs;
    }
}
