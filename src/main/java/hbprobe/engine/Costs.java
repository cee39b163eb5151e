package hbprobe.engine;

import hbprobe.model.Cost;
import hbprobe.model.Mechanism;
import hbprobe.model.Transport;
import java.time.Duration;

/** What a mechanism costs by computation, where no kernel's counters tell. */
final class Costs {
    /** An echo, its answer and the acknowledgement of that; a heartbeat or a probe and its acknowledgement. */
    private static final int PACKETS_AN_ECHO = 3;

    private static final int PACKETS_A_BEAT = 2;

    /** IPv4 and TCP with timestamps. */
    private static final int BYTES_A_PACKET = 52;

    private static final int PACKETS_AN_ECHO_OVER_UDP = 2;

    /** IPv4 and UDP. */
    private static final int BYTES_A_DATAGRAM = 28;

    private static final double NS_PER_HOUR = 3.6e12;

    private Costs() {}

    /** Both ways, without payload. */
    static Cost computed(Mechanism mechanism, Transport transport, Duration period) {
        double perHour = NS_PER_HOUR / period.toNanos();
        if (transport == Transport.UDP) {
            int datagrams = mechanism == Mechanism.APP_ECHO ? PACKETS_AN_ECHO_OVER_UDP : 1;
            return new Cost(mechanism, perHour * datagrams, perHour * datagrams * BYTES_A_DATAGRAM, false);
        }
        int packets = mechanism == Mechanism.APP_ECHO ? PACKETS_AN_ECHO : PACKETS_A_BEAT;
        return new Cost(mechanism, perHour * packets, perHour * packets * BYTES_A_PACKET, false);
    }
}
