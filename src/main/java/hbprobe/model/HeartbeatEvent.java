package hbprobe.model;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * A line of a recorded heartbeat trace. What an event does not have is null here and absent in the line.
 *
 * @param event {@value #FLOW}, {@value #HEARTBEAT}, {@value #FAULT} or {@value #END}; a reader skips others
 * @param flow its name
 * @param atS when it happened, to the microsecond, in seconds since the run began, by the monotonic clock
 * @param seq of a heartbeat: counts them as they were sent
 * @param sentS of a heartbeat: when it was sent, by the sender's clock, to the microsecond, in seconds
 * @param periodS of a flow: the interval of its heartbeats, in seconds
 * @param mechanism of a flow: what carries its heartbeats, as the command line calls it
 * @param fault of a flow: what it will meet, as the command line calls it
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record HeartbeatEvent(
        String event,
        @Nullable String flow,
        @Nullable Double atS,
        @Nullable Long seq,
        @Nullable Double sentS,
        @Nullable Double periodS,
        @Nullable String mechanism,
        @Nullable String fault) {

    /** A flow begins to be observed. */
    public static final String FLOW = "flow";

    /** A heartbeat arrived. */
    public static final String HEARTBEAT = "heartbeat";

    /** The flow was cut: nothing arrives afterwards. */
    public static final String FAULT = "fault";

    /** The flow ceases to be observed. */
    public static final String END = "end";

    /** The flow begins to be observed {@code atNs} after the run began. */
    public static HeartbeatEvent ofFlow(String flow, long atNs, long periodNs, Mechanism mechanism, String fault) {
        return new HeartbeatEvent(FLOW, flow, seconds(atNs), null, null, seconds(periodNs), mechanism.word(), fault);
    }

    /** A heartbeat, sent at {@code sentNs} by its sender's clock, arrived {@code atNs} after the run began. */
    public static HeartbeatEvent ofHeartbeat(String flow, long atNs, long seq, long sentNs) {
        return new HeartbeatEvent(HEARTBEAT, flow, seconds(atNs), seq, seconds(sentNs), null, null, null);
    }

    /** The flow was cut {@code atNs} after the run began. */
    public static HeartbeatEvent ofFault(String flow, long atNs) {
        return new HeartbeatEvent(FAULT, flow, seconds(atNs), null, null, null, null, null);
    }

    /** The flow ceased to be observed {@code atNs} after the run began. */
    public static HeartbeatEvent ofEnd(String flow, long atNs) {
        return new HeartbeatEvent(END, flow, seconds(atNs), null, null, null, null, null);
    }

    /** To the microsecond: milliseconds are too coarse for jitter on a short path, nanoseconds are noise. */
    private static double seconds(long ns) {
        return Math.round(ns / 1e3) / 1e6;
    }
}
