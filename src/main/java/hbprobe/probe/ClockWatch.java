package hbprobe.probe;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Notices when the machine was suspended: the wall clock goes on then, the monotonic one does not. A wall clock that
 * was set looks the same, and is treated the same.
 */
final class ClockWatch {
    /** Time synchronisation slews by far less between two looks. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private Instant wall;
    private long monotonicNs;

    ClockWatch(Instant wall, long monotonicNs) {
        this.wall = wall;
        this.monotonicNs = monotonicNs;
    }

    /** How far the clocks have parted since the last look, if that is too far. */
    Optional<Duration> look(Instant wallNow, long monotonicNowNs) {
        Duration parted = Duration.between(wall, wallNow)
                .minusNanos(monotonicNowNs - monotonicNs)
                .abs();
        wall = wallNow;
        monotonicNs = monotonicNowNs;
        return parted.compareTo(TOLERANCE) > 0 ? Optional.of(parted) : Optional.empty();
    }
}
