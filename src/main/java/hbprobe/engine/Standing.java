package hbprobe.engine;

import hbprobe.model.Ladder;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * How far the search has come on one ladder.
 *
 * @param expired whether enough rungs above the last living one are dead, and none in between is undecided
 * @param confirmations further dead rungs above the first dead one
 * @param exhausted whether the top rungs were refreshed by somebody, so that longer ones can show nothing
 * @param doubtful whether something died, but it is not yet sure what that means
 * @param decidingNs idle period of the dead rung that makes it sure; of the last living one while nothing died
 */
record Standing(boolean expired, int confirmations, boolean exhausted, boolean doubtful, long decidingNs) {
    /** Rungs refreshed in a row after which longer ones are not waited for. */
    private static final int REFRESHED_ENOUGH = 3;

    /** Chance at which flows of a mixed pool may all be dead by luck before the zone is taken to end. */
    private static final double LUCK = 1e-3;

    private static final int MOST_CONFIRMATIONS = 30;

    static Standing of(List<Trial> all, Ladder ladder, int confirm) {
        List<Trial> trials = all.stream()
                .filter(trial -> trial.ladder.equals(ladder))
                .sorted(Comparator.comparingLong(trial -> trial.idleNs))
                .toList();
        long lastAliveNs = trials.stream()
                .filter(trial -> trial.is(Trial.State.ALIVE))
                .mapToLong(trial -> trial.idleNs)
                .max()
                .orElse(-1);
        List<Trial> above =
                trials.stream().filter(trial -> trial.idleNs > lastAliveNs).toList();
        List<Long> dead = above.stream()
                .filter(trial -> trial.is(Trial.State.DEAD))
                .map(trial -> trial.idleNs)
                .distinct()
                .toList();
        int refreshedRungs = (int) above.stream()
                .filter(trial -> trial.is(Trial.State.REFRESHED))
                .mapToLong(trial -> trial.idleNs)
                .distinct()
                .count();
        boolean pendingAbove = above.stream().anyMatch(trial -> trial.state().isPending());
        int needed = needed(trials, lastAliveNs, confirm);
        // The rung that decides stays the same while more and more die above it.
        long decidingNs = dead.isEmpty() ? lastAliveNs : dead.get(Math.min(needed, dead.size() - 1));
        boolean pendingWithin =
                above.stream().anyMatch(trial -> trial.state().isPending() && trial.idleNs <= decidingNs);
        boolean expired = !dead.isEmpty() && !pendingWithin && (dead.size() > needed || !pendingAbove);
        boolean exhausted = dead.isEmpty() && refreshedRungs >= REFRESHED_ENOUGH;
        boolean doubtful = !expired && (!dead.isEmpty() || isMixed(trials, lastAliveNs));
        return new Standing(expired, Math.max(0, dead.size() - 1), exhausted, doubtful, decidingNs);
    }

    /** Whether a dead rung lies below living ones, and not so far below that it must have been an accident. */
    private static boolean isMixed(List<Trial> trials, long lastAliveNs) {
        OptionalLong lastDeadBelowNs = trials.stream()
                .filter(trial -> trial.is(Trial.State.DEAD) && trial.idleNs <= lastAliveNs)
                .mapToLong(trial -> trial.idleNs)
                .max();
        return lastDeadBelowNs.isPresent()
                && trials.stream()
                                .filter(trial ->
                                        trial.is(Trial.State.ALIVE) && trial.idleNs > lastDeadBelowNs.getAsLong())
                                .mapToLong(trial -> trial.idleNs)
                                .distinct()
                                .count()
                        < MOST_CONFIRMATIONS;
    }

    /**
     * Where dead rungs lie below living ones, several boxes may share the path; then a run of dead ones has to be long
     * enough not to be luck.
     */
    private static int needed(List<Trial> trials, long lastAliveNs, int confirm) {
        long deadBelow = trials.stream()
                .filter(trial -> trial.is(Trial.State.DEAD) && trial.idleNs < lastAliveNs)
                .count();
        if (deadBelow == 0) {
            return confirm;
        }
        long firstDeadNs = trials.stream()
                .filter(trial -> trial.is(Trial.State.DEAD))
                .mapToLong(trial -> trial.idleNs)
                .min()
                .getAsLong();
        long aliveAbove = trials.stream()
                .filter(trial -> trial.is(Trial.State.ALIVE) && trial.idleNs > firstDeadNs)
                .count();
        double share = (double) deadBelow / (deadBelow + aliveAbove);
        int unlikely = (int) Math.ceil(Math.log(LUCK) / Math.log(Math.min(share, 0.99)));
        return Math.max(confirm, Math.min(MOST_CONFIRMATIONS, unlikely));
    }
}
