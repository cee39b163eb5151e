package hbprobe.model;

import java.time.Duration;

/**
 * How behaviour discovery asks.
 *
 * @param replyTimeout how long a request that must be answered is sent again before it counts as unanswered. RFC 8489,
 *     section 6.2.1, would wait for 39.5 s
 * @param sockets opened at once; each is a sample of how the NAT chooses ports
 */
public record NatSettings(Duration replyTimeout, int sockets) {
    /**
     * Five requests in ten seconds: where every twentieth packet is lost each way, one in a hundred thousand goes
     * unanswered for that. Eight ports can't follow each other by chance.
     */
    public static NatSettings defaults() {
        return new NatSettings(Duration.ofSeconds(10), 8);
    }

    /** The same with another timeout. */
    public NatSettings withReplyTimeout(Duration changed) {
        return new NatSettings(changed, sockets);
    }
}
