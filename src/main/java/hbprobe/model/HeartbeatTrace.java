package hbprobe.model;

import java.util.List;
import java.util.OptionalLong;

/**
 * The heartbeats of one flow as they arrived. All times are from one monotonic clock, except {@link Arrival#sentNs}.
 *
 * @param flow its name
 * @param periodNs the interval at which they were sent
 * @param arrivals in order of arrival; there may be a million
 * @param faultNs when the flow was really cut, nothing arriving afterwards; empty: it was not
 * @param fromNs when it began to be observed
 * @param endNs when it ceased to be
 */
public record HeartbeatTrace(
        String flow, long periodNs, List<Arrival> arrivals, OptionalLong faultNs, long fromNs, long endNs) {

    /**
     * One heartbeat.
     *
     * @param seq counts the heartbeats as they were sent, so that a lost one shows
     * @param sentNs by the sender's clock, whose zero need not be the receiver's
     * @param arrivedNs by the receiver's clock
     */
    public record Arrival(long seq, long sentNs, long arrivedNs) {}

    /** @throws IllegalArgumentException when something happened outside the observed time, or in another order */
    public HeartbeatTrace {
        arrivals = List.copyOf(arrivals);
        if (endNs - fromNs < 0) {
            throw new IllegalArgumentException("flow " + flow + " ends before it begins");
        }
        if (faultNs.isPresent() && !isWithin(faultNs.getAsLong(), fromNs, endNs)) {
            throw new IllegalArgumentException("flow " + flow + ": its fault is not within its time");
        }
        long lastNs = fromNs;
        for (Arrival arrival : arrivals) {
            if (!isWithin(arrival.arrivedNs, lastNs, endNs)) {
                throw new IllegalArgumentException("flow " + flow + ": heartbeat " + arrival.seq
                        + " is out of order, or not within the flow's time");
            }
            lastNs = arrival.arrivedNs;
        }
    }

    private static boolean isWithin(long atNs, long fromNs, long endNs) {
        return atNs - fromNs >= 0 && endNs - atNs >= 0;
    }
}
