package hbprobe.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What advice is asked for.
 *
 * @param idleTimeout of the path, or the longest silence that it is known to bear
 * @param basis which of the two it is
 * @param ending how the path ends a flow, where that is known
 * @param from the file with the measurement; empty where the timeout was typed
 * @param rtt of the path
 * @param loss of packets, one way, as a share from 0 to below 1
 * @param detectWithin how late a drop may be noticed; empty for no such wish
 * @param power what a heartbeat costs the device that sends it
 * @param stacks names of {@link Stacks}, whose settings are wanted
 */
public record AdviceSettings(
        Duration idleTimeout,
        Basis basis,
        Optional<Ending> ending,
        Optional<String> from,
        Duration rtt,
        double loss,
        Optional<Duration> detectWithin,
        Power power,
        List<String> stacks) {

    /** Copies the list. */
    public AdviceSettings {
        stacks = List.copyOf(stacks);
    }

    /** What is known of the timeout. */
    public enum Basis {
        /** The path forgets a flow after it. */
        EXPIRES,
        /** A flow was seen to live as long, and nothing expired. */
        SURVIVES
    }

    /** What feeds the device. */
    public enum Power {
        /** A heartbeat costs nothing worth a word. */
        MAINS,
        /** Each heartbeat wakes a radio. */
        BATTERY
    }
}
