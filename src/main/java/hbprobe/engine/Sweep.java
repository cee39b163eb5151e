package hbprobe.engine;

import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorSettings;
import hbprobe.model.Durations;
import java.util.Optional;

/**
 * Mark and sweep: a heartbeat sets its sender's mark; at fixed intervals the server declares gone who has none, and
 * clears the others. So a heartbeat is good until the second sweep after it. A client begins marked, or a sweep just
 * after its start would declare it gone at once.
 */
final class Sweep implements Detector {
    private final long everyNs;
    private final long anySweepNs;
    private long suspectsFromNs;

    /** @param firstSweepNs at or after {@code startNs} */
    Sweep(long everyNs, long startNs, long firstSweepNs) {
        this.everyNs = everyNs;
        this.anySweepNs = firstSweepNs;
        onHeartbeat(0, startNs);
    }

    static DetectorDesign design(DetectorSettings settings) {
        long beatNs = settings.sweepBeat().toNanos();
        long everyNs = settings.sweepEvery().toNanos();
        return DetectorDesign.phased(
                new DetectorFinding.Settings(
                        null, null, Durations.seconds(beatNs), Durations.seconds(everyNs), null, null, null, null),
                gaps -> Optional.of(Predictions.ofSweep(everyNs, beatNs)),
                (startNs, phase) -> new Sweep(everyNs, startNs, startNs + (long) (phase * everyNs)));
    }

    @Override
    public void onHeartbeat(long seq, long arrivedNs) {
        suspectsFromNs = nextSweepNs(arrivedNs) + everyNs;
    }

    /** At or after: a mark that is set at the moment of a sweep is seen by it. */
    private long nextSweepNs(long nowNs) {
        return anySweepNs - Math.floorDiv(anySweepNs - nowNs, everyNs) * everyNs;
    }

    @Override
    public long suspectsFromNs() {
        return suspectsFromNs;
    }
}
