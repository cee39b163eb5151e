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
        @Nullable String why) {

    /** Why nobody noticed what a flow outlived. */
    public static final String OUTLIVED = "the flow works on, there is nothing to notice";

    /** Whether flows went on to work by themselves, so that there was nothing to notice. */
    public boolean isOutlived() {
        return why != null && why.contains(OUTLIVED);
    }

    /** Whether nothing was dropped: segments were lost at random. */
    public boolean isLoss() {
        return fault.startsWith(Fault.Kind.LOSS.word());
    }

    /** Whether the fault came to its end, so that to give up was as right as to go on. */
    public boolean isHealed() {
        return fault.startsWith(Fault.Kind.BLACKHOLE.word() + ":");
    }

    /** Whether there was a drop that the mechanism did not always notice. */
    public boolean isMissed() {
        return detected < trials && !isLoss() && !isHealed() && !isOutlived();
    }
}
