package hbprobe.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How long a probe waits for its answer. Unless it is given, it follows from what living flows needed after their
 * silence, since a radio that has to wake up or a server whose timer is late take longer than a warm round trip.
 */
final class ReplyTimeout {
    private static final long CEILING_NS = TimeUnit.SECONDS.toNanos(30);

    /** Four times the slowest answer: the margin that RFC 6298 gives the variance. */
    private static final int MARGIN = 4;

    private final Optional<Duration> fixed;
    private final long floorNs;
    private long slowestNs;

    /**
     * @param fixed as the user wants it, whatever living flows need
     * @param floor the least it adapts to
     */
    ReplyTimeout(Optional<Duration> fixed, Duration floor) {
        this.fixed = fixed;
        this.floorNs = floor.toNanos();
    }

    /** A living flow needed this long. */
    void learn(long answerNs) {
        slowestNs = Math.max(slowestNs, answerNs);
    }

    long ns() {
        return fixed.map(Duration::toNanos).orElse(Math.min(CEILING_NS, Math.max(floorNs, MARGIN * slowestNs)));
    }
}
