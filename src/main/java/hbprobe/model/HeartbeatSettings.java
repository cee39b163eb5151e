package hbprobe.model;

import java.time.Duration;

/**
 * How heartbeats are sent and when silence is a drop.
 *
 * @param interval from one echo or heartbeat to the next
 * @param echoTimeout how long an echo's answer may take
 * @param misses echoes in a row without an answer that make a drop
 * @param schedule when the next echo is due
 * @param keepalive of the kernel
 * @param userTimeout how long data may stay unacknowledged
 */
public record HeartbeatSettings(
        Duration interval,
        Duration echoTimeout,
        int misses,
        Schedule schedule,
        Keepalive keepalive,
        Duration userTimeout) {

    /** When the next echo is due. */
    public enum Schedule {
        /** An interval after the last one was, whatever became of it. */
        FIXED("fixed"),
        /** At once where the last one was missed. */
        RETRY_AT_ONCE("retry-at-once");

        private final String word;

        Schedule(String word) {
            this.word = word;
        }

        /** The word used in JSON. */
        public String word() {
            return word;
        }
    }

    /**
     * OS keepalive.
     *
     * @param idle silence before the first probe
     * @param interval between probes
     * @param count unanswered probes that make a drop
     */
    public record Keepalive(Duration idle, Duration interval, int count) {
        /**
         * From one probe of a healthy idle flow to the next: after each one Linux waits for the interval, then looks
         * whether the idle time is over.
         */
        public Duration period() {
            return idle.compareTo(interval) > 0 ? idle : interval;
        }
    }

    /** The defaults of the command line. */
    public static HeartbeatSettings defaults() {
        return new HeartbeatSettings(
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                1,
                Schedule.FIXED,
                new Keepalive(Duration.ofSeconds(30), Duration.ofSeconds(10), 3),
                Duration.ofSeconds(30));
    }

    /** How often a flow with this mechanism carries something, while it works. */
    public Duration period(Mechanism mechanism) {
        return mechanism.writes() ? interval : keepalive.period();
    }

    /** The same with another interval. */
    public HeartbeatSettings withInterval(Duration changed) {
        return new HeartbeatSettings(changed, echoTimeout, misses, schedule, keepalive, userTimeout);
    }
}
