package hbprobe.model;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * How late a mechanism noticed a fault, as it is written to JSON.
 *
 * @param fault as it was asked for
 * @param trials that came to an end
 * @param detected of them, within the cap
 * @param latencyS of the detected ones; null when there are none
 * @param predictedS null where the mechanism never notices, or nothing is dropped
 * @param capS how long a trial waited
 * @param falseAlarms alarms while nothing was dropped
 * @param why what the reader should know; null when there is nothing to say
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Detection(
        Mechanism mechanism,
        String fault,
        int trials,
        int detected,
        @Nullable Distribution latencyS,
        @Nullable Bounds predictedS,
        double capS,
        int falseAlarms,
        @Nullable String why) {}
