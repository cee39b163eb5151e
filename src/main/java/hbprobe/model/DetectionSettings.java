package hbprobe.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is to be noticed, by what, and how often that is tried.
 *
 * @param mechanisms that watch
 * @param faults that are staged
 * @param heartbeat how the mechanisms are set
 * @param trials of each mechanism and fault, each on a flow of its own
 * @param cap how long a trial waits for the notice
 * @param watched periods of heartbeats to be recorded for failure detectors beside the mechanisms' own
 * @param idleTimeout of the path; empty: unknown
 * @param seed of every random choice
 */
public record DetectionSettings(
        List<Mechanism> mechanisms,
        List<Fault> faults,
        HeartbeatSettings heartbeat,
        int trials,
        Duration cap,
        List<Duration> watched,
        Optional<Duration> idleTimeout,
        long seed) {

    /** Copies the lists. */
    public DetectionSettings {
        mechanisms = List.copyOf(mechanisms);
        faults = List.copyOf(faults);
        watched = List.copyOf(watched);
    }
}
