package hbprobe.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Attempts on one target that run at the same time, with no more flows than it takes.
 *
 * @param begins at the latest, counted from the first turn's beginning
 */
record Turn(List<Attempt> attempts, Duration begins) {
    /**
     * All in as few turns as their order allows.
     *
     * @param places for flows; an attempt that needs more has a turn of its own
     */
    static List<Turn> of(List<Attempt> attempts, int places) {
        List<Turn> turns = new ArrayList<>();
        Turn last = new Turn(new ArrayList<>(), Duration.ZERO);
        for (Attempt attempt : attempts) {
            if (!last.attempts.isEmpty() && last.flows() + attempt.flows() > places) {
                last = new Turn(new ArrayList<>(), last.ends());
            }
            if (last.attempts.isEmpty()) {
                turns.add(last);
            }
            last.attempts.add(attempt);
        }
        return turns;
    }

    /** Open at once, at most. */
    private int flows() {
        return attempts.stream().mapToInt(Attempt::flows).sum();
    }

    private Duration ends() {
        return begins.plus(
                attempts.stream().map(Attempt::takes).max(Duration::compareTo).orElse(Duration.ZERO));
    }
}
