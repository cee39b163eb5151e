package hbprobe.probe;

import hbprobe.engine.EchoTrain;
import hbprobe.engine.FaultTrials;
import hbprobe.engine.Judgements;
import hbprobe.engine.KeepOpenTrials;
import hbprobe.engine.Plan;
import hbprobe.model.Abilities;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.CheckPlan;
import hbprobe.model.CheckSettings;
import hbprobe.model.DetectionSettings;
import hbprobe.model.Direction;
import hbprobe.model.Durations;
import hbprobe.model.Expected;
import hbprobe.model.Fault;
import hbprobe.model.Limits;
import hbprobe.model.Means;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasurePlan;
import hbprobe.model.MeasureSettings;
import hbprobe.model.MeasureSettings.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * How one expectation is tried. A new kind of expectation is a record of {@link Expected}, a judgement in {@link
 * Judgements} and a branch in {@link #of}.
 *
 * @param flows open at once, at most
 * @param takes at most
 * @param unfit why it can't be tried in this dialect; empty when it can
 * @param start tries it
 */
record Attempt(
        Expected expected,
        int flows,
        Duration takes,
        Optional<String> unfit,
        Function<TargetRun, CompletableFuture<Expectation>> start) {

    /** Enough for a 99th percentile, spread over a few flows. */
    private static final EchoTrain.Shape ROUND_TRIPS =
            new EchoTrain.Shape(10, Duration.ofMillis(50), Duration.ofMillis(2_500));

    /** More than one client of a backend keeps busy; below what a responder holds for one address. */
    private static final EchoTrain.Shape LOAD = new EchoTrain.Shape(64, Duration.ofMillis(100), Duration.ofSeconds(10));

    /** A drop that is noticed too late is to be seen with its latency, if it is not much too late. */
    private static final double CAP_OVER_LIMIT = 1.25;

    private static final Duration CAP_SLACK = Duration.ofSeconds(1);

    /** A rung or two above the older bracket, to see how flows end. */
    private static final double ABOVE_THE_OLDER = 1.05;

    /** For a target that was reached. */
    static Attempt of(Expected expected, CheckSettings settings, Approach.Reached reached, long seed) {
        Means means = TrialsRun.means(reached, false, Optional.empty());
        return of(expected, settings, reached.abilities(), means, seed);
    }

    /** Before it is; without a scheme for a responder. */
    static Attempt planned(Expected expected, CheckRequest.Wanted wanted, long seed) {
        Means means = TrialsRun.plannedMeans(wanted.destination(), false, Optional.empty());
        Abilities abilities = Dialects.abilities(wanted.destination().target().dialect(), means.filters());
        return of(expected, wanted.settings(), abilities, means, seed);
    }

    private static Attempt of(Expected expected, CheckSettings settings, Abilities abilities, Means means, long seed) {
        String dialect = means.dialect();
        if (expected instanceof Expected.IdleAtLeast least) {
            MeasureSettings rung = rung(least.idle(), settings, abilities);
            return searching(
                    expected,
                    rung,
                    settings.directions().equals(List.of(Direction.SERVER_FIRST)),
                    dialect,
                    abilities,
                    run -> run.search(rung).thenApply(verdict -> Judgements.idleAtLeast(least, verdict)));
        } else if (expected instanceof Expected.IdleAtMost most) {
            MeasureSettings rung = rung(most.idle(), settings, abilities);
            return searching(
                    expected,
                    rung,
                    settings.directions().equals(List.of(Direction.SERVER_FIRST)),
                    dialect,
                    abilities,
                    run -> run.search(rung).thenApply(verdict -> Judgements.idleAtMost(most, verdict)));
        } else if (expected instanceof Expected.EndsBy ends) {
            MeasureSettings rung = rung(longestIdle(settings), settings, abilities);
            return searching(
                    expected,
                    rung,
                    settings.directions().equals(List.of(Direction.SERVER_FIRST)),
                    dialect,
                    abilities,
                    run -> run.search(rung).thenApply(verdict -> Judgements.ending(ends, verdict)));
        } else if (expected instanceof Expected.NoWorseThan older) {
            MeasureSettings ladder = ladder(older.older(), settings, abilities);
            return searching(
                    expected,
                    ladder,
                    false,
                    dialect,
                    abilities,
                    run -> run.search(ladder).thenApply(verdict -> Judgements.noWorse(older, verdict)));
        } else if (expected instanceof Expected.DetectWithin within) {
            DetectionSettings trials = trials(within, settings, seed);
            FaultTrials planned = new FaultTrials(trials, means, 0);
            return new Attempt(
                    expected,
                    planned.flowsAtOnce(),
                    planned.worstCase(),
                    means.lacking(settings.mechanism(), trials.faults().get(0), settings.heartbeat()),
                    run -> run.trials(trials, means)
                            .thenApply(found -> Judgements.detectWithin(within, trials.trials(), found)));
        } else if (expected instanceof Expected.RttP99Below below) {
            return echoing(
                    expected,
                    ROUND_TRIPS,
                    dialect,
                    abilities,
                    run -> run.echoes(ROUND_TRIPS).thenApply(train -> Judgements.rttP99Below(below, train)));
        } else if (expected instanceof Expected.NoResetUnderLoad load) {
            return echoing(
                    expected,
                    LOAD,
                    dialect,
                    abilities,
                    run -> run.echoes(LOAD).thenApply(train -> Judgements.noReset(load, train)));
        } else if (expected instanceof Expected.KeepaliveHolds holds) {
            Duration idleTimeout = settings.idleTimeout()
                    .orElse(settings.heartbeat().keepalive().period());
            return new Attempt(
                    expected,
                    KeepOpenTrials.flowsAtOnce(2),
                    KeepOpenTrials.worstCase(settings.heartbeat().keepalive(), idleTimeout),
                    abilities.serverFirst()
                            ? Optional.empty()
                            : Optional.of("only hbprobe respond can be ordered to speak after the silence, and "
                                    + dialect + ":// speaks to any server"),
                    run -> run.keepalive(settings.heartbeat().keepalive(), idleTimeout)
                            .thenApply(trials -> Judgements.keepaliveHolds(
                                    holds, settings.idleTimeout().isPresent(), trials)));
        }
        throw new IllegalStateException("no way to try " + expected);
    }

    /** @param serverFirst whether nothing but the server's speaking first was asked for */
    private static Attempt searching(
            Expected expected,
            MeasureSettings settings,
            boolean serverFirst,
            String dialect,
            Abilities abilities,
            Function<TargetRun, CompletableFuture<Expectation>> start) {
        MeasurePlan plan = Plan.of(settings);
        Optional<String> unfit = settings.min().compareTo(abilities.shortestIdle()) < 0
                ? Optional.of("an idle period of " + Durations.print(settings.min()) + " is too short for " + dialect
                        + "://, which can't probe before " + Durations.print(abilities.shortestIdle()))
                : serverFirst && !abilities.serverFirst()
                        ? Optional.of("only hbprobe respond can be ordered to speak first, and " + dialect
                                + ":// speaks to any server")
                        : Optional.empty();
        return new Attempt(expected, plan.flowsAtOnce(), plan.worstCase(), unfit, start);
    }

    private static Attempt echoing(
            Expected expected,
            EchoTrain.Shape shape,
            String dialect,
            Abilities abilities,
            Function<TargetRun, CompletableFuture<Expectation>> start) {
        Optional<String> unfit = abilities.writes()
                ? Optional.empty()
                : Optional.of("echoes are needed, and " + dialect + ":// writes nothing");
        return new Attempt(expected, shape.flows(), shape.worstCase(), unfit, start);
    }

    /** Tries it, or says at once why that can't be. */
    CompletableFuture<Expectation> tried(TargetRun run) {
        return unfit.map(why -> CompletableFuture.completedFuture(
                        new Expectation(expected.name(), expected.value(), null, Held.ERROR, why)))
                .orElseGet(() -> start.apply(run));
    }

    CheckPlan.Row planned(String target) {
        return new CheckPlan.Row(target, expected.name(), expected.value(), flows, takes);
    }

    // ---- settings ------------------------------------------------------------------------------------------------

    /** Exactly one idle period. */
    private static MeasureSettings rung(Duration idle, CheckSettings settings, Abilities abilities) {
        MeasureSettings usual = MeasureSettings.defaults();
        return new MeasureSettings(
                        idle,
                        idle,
                        List.of(idle),
                        usual.resolution(),
                        settings.directions(),
                        usual.maxFlows(),
                        usual.openRate(),
                        0,
                        settings.repeat(),
                        false,
                        settings.replyTimeout(),
                        Strategy.LADDER)
                .within(abilities, Math.min(usual.maxFlows(), abilities.flows()), false);
    }

    /** The flows of {@code idle-at-most}, which the options see to. */
    private static Duration longestIdle(CheckSettings settings) {
        return settings.expected().stream()
                .filter(Expected.IdleAtMost.class::isInstance)
                .map(other -> ((Expected.IdleAtMost) other).idle())
                .findFirst()
                .orElseThrow();
    }

    /** A ladder like the older one, up to just above where flows died then. */
    private static MeasureSettings ladder(MeasureFinding older, CheckSettings settings, Abilities abilities) {
        MeasureSettings usual = MeasureSettings.defaults();
        double topS = older.directions().stream()
                .mapToDouble(one ->
                        one.deadS() != null ? ABOVE_THE_OLDER * one.deadS() : one.aliveS() == null ? 0 : one.aliveS())
                .max()
                .orElse(older.settings().maxS());
        double shortestS = Durations.seconds(Limits.SHORTEST_IDLE);
        Duration top = seconds(Math.max(shortestS, topS));
        Duration min = seconds(Math.max(shortestS, Math.min(older.settings().minS(), topS)));
        return new MeasureSettings(
                        min,
                        top,
                        List.of(),
                        Math.min(
                                1, Math.max(usual.resolution(), older.settings().resolution())),
                        older.directions().stream()
                                .map(MeasureFinding.DirectionFinding::direction)
                                .toList(),
                        usual.maxFlows(),
                        usual.openRate(),
                        usual.confirm(),
                        1,
                        false,
                        settings.replyTimeout(),
                        Strategy.LADDER)
                .within(abilities, Math.min(usual.maxFlows(), abilities.flows()), false);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static DetectionSettings trials(Expected.DetectWithin within, CheckSettings settings, long seed) {
        return new DetectionSettings(
                List.of(settings.mechanism()),
                List.of(Fault.parse("blackhole")),
                settings.heartbeat(),
                settings.trials(),
                Duration.ofNanos((long) (CAP_OVER_LIMIT * within.limit().toNanos()))
                        .plus(CAP_SLACK),
                List.of(),
                Optional.empty(),
                seed);
    }
}
