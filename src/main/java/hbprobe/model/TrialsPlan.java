package hbprobe.model;

import java.time.Duration;
import java.util.List;

/**
 * What {@code compare} or {@code detect} would do.
 *
 * @param trials in all
 * @param flowsAtOnce open at once, at most
 * @param worstCase what it takes if nothing is ever noticed
 * @param searchesFirst whether the idle timeout is measured before, which takes as long as that timeout
 * @param lacks what can't be staged, and why
 */
public record TrialsPlan(int trials, int flowsAtOnce, Duration worstCase, boolean searchesFirst, List<String> lacks) {
    /** Copies the list. */
    public TrialsPlan {
        lacks = List.copyOf(lacks);
    }
}
