package hbprobe.sim;

import static hbprobe.sim.SimTime.NEVER;

/**
 * What a middlebox is like.
 *
 * @param clientTimeoutNs idle time after which the client's packets are nobody's any more
 * @param serverTimeoutNs the same for the server's
 * @param granularityNs it looks for what has expired only so often; 0 for a timer per flow
 * @param refresh whose packets keep a flow
 * @param atExpiry what it does by itself when a flow's time is over
 * @param clientPickUp whether the client's packet in mid-stream founds a flow
 * @param serverPickUp whether the server's does
 * @param resetsClient whether a packet of the client's that is nobody's is answered with RST
 * @param resetsServer whether the server's is
 * @param lifetimeNs age at which a flow ends, idle or busy
 * @param tableSize flows it can hold; the one that was quiet for longest makes room
 */
record BoxSettings(
        long clientTimeoutNs,
        long serverTimeoutNs,
        long granularityNs,
        Refresh refresh,
        AtExpiry atExpiry,
        boolean clientPickUp,
        boolean serverPickUp,
        boolean resetsClient,
        boolean resetsServer,
        long lifetimeNs,
        int tableSize) {

    /** Whose packets keep a flow. */
    enum Refresh {
        OUTBOUND,
        INBOUND,
        BOTH
    }

    /** What a box does by itself when a flow's time is over. */
    enum AtExpiry {
        FORGETS,
        RESETS,
        FINISHES,
        /** Asks both ends by a keepalive probe, and keeps a flow whose ends answer. */
        PROBES
    }

    /** One that lets everything through. */
    static final BoxSettings NONE = new BoxSettings(
            NEVER, NEVER, 0, Refresh.BOTH, AtExpiry.FORGETS, true, true, false, false, NEVER, Integer.MAX_VALUE);

    /** One that forgets, and revives nothing. */
    static BoxSettings silent(double timeoutS) {
        long ns = SimTime.ns(timeoutS);
        return new BoxSettings(
                ns, ns, 0, Refresh.BOTH, AtExpiry.FORGETS, false, false, false, false, NEVER, Integer.MAX_VALUE);
    }

    boolean actsByItself() {
        return atExpiry != AtExpiry.FORGETS;
    }
}
