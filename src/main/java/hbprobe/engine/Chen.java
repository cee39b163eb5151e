package hbprobe.engine;

import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorSettings;
import hbprobe.model.Durations;
import java.util.Optional;

/**
 * Suspects a fixed margin alpha after the next heartbeat is expected (Chen, Toueg, Aguilera, On the Quality of Service
 * of Failure Detectors, IEEE Transactions on Computers 51(5), 2002). An early heartbeat cannot shorten the next
 * deadline, since that follows the sender's schedule and not the last arrival.
 *
 * <p>What is expected decides which of the paper's detectors it is: estimated by {@link RecentArrivals} it is NFD-E;
 * with known expectations NFD-U; with the sending times themselves, by synchronised clocks, NFD-S, whose freshness
 * points are i · eta + delta and whose margin is delta.
 */
final class Chen implements Detector {
    private final ExpectedArrivals expected;
    private final long marginNs;
    private boolean started;
    private long latestSeq;
    private long suspectsFromNs;

    /** @param firstDeadlineNs of the first heartbeat */
    Chen(ExpectedArrivals expected, long marginNs, long firstDeadlineNs) {
        this.expected = expected;
        this.marginNs = marginNs;
        this.suspectsFromNs = firstDeadlineNs;
    }

    /** With the margin that gives it the bound of {@link FixedTimeout}: eta + alpha is the timeout. */
    static DetectorDesign design(DetectorSettings settings) {
        long intervalNs = settings.interval().toNanos();
        long timeoutNs = settings.timeout().toNanos();
        long marginNs = timeoutNs - intervalNs;
        return DetectorDesign.unphased(
                new DetectorFinding.Settings(
                        Durations.seconds(intervalNs),
                        null,
                        null,
                        null,
                        Durations.seconds(marginNs),
                        null,
                        null,
                        RecentArrivals.WINDOW),
                gaps -> Optional.of(Predictions.ofDeadline(timeoutNs, intervalNs)),
                (startNs, phase) -> new Chen(new RecentArrivals(intervalNs), marginNs, startNs + timeoutNs));
    }

    @Override
    public void onHeartbeat(long seq, long arrivedNs) {
        // One that was overtaken is no news of its sender.
        if (started && seq - latestSeq <= 0) {
            return;
        }
        started = true;
        latestSeq = seq;
        expected.onHeartbeat(seq, arrivedNs);
        suspectsFromNs = expected.ns(seq + 1) + marginNs;
    }

    @Override
    public long suspectsFromNs() {
        return suspectsFromNs;
    }
}
