package hbprobe.sim;

import static hbprobe.sim.SimTime.NEVER;

/**
 * What a NAT does with UDP.
 *
 * @param soloNs idle time after which a mapping ends that has not carried traffic both ways for long
 * @param streamNs the same for one that has, for two seconds or more
 * @param granularityNs it looks for what has expired only so often; 0 for a timer per mapping
 * @param inboundRefreshes whether packets from outside keep a mapping; those from inside always do (RFC 4787, REQ-6)
 * @param newPorts whether a mapping that is made anew has another outside port
 * @param tableSize mappings it can hold; the one that was quiet for longest makes room
 */
record NatSettings(
        long soloNs, long streamNs, long granularityNs, boolean inboundRefreshes, boolean newPorts, int tableSize) {
    static final NatSettings NONE = new NatSettings(NEVER, NEVER, 0, true, false, Integer.MAX_VALUE);

    /** As Linux has it, with ports that stay. */
    static NatSettings linux(double soloS, double streamS) {
        return new NatSettings(SimTime.ns(soloS), SimTime.ns(streamS), 0, true, false, Integer.MAX_VALUE);
    }
}
