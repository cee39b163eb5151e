package hbprobe.model;

import java.time.Duration;

/**
 * What failure detectors are told.
 *
 * @param interval at which heartbeats are sent
 * @param timeout of {@link DetectorKind#FIXED}: the deadline since the last heartbeat. {@link DetectorKind#CHEN} takes
 *     the margin from it that gives both the same bound, and {@link DetectorKind#BERTIER} begins with that margin
 * @param sweepBeat of {@link DetectorKind#SWEEP}: the interval at which clients mark themselves
 * @param sweepEvery of {@link DetectorKind#SWEEP}: the interval at which the server sweeps
 * @param phiThreshold of {@link DetectorKind#PHI}: it suspects once the chance that a heartbeat still comes is below
 *     10 to the power of minus this
 */
public record DetectorSettings(
        Duration interval, Duration timeout, Duration sweepBeat, Duration sweepEvery, double phiThreshold) {
    /** The chance of 10<sup>-100</sup> is far below anything that arrivals could have shown. */
    private static final double HIGHEST_THRESHOLD = 100;

    /** @throws IllegalArgumentException when a time is not above zero, or the threshold not between 0 and 100 */
    public DetectorSettings {
        requirePositive("interval", interval);
        requirePositive("timeout", timeout);
        requirePositive("beat of the sweep", sweepBeat);
        requirePositive("interval of the sweep", sweepEvery);
        if (!(phiThreshold > 0 && phiThreshold <= HIGHEST_THRESHOLD)) {
            throw new IllegalArgumentException("phi's threshold is above 0 and at most 100, not " + phiThreshold);
        }
    }

    /** The interval of the heartbeats that a detector is made for. */
    public Duration heartbeat(DetectorKind kind) {
        return kind == DetectorKind.SWEEP ? sweepBeat : interval;
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("the " + name + " is longer than 0s, not " + duration);
        }
    }
}
