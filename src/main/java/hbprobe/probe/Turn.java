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
    /** Until the far end has seen that the last turn's flows are closed: they would count among this one's. */
    static final Duration SETTLE = Duration.ofMillis(500);

    /**
     * All in as few turns as their order allows.
     *
     * @param places for flows; an attempt that needs more has a turn of its own
     */
    static List<Turn> of(List<Attempt> attempts, int places) {
        List<Turn> turns = new ArrayList<>();
        for (Attempt attempt : attempts) {
            if (turns.isEmpty()) {
                turns.add(new Turn(new ArrayList<>(), Duration.ZERO));
            } else if (last(turns).flows() + attempt.flows() > places) {
                turns.add(new Turn(new ArrayList<>(), last(turns).ends().plus(SETTLE)));
            }
            last(turns).attempts.add(attempt);
        }
        return turns;
    }

    private static Turn last(List<Turn> turns) {
        return turns.get(turns.size() - 1);
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
