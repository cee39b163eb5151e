package hbprobe.lab;

import hbprobe.model.Durations;
import hbprobe.model.Limits;
import java.time.Duration;
import java.util.Optional;

/**
 * What the machine plays.
 *
 * @param idleTimeout of TCP flows at the middlebox, exact to about 2 ms. Whole seconds, since the kernel takes no finer
 *     ones
 * @param towardsClient how the middlebox answers a packet of the client that belongs to no flow. With pick-up on a NAT
 *     never does: the packet founds a new flow
 * @param towardsServer how it answers a packet of the server that belongs to no flow. Without an effect on a {@link
 *     Box#SERVER_FIREWALL} with pick-up on, where such a packet founds a new flow
 * @param pickUp whether a packet in mid-stream founds a new flow
 * @param box which side the middlebox guards
 * @param family the IP version of the whole path
 * @param hops routers in a row between the client and the middlebox, 1 to {@value #MAX_HOPS}
 * @param udp what differs for UDP
 */
public record LabSettings(
        Duration idleTimeout,
        Rejection towardsClient,
        Rejection towardsServer,
        PickUp pickUp,
        Box box,
        Family family,
        int hops,
        Udp udp) {

    /** Beyond this a longer path shows nothing new, and every router delays the start by some milliseconds. */
    public static final int MAX_HOPS = 16;

    /**
     * Flows of UDP at the middlebox.
     *
     * @param single idle timeout of a flow that has not carried traffic both ways for two seconds; empty: TCP's
     * @param stream idle timeout of one that has; empty: TCP's
     * @param ports how a NAT chooses the outside port of a new flow, of TCP as well
     * @param filtering whom the middlebox lets in to a port that the client uses
     * @param hairpin whether the client reaches itself at the outside address
     */
    public record Udp(
            Optional<Duration> single, Optional<Duration> stream, Ports ports, Filtering filtering, Hairpin hairpin) {
        /** Everything as for TCP. */
        public static final Udp LIKE_TCP = new Udp(Optional.empty(), Optional.empty(), Ports.PRESERVED);

        /** With the kernel's own filter. */
        public Udp(Optional<Duration> single, Optional<Duration> stream, Ports ports) {
            this(single, stream, ports, Filtering.ADDRESS_AND_PORT, Hairpin.OFF);
        }

        /** The same with another filter. */
        public Udp withFiltering(Filtering changed) {
            return new Udp(single, stream, ports, changed, hairpin);
        }

        /** The same with hairpinning on or off. */
        public Udp withHairpin(Hairpin changed) {
            return new Udp(single, stream, ports, filtering, changed);
        }

        /** The same with other ports. */
        public Udp withPorts(Ports changed) {
            return new Udp(single, stream, changed, filtering, hairpin);
        }
    }

    /** What a datagram from outside must come from to get through to a port of the client. */
    public enum Filtering {
        /** From an address and a port that this port has sent to: what connection tracking does by itself. */
        ADDRESS_AND_PORT,
        /** From an address that this port has sent to. */
        ADDRESS,
        /** From anywhere: the client's ports are forwarded, whether it uses them or not. */
        OPEN
    }

    /** What becomes of a datagram of the client to the NAT's outside address. */
    public enum Hairpin {
        /** It is refused by the NAT host, to which it is addressed. */
        OFF,
        /** It is turned round to the client, from the outside address. */
        ON
    }

    /** How a NAT chooses the outside port of a new flow. */
    public enum Ports {
        /** The client's own, as long as no other flow has it: the kernel's default. */
        PRESERVED,
        /** Any. */
        RANDOM
    }

    /** What becomes of a packet that belongs to no flow. */
    public enum Rejection {
        /** It is dropped. */
        SILENT,
        /**
         * It is answered with RST. Towards the server of an IPv4 NAT it is the NAT host itself that answers, since its
         * own input is open and the packet is addressed to it; UDP gets an ICMP port unreachable there.
         */
        RESET
    }

    /** Whether conntrack takes up a TCP flow in mid-stream ({@code nf_conntrack_tcp_loose}). */
    public enum PickUp {
        /** The kernel's default: an expired flow lives again as soon as the side that the box trusts speaks. */
        ON,
        /** An expired flow is dead both ways. */
        OFF
    }

    /** Which side the middlebox guards. */
    public enum Box {
        /** The client: nothing from the server may found a flow. It translates addresses; not under IPv6. */
        NAT,
        /** The server: the client founds a flow with a SYN only, the server with any packet. No translation. */
        SERVER_FIREWALL
    }

    /** The IP version. */
    public enum Family {
        /** Documentation ranges of RFC 5737. */
        IPV4,
        /** Documentation prefix of RFC 3849. */
        IPV6
    }

    /**
     * Refuses what the kernel could not play.
     *
     * @throws IllegalArgumentException which names the setting
     */
    public LabSettings {
        checkTimeout("idle timeout", idleTimeout);
        udp.single.ifPresent(single -> checkTimeout("UDP timeout", single));
        udp.stream.ifPresent(stream -> checkTimeout("UDP stream timeout", stream));
        if (udp.ports == Ports.RANDOM && (udp.filtering != Filtering.ADDRESS_AND_PORT || udp.hairpin == Hairpin.ON)) {
            throw new IllegalArgumentException("the lab's NAT can forward ports that it preserves only: random ports go"
                    + " with filtering by address and port, and without hairpinning");
        }
        if (hops < 1 || hops > MAX_HOPS) {
            throw new IllegalArgumentException("the lab has 1 to " + MAX_HOPS + " hops, not " + hops);
        }
    }

    private static void checkTimeout(String which, Duration timeout) {
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.toNanosPart() != 0) {
            throw new IllegalArgumentException(
                    "the lab's " + which + " is in whole seconds, at least 1s, not " + Durations.print(timeout));
        }
        if (timeout.compareTo(Limits.LONGEST_IDLE) > 0) {
            throw new IllegalArgumentException("the lab's " + which + " is at most "
                    + Durations.print(Limits.LONGEST_IDLE) + ", not " + Durations.print(timeout));
        }
    }

    /** The most common NAT in the world, with a timeout that is short enough to wait for: 8 s, silent, one router. */
    public static LabSettings defaults() {
        return new LabSettings(
                Duration.ofSeconds(8),
                Rejection.SILENT,
                Rejection.SILENT,
                PickUp.ON,
                Box.NAT,
                Family.IPV4,
                1,
                Udp.LIKE_TCP);
    }

    /** The same with another idle timeout. */
    public LabSettings withIdleTimeout(Duration changed) {
        return new LabSettings(changed, towardsClient, towardsServer, pickUp, box, family, hops, udp);
    }

    /** The same with another answer to the client's packets after expiry. */
    public LabSettings withTowardsClient(Rejection changed) {
        return new LabSettings(idleTimeout, changed, towardsServer, pickUp, box, family, hops, udp);
    }

    /** The same with another answer to the server's packets after expiry. */
    public LabSettings withTowardsServer(Rejection changed) {
        return new LabSettings(idleTimeout, towardsClient, changed, pickUp, box, family, hops, udp);
    }

    /** The same with pick-up on or off. */
    public LabSettings withPickUp(PickUp changed) {
        return new LabSettings(idleTimeout, towardsClient, towardsServer, changed, box, family, hops, udp);
    }

    /** The same with another middlebox. */
    public LabSettings withBox(Box changed) {
        return new LabSettings(idleTimeout, towardsClient, towardsServer, pickUp, changed, family, hops, udp);
    }

    /** The same over another IP version. */
    public LabSettings withFamily(Family changed) {
        return new LabSettings(idleTimeout, towardsClient, towardsServer, pickUp, box, changed, hops, udp);
    }

    /** The same with a longer or shorter path. */
    public LabSettings withHops(int changed) {
        return new LabSettings(idleTimeout, towardsClient, towardsServer, pickUp, box, family, changed, udp);
    }

    /** The same with other timers and ports of UDP. */
    public LabSettings withUdp(Udp changed) {
        return new LabSettings(idleTimeout, towardsClient, towardsServer, pickUp, box, family, hops, changed);
    }
}
