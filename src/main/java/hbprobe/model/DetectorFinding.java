package hbprobe.model;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * How well one failure detector would have done, in the terms of Chen, Toueg and Aguilera, On the Quality of Service of
 * Failure Detectors, IEEE Transactions on Computers 51(5), 2002.
 *
 * @param name which detector
 * @param settings what it went by
 * @param detectionTimeS from the crash to the suspicion; null where nothing could be said
 * @param mistakeRatePerHour false suspicions in an hour of observed time of one flow; null if there was no time
 * @param mistakeDurationS how long a false suspicion lasted, on average; null if there was none
 * @param queryAccuracy the chance that it trusts at a random moment at which the flow lives; null if there was no time
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record DetectorFinding(
        DetectorKind name,
        Settings settings,
        @Nullable DetectionTime detectionTimeS,
        @Nullable Double mistakeRatePerHour,
        @Nullable Double mistakeDurationS,
        @Nullable Double queryAccuracy) {

    /** The same with another finding's detection time. */
    public DetectorFinding timedBy(DetectorFinding other) {
        return new DetectorFinding(
                name, settings, other.detectionTimeS, mistakeRatePerHour, mistakeDurationS, queryAccuracy);
    }

    /**
     * What a detector went by; null what means nothing to it.
     *
     * @param intervalS at which it takes heartbeats to be sent
     * @param timeoutS deadline since the last heartbeat
     * @param beatS interval at which clients mark themselves
     * @param everyS interval at which the server sweeps
     * @param marginS after the expected arrival; for one that adapts, the first
     * @param threshold of phi
     * @param minDeviationS the least standard deviation that it assumes
     * @param window arrivals, or intervals between them, that it remembers
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Settings(
            @Nullable Double intervalS,
            @Nullable Double timeoutS,
            @Nullable Double beatS,
            @Nullable Double everyS,
            @Nullable Double marginS,
            @Nullable Double threshold,
            @Nullable Double minDeviationS,
            @Nullable Integer window) {}

    /**
     * Times from crash to suspicion.
     *
     * @param min also the longest stall that is always tolerated: the chance that a stall of some length raises a false
     *     alarm is the share of detection times up to that length
     * @param predicted by formula, for regular heartbeats and a crash at any phase; null where there is no formula
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record DetectionTime(
            double min,
            double p50,
            double p90,
            double p99,
            double max,
            double mean,
            @Nullable Bounds predicted) {

        /** What was measured beside what was predicted. */
        public static DetectionTime of(Distribution measured, @Nullable Bounds predicted) {
            return new DetectionTime(
                    measured.min(),
                    measured.p50(),
                    measured.p90(),
                    measured.p99(),
                    measured.max(),
                    measured.mean(),
                    predicted);
        }
    }
}
