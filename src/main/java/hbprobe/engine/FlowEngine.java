package hbprobe.engine;

import hbprobe.model.FarReport;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.KernelTimers;
import hbprobe.model.Problem;
import java.time.Duration;
import java.util.Optional;

/** An engine that keeps flows beating, and what it is told of them. What one doesn't care for it ignores. */
public interface FlowEngine extends Decider<FlowAction> {
    /**
     * A flow as it is once primed.
     *
     * @param rttNs of an exchange with the far application
     * @param tcpRttNs shortest round trip of TCP itself; empty where the kernel doesn't say
     * @param keepalive as the kernel took it
     * @param userTimeout as the kernel took it
     */
    record Primed(
            long rttNs,
            Optional<Long> tcpRttNs,
            Optional<HeartbeatSettings.Keepalive> keepalive,
            Optional<Duration> userTimeout) {}

    /** It is connected, equipped and silent. */
    void onPrimed(int flow, long nowNs, Primed primed);

    /** It did not come about, or the far end refused it. */
    void onFailed(int flow, long nowNs, Problem why);

    /** The connection ended. */
    void onClosed(int flow, long nowNs, CloseKind kind, String detail);

    /** Ends with what is known. */
    void stop(Search.Conclusion how, long nowNs);

    /** The answer to the oldest echo that has none. */
    default void onAnswered(int flow, long nowNs) {}

    /** Over UDP, the oldest echo that has no answer will have none, or a late one: a younger one was answered. */
    default void onOvertaken(int flow, long nowNs) {}

    /** The far end spoke as ordered. */
    default void onPushed(int flow, long nowNs) {}

    /** The fault is there, since that time. */
    default void onStaged(int flow, long atNs) {}

    /** The fault could not be brought about. */
    default void onNotStaged(int flow, long nowNs, String why) {}

    /** The fault is over. */
    default void onHealed(int flow, long nowNs) {}

    /** Something arrived again, for the first time since the fault was over. */
    default void onTraffic(int flow, long nowNs) {}

    /** What the kernel's retransmission of the flow goes by now; it follows the round trips. */
    default void onTimers(int flow, KernelTimers timers) {}

    /**
     * What the kernel has counted since the flow was opened.
     *
     * @param packets both ways
     * @param bytes both ways, headers of IP and TCP included
     */
    default void onCounted(int flow, long nowNs, long packets, long bytes) {}

    /** The far end's answer about a flow; empty: it doesn't know that flow. */
    default void onReported(int flow, long nowNs, int about, Optional<FarReport> report) {}

    /** The lab's fault came about between the request and now. */
    default void onLabStaged(long nowNs) {}

    /** The lab could not do what it was asked. */
    default void onLabFailed(long nowNs, String why) {}

    /** The lab's fault is over. */
    default void onLabHealed(long nowNs) {}
}
