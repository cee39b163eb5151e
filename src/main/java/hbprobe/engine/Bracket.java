package hbprobe.engine;

import hbprobe.model.Ending;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a direction's timeout lies, from its samples.
 *
 * @param aliveNs longest silence such that every sample at it and below lived; for closes that came by themselves the
 *     smallest age at which one came
 * @param deadNs shortest silence such that every sample at it and above was dead; for closes that came by themselves
 *     the largest age; empty when nothing died
 * @param estimateNs the middle; for closes that came by themselves the smallest age
 * @param ending what most of the dead ones showed
 * @param samples counted
 * @param disagreeing living ones above the first dead one and dead ones below the last living one
 */
record Bracket(
        OptionalLong aliveNs,
        OptionalLong deadNs,
        OptionalLong estimateNs,
        Optional<Ending> ending,
        int samples,
        int disagreeing) {

    static Bracket of(List<Trial> trials) {
        List<Trial> alive =
                trials.stream().filter(trial -> trial.is(Trial.State.ALIVE)).toList();
        List<Trial> dead =
                trials.stream().filter(trial -> trial.is(Trial.State.DEAD)).toList();
        int samples = alive.size() + dead.size();
        OptionalLong lastAlive =
                alive.stream().mapToLong(trial -> trial.idleAtLeastNs).max();
        if (dead.isEmpty()) {
            return new Bracket(lastAlive, OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), samples, 0);
        }
        long closedByThemselves = dead.stream().filter(Trial::hasClosedAtExpiry).count();
        return 2 * closedByThemselves > dead.size()
                ? ofCloses(alive, dead, samples)
                : ofProbes(alive, dead, samples, lastAlive.orElse(0));
    }

    private static Bracket ofProbes(List<Trial> alive, List<Trial> dead, int samples, long lastAliveNs) {
        long firstDeadNs =
                dead.stream().mapToLong(trial -> trial.idleAtMostNs).min().getAsLong();
        long aliveNs = alive.stream()
                .mapToLong(trial -> trial.idleAtLeastNs)
                .filter(idleNs -> idleNs < firstDeadNs)
                .max()
                .orElse(0);
        OptionalLong deadNs = dead.stream()
                .mapToLong(trial -> trial.idleAtMostNs)
                .filter(idleNs -> idleNs > lastAliveNs)
                .min();
        long aliveAbove = alive.stream()
                .filter(trial -> trial.idleAtLeastNs >= firstDeadNs)
                .count();
        long deadBelow =
                dead.stream().filter(trial -> trial.idleAtMostNs <= lastAliveNs).count();
        return new Bracket(
                OptionalLong.of(aliveNs),
                deadNs,
                deadNs.isPresent() ? OptionalLong.of((aliveNs + deadNs.getAsLong()) / 2) : OptionalLong.empty(),
                Optional.of(commonest(dead)),
                samples,
                (int) (aliveAbove + deadBelow));
    }

    private static Bracket ofCloses(List<Trial> alive, List<Trial> dead, int samples) {
        List<Trial> closes = dead.stream().filter(Trial::hasClosedAtExpiry).toList();
        long smallestNs =
                closes.stream().mapToLong(trial -> trial.idleAtLeastNs).min().getAsLong();
        long largestNs =
                closes.stream().mapToLong(trial -> trial.idleAtMostNs).max().getAsLong();
        long outlived =
                alive.stream().filter(trial -> trial.idleAtLeastNs > largestNs).count();
        return new Bracket(
                OptionalLong.of(smallestNs),
                OptionalLong.of(largestNs),
                OptionalLong.of(smallestNs),
                Optional.of(commonest(dead)),
                samples,
                (int) outlived);
    }

    private static Ending commonest(List<Trial> dead) {
        Map<Ending, Integer> counts = new EnumMap<>(Ending.class);
        for (Trial trial : dead) {
            counts.merge(trial.ending == null ? Ending.SILENT : trial.ending, 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(Ending.SILENT);
    }

    /**
     * The same where a probe may have crossed the path later than it was sent: the silence that a dead flow did not
     * survive was then longer. An alive one's answer came, whenever its probe did.
     */
    Bracket probedLate(long lateNs) {
        boolean closedByItself = ending.filter(Ending::isAtExpiry).isPresent();
        if (lateNs == 0 || deadNs.isEmpty() || closedByItself) {
            return this;
        }
        long latestNs = deadNs.getAsLong() + lateNs;
        return new Bracket(
                aliveNs,
                OptionalLong.of(latestNs),
                OptionalLong.of((aliveNs.orElse(0) + latestNs) / 2),
                ending,
                samples,
                disagreeing);
    }

    /** Width of the bracket; empty when nothing died. */
    OptionalLong widthNs() {
        return aliveNs.isPresent() && deadNs.isPresent()
                ? OptionalLong.of(deadNs.getAsLong() - aliveNs.getAsLong())
                : OptionalLong.empty();
    }
}
