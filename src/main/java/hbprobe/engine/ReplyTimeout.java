package hbprobe.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How long a probe waits for its answer. Unless it is given, it follows from what living flows needed after their
 * silence, since a radio that has to wake up or a server whose timer is late take longer than a warm round trip.
 */
final class ReplyTimeout {
    /** RFC 6298 (2.4) has the same floor for retransmission: below it a single lost packet would look like death. */
    private static final long FLOOR_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long CEILING_NS = TimeUnit.SECONDS.toNanos(30);

    /** Four times the slowest answer: the margin that RFC 6298 gives the variance. */
    private static final int MARGIN = 4;

    private final Optional<Duration> fixed;
    private long slowestNs;

    ReplyTimeout(Optional<Duration> fixed) {
        this.fixed = fixed;
    }

    /** A living flow needed this long. */
    void learn(long answerNs) {
        slowestNs = Math.max(slowestNs, answerNs);
    }

    long ns() {
        return fixed.map(Duration::toNanos).orElse(Math.min(CEILING_NS, Math.max(FLOOR_NS, MARGIN * slowestNs)));
    }
}
