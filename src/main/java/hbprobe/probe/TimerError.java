package hbprobe.probe;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** How late this machine's timers fire: what that does to a measurement is for the reader to judge. */
final class TimerError {
    private static final long LONGEST_NS = TimeUnit.HOURS.toNanos(1);

    private final Histogram lateNs = new Histogram(LONGEST_NS, 3);

    void record(long late) {
        lateNs.recordValue(Math.max(0, Math.min(LONGEST_NS, late)));
    }

    /** Milliseconds, 99th percentile; null when no timer has fired. */
    @Nullable
    Double p99Ms() {
        return lateNs.getTotalCount() == 0 ? null : Math.round(lateNs.getValueAtPercentile(99) / 1e3) / 1e3;
    }
}
