package hbprobe.engine;

import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorSettings;
import hbprobe.model.Durations;
import java.util.Optional;

/**
 * Suspects once the last heartbeat is older than a fixed deadline. Any heartbeat counts, even one that was overtaken: a
 * server with a plain timer does not look at numbers.
 */
final class FixedTimeout implements Detector {
    private final long timeoutNs;
    private long suspectsFromNs;

    FixedTimeout(long timeoutNs, long startNs) {
        this.timeoutNs = timeoutNs;
        this.suspectsFromNs = startNs + timeoutNs;
    }

    static DetectorDesign design(DetectorSettings settings) {
        long intervalNs = settings.interval().toNanos();
        long timeoutNs = settings.timeout().toNanos();
        return DetectorDesign.unphased(
                new DetectorFinding.Settings(
                        Durations.seconds(intervalNs),
                        Durations.seconds(timeoutNs),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null),
                gaps -> Optional.of(Predictions.ofDeadline(timeoutNs, intervalNs)),
                (startNs, phase) -> new FixedTimeout(timeoutNs, startNs));
    }

    @Override
    public void onHeartbeat(long seq, long arrivedNs) {
        suspectsFromNs = arrivedNs + timeoutNs;
    }

    @Override
    public long suspectsFromNs() {
        return suspectsFromNs;
    }
}
