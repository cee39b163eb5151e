package hbprobe.engine;

import hbprobe.model.Abilities;
import hbprobe.model.Abilities.CutOff;
import hbprobe.model.Direction;
import hbprobe.model.Ladder;
import hbprobe.model.Limits;
import hbprobe.model.MeasureSettings;
import hbprobe.model.MeasureSettings.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** Which flows to open, pass after pass, given what the passes before have shown. */
final class PassPlanner {
    /** Busy flows of a ladder: three tell an age from an instant. */
    private static final int BUSY = 3;

    /** One flow in so many is busy at most: the budget is for rungs. */
    private static final int SHARE_FOR_BUSY = 4;

    /** Flows of a rung that all live only where no box of a pool would have dropped them. */
    private static final int AGAINST_LUCK = 8;

    /** Beyond this a second pass would be a ladder of its own. */
    private static final int MOST_REFINING = 64;

    /** Both ends of the range: with fewer a search says nothing about it. They wait for each other if they have to. */
    private static final int FEWEST_RUNGS = 2;

    /** Of a bisection in one direction: more than doubling and halving ever need, so that contradictions end it too. */
    private static final int MOST_STEPS = 100;

    private static final String TOO_FEW_PLACES =
            "the bracket is wider than asked: the far end may still hold what the path cut off, and narrowing it"
                    + " needs more than --max-flows allows beside that";

    private final MeasureSettings settings;
    private final List<Ladder> ladders;
    private final CutOff cutOff;
    private boolean refined;

    /** What a pass is for. */
    enum Kind {
        /** The whole range. */
        MAIN,
        /** Rungs that died while many flows were being opened, again without company. */
        ALONE,
        /** Inside the bracket found. */
        REFINE,
        /** One rung of a bisection. */
        STEP
    }

    /** One flow to be. */
    record Rung(Ladder ladder, long idleNs) {}

    /**
     * Flows to open together, in this order.
     *
     * @param warning what its reader should know
     */
    record Pass(Kind kind, List<Rung> rungs, Optional<String> warning) {
        /** Whether each rung is waited for, whatever the others show. */
        boolean isExhaustive() {
            return kind != Kind.MAIN;
        }

        String title() {
            return switch (kind) {
                case MAIN -> "ladder";
                case ALONE -> "repeating alone";
                case REFINE -> "refining";
                case STEP -> "bisecting";
            };
        }
    }

    static final Pass NONE = new Pass(Kind.MAIN, List.of(), Optional.empty());

    PassPlanner(MeasureSettings settings, Abilities abilities) {
        this.settings = settings;
        this.cutOff = abilities.cutOff();
        this.ladders = abilities.ladders().stream()
                .filter(ladder -> settings.directions().contains(ladder.direction()))
                .toList();
    }

    /** What is asked for and can be had. */
    List<Ladder> ladders() {
        return ladders;
    }

    /** Busy flows beside the rungs. */
    int busyFlows() {
        return settings.strategy() == Strategy.BISECT
                ? 0
                : Math.max(1, Math.min(BUSY, settings.maxFlows() / SHARE_FOR_BUSY));
    }

    /** Rungs that may be open at once. */
    int rungFlows() {
        return settings.strategy() == Strategy.BISECT ? 1 : budget();
    }

    /** What is left beside the busy flows and one check. */
    private int budget() {
        return Math.max(1, settings.maxFlows() - busyFlows() - 1);
    }

    /** Flows that may be opened beside those, in the eyes of a far end that still holds what the path has cut off. */
    int placesLeft(List<Trial> trials) {
        return budget()
                - (int) trials.stream()
                        .filter(trial -> trial.isOpen() || (cutOff != CutOff.NOTHING && trial.isCutOff()))
                        .count();
    }

    Pass first() {
        if (settings.strategy() == Strategy.BISECT) {
            Direction searched = asks(Direction.SERVER_FIRST) ? Direction.SERVER_FIRST : Direction.CLIENT_FIRST;
            return step(searched, settings.min().toNanos());
        }
        if (!settings.intervals().isEmpty()) {
            List<Long> asked = new ArrayList<>(new TreeSet<>(
                    settings.intervals().stream().map(Duration::toNanos).toList()));
            return new Pass(Kind.MAIN, everyLadder(asked, settings.repeat()), Optional.empty());
        }
        int flowsPerRung = ladders.size() * settings.repeat();
        Rungs rungs = Rungs.over(
                settings.min().toNanos(),
                settings.max().toNanos(),
                settings.resolution(),
                Math.max(FEWEST_RUNGS, rungFlows() / flowsPerRung));
        return new Pass(Kind.MAIN, everyLadder(rungs.idleNs(), settings.repeat()), tooCoarse(rungs));
    }

    /** How long a pass takes when nothing dies, replies left out: rungs beyond the budget wait for a place. */
    long lengthNs(Pass pass) {
        PriorityQueue<Long> placeFreeNs = new PriorityQueue<>();
        long longestNs = 0;
        for (int i = 0; i < pass.rungs().size(); i++) {
            long dueNs = (long) (i / settings.openRate() * 1e9);
            long openNs = placeFreeNs.size() < rungFlows() ? dueNs : Math.max(dueNs, placeFreeNs.remove());
            Rung rung = pass.rungs().get(i);
            long endNs = openNs + rung.ladder().test().priming().toNanos() + rung.idleNs();
            placeFreeNs.add(endNs);
            longestNs = Math.max(longestNs, endNs);
        }
        return longestNs;
    }

    private Optional<String> tooCoarse(Rungs rungs) {
        if (rungs.ratio() <= settings.resolution() || settings.refine()) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "%d flows allow rungs %.1f %% apart, not %.1f %%; raise --max-flows or add --refine",
                settings.maxFlows(),
                100 * rungs.ratio(),
                100 * settings.resolution()));
    }

    private List<Rung> everyLadder(List<Long> idleNs, int repeat) {
        List<Rung> rungs = new ArrayList<>();
        for (long idle : idleNs) {
            for (int i = 0; i < repeat; i++) {
                for (Ladder ladder : ladders) {
                    rungs.add(new Rung(ladder, idle));
                }
            }
        }
        return rungs;
    }

    private boolean asks(Direction direction) {
        return ladders.stream().anyMatch(ladder -> ladder.direction() == direction);
    }

    private Pass step(Direction direction, long idleNs) {
        List<Rung> rung = ladders.stream()
                .filter(ladder -> ladder.direction() == direction)
                .map(ladder -> new Rung(ladder, idleNs))
                .toList();
        return new Pass(Kind.STEP, rung, Optional.empty());
    }

    /**
     * The next pass, if there has to be one.
     *
     * @param early whether flows died while others were still being opened
     */
    Optional<Pass> next(List<Trial> trials, boolean early) {
        if (settings.strategy() == Strategy.BISECT) {
            return bisect(trials);
        }
        if (early) {
            return Optional.of(alone(trials));
        }
        return settings.refine() && !refined ? refine(trials) : Optional.empty();
    }

    private Pass alone(List<Trial> trials) {
        List<Rung> rungs = new ArrayList<>();
        for (Ladder ladder : ladders) {
            List<Trial> samples = samples(trials, ladder);
            // Below the last living one a pool of boxes may let the repetition live by luck; above it, seldom so often.
            long lastAliveNs = samples.stream()
                    .filter(trial -> trial.is(Trial.State.ALIVE))
                    .mapToLong(trial -> trial.idleNs)
                    .max()
                    .orElse(0);
            int flows = Bracket.of(samples).disagreeing() > 0 ? AGAINST_LUCK : 1;
            samples.stream()
                    .filter(trial -> trial.is(Trial.State.DEAD) && trial.idleNs > lastAliveNs)
                    .mapToLong(trial -> trial.idleNs)
                    .sorted()
                    .distinct()
                    .limit(2)
                    .forEach(idleNs -> rungs.addAll(Collections.nCopies(flows, new Rung(ladder, idleNs))));
        }
        rungs.sort(Comparator.comparingLong(Rung::idleNs));
        return new Pass(Kind.ALONE, rungs, Optional.empty());
    }

    private Optional<Pass> refine(List<Trial> trials) {
        refined = true;
        int placesALadder = cutOff == CutOff.NOTHING ? MOST_REFINING : Math.max(0, placesLeft(trials)) / ladders.size();
        List<Rung> rungs = new ArrayList<>();
        Optional<String> warning = Optional.empty();
        for (Ladder ladder : ladders) {
            Bracket bracket = Bracket.of(samples(trials, ladder));
            if (bracket.widthNs().isEmpty()
                    || bracket.ending().filter(end -> end.isAtExpiry()).isPresent()) {
                continue;
            }
            long aliveNs = bracket.aliveNs().getAsLong();
            long widthNs = bracket.widthNs().getAsLong();
            int asked = (int) Math.min(MOST_REFINING, Math.ceil((double) widthNs / askedNs(aliveNs)));
            int parts = Math.min(asked, placesALadder + 1);
            if (parts < asked) {
                warning = Optional.of(TOO_FEW_PLACES);
            }
            LongStream.range(1, parts)
                    .forEach(i -> rungs.add(
                            new Rung(ladder, Rungs.besideWholeSeconds(aliveNs + (double) i * widthNs / parts))));
        }
        rungs.sort((one, other) -> Long.compare(one.idleNs(), other.idleNs()));
        return rungs.isEmpty() ? Optional.empty() : Optional.of(new Pass(Kind.REFINE, rungs, warning));
    }

    /** The width asked of the bracket if that is the timeout: its lower end gives the width that is surely enough. */
    private long askedNs(long timeoutNs) {
        return Math.max(Limits.FINEST_STEP.toNanos(), (long) (settings.resolution() * timeoutNs));
    }

    private static List<Trial> samples(List<Trial> trials, Ladder ladder) {
        return trials.stream().filter(trial -> trial.ladder.equals(ladder)).toList();
    }

    private static List<Trial> samples(List<Trial> trials, Direction direction) {
        return trials.stream().filter(trial -> trial.direction() == direction).toList();
    }

    // ---- bisection -----------------------------------------------------------------------------------------------

    /** Server-first, which dies first on most paths, is searched; then client-first is tried where it died. */
    private Optional<Pass> bisect(List<Trial> trials) {
        List<Trial> serverFirst = samples(trials, Direction.SERVER_FIRST);
        List<Trial> clientFirst = samples(trials, Direction.CLIENT_FIRST);
        if (asks(Direction.SERVER_FIRST)) {
            OptionalLong next = nextStep(serverFirst, settings.min().toNanos(), false);
            if (next.isPresent()) {
                return Optional.of(step(Direction.SERVER_FIRST, next.getAsLong()));
            }
            if (!asks(Direction.CLIENT_FIRST)) {
                return Optional.empty();
            }
            Bracket found = Bracket.of(serverFirst);
            // A little above, so that timers' jitter doesn't leave it in doubt whether this one was idle as long.
            long startNs = found.deadNs().isPresent()
                    ? found.deadNs().getAsLong() + askedNs(found.deadNs().getAsLong()) / 2
                    : found.aliveNs().orElse(settings.min().toNanos());
            if (clientFirst.isEmpty()) {
                return Optional.of(step(Direction.CLIENT_FIRST, startNs));
            }
            boolean lives =
                    clientFirst.stream().anyMatch(trial -> trial.is(Trial.State.ALIVE) && trial.idleNs >= startNs);
            if (lives) {
                return Optional.empty();
            }
            if (clientFirst.size() == 1 && found.aliveNs().orElse(0) > 0) {
                return Optional.of(step(Direction.CLIENT_FIRST, found.aliveNs().getAsLong()));
            }
        }
        boolean capped = asks(Direction.SERVER_FIRST);
        OptionalLong next = nextStep(clientFirst, settings.min().toNanos(), capped);
        return next.isPresent() ? Optional.of(step(Direction.CLIENT_FIRST, next.getAsLong())) : Optional.empty();
    }

    /** Doubles until something dies, then halves the bracket; then confirms the death by slightly longer silences. */
    private OptionalLong nextStep(List<Trial> trials, long firstNs, boolean capped) {
        boolean lastProvedNothing =
                !trials.isEmpty() && !trials.get(trials.size() - 1).isSample();
        if (lastProvedNothing || trials.size() >= MOST_STEPS) {
            return OptionalLong.empty(); // refreshed or void: asking again would show the same
        }
        OptionalLong lastAliveNs = trials.stream()
                .filter(trial -> trial.is(Trial.State.ALIVE))
                .mapToLong(trial -> trial.idleAtLeastNs)
                .max();
        List<Trial> dead = trials.stream()
                .filter(trial -> trial.is(Trial.State.DEAD) && trial.idleAtMostNs > lastAliveNs.orElse(0))
                .toList();
        if (dead.isEmpty()) {
            long longestNs =
                    trials.stream().mapToLong(trial -> trial.idleNs).max().orElse(0);
            long maxNs = settings.max().toNanos();
            if (trials.isEmpty()) {
                return OptionalLong.of(firstNs);
            }
            return longestNs >= maxNs || capped
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.min(maxNs, 2 * longestNs));
        }
        long deadNs = dead.stream().mapToLong(trial -> trial.idleAtMostNs).min().getAsLong();
        long lowestNs = Math.max(settings.min().toNanos(), lastAliveNs.orElse(0));
        if (deadNs - lowestNs > askedNs(deadNs)) {
            return OptionalLong.of((long) Math.sqrt((double) lowestNs * deadNs));
        }
        // At the very same silence a living one would not contradict the dead one for sure.
        return dead.size() > settings.confirm()
                ? OptionalLong.empty()
                : OptionalLong.of(deadNs + dead.size() * askedNs(deadNs));
    }
}
