package hbprobe.probe;

import hbprobe.model.CheckSettings;
import java.util.List;

/**
 * One {@code check} as it was asked for.
 *
 * @param targets checked side by side
 * @param failFast whether the first expectation that does not hold ends the rest
 */
public record CheckRequest(List<Wanted> targets, boolean failFast, long seed) {
    /** Copies the list. */
    public CheckRequest {
        targets = List.copyOf(targets);
    }

    /** A target, and what is expected of it. */
    public record Wanted(Destination destination, CheckSettings settings) {}
}
