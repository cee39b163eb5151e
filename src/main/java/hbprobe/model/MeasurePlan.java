package hbprobe.model;

import java.time.Duration;
import java.util.Optional;

/**
 * What a measurement would do, in the worst case: nothing expires.
 *
 * @param flows opened in all
 * @param flowsAtOnce open at once at most
 * @param rungs different idle periods
 * @param worstCase how long it can take
 * @param packets both ways, about
 * @param warning what the settings do not allow
 */
public record MeasurePlan(
        int flows,
        int flowsAtOnce,
        int rungs,
        Duration min,
        Duration max,
        Duration worstCase,
        long packets,
        Optional<String> warning) {}
