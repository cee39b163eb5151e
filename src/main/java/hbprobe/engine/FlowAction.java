package hbprobe.engine;

import hbprobe.model.FarDeed;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What an engine that keeps flows beating wants done. */
public sealed interface FlowAction {
    /**
     * Connect and prime.
     *
     * @param flow its number, never used again
     * @param keepalive to be set; empty: off
     * @param userTimeout to be set; empty: the kernel's retransmission limit
     * @param pushAfterNs the far end is to speak so long after priming; empty: it is not
     * @param longestSilenceNs that the flow may have
     */
    record Open(
            int flow,
            Optional<HeartbeatSettings.Keepalive> keepalive,
            Optional<Duration> userTimeout,
            OptionalLong pushAfterNs,
            long longestSilenceNs)
            implements FlowAction {}

    /** Write an echo, whose answer is told. */
    record Speak(int flow) implements FlowAction {}

    /** Write a heartbeat that nobody waits for. */
    record Beat(int flow) implements FlowAction {}

    /** Order the far end to do something on this flow. */
    record Order(int flow, FarDeed deed, long durationNs) implements FlowAction {}

    /** Bring a fault upon the flow. */
    record Stage(int flow, Fault fault) implements FlowAction {}

    /** End the fault, and tell when something arrives again. */
    record Heal(int flow) implements FlowAction {}

    /** Read what the kernel has counted. */
    record Count(int flow) implements FlowAction {}

    /** Ask, on this flow, what became of another one. */
    record Ask(int flow, int about) implements FlowAction {}

    /** Close it. */
    record Close(int flow) implements FlowAction {}

    /** Bring a fault upon the whole lab. */
    record StageLab(Fault.Kind kind) implements FlowAction {}

    /** End it. */
    record HealLab(Fault.Kind kind) implements FlowAction {}
}
