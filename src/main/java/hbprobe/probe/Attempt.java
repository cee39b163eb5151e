package hbprobe.probe;

import hbprobe.engine.EchoTrain;
import hbprobe.engine.FaultTrials;
import hbprobe.engine.Judgements;
import hbprobe.engine.KeepOpenTrials;
import hbprobe.engine.Plan;
import hbprobe.engine.Verdict;
import hbprobe.model.Abilities;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.CheckPlan;
import hbprobe.model.CheckSettings;
import hbprobe.model.DetectionSettings;
import hbprobe.model.Durations;
import hbprobe.model.Expected;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.Limits;
import hbprobe.model.Means;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasurePlan;
import hbprobe.model.MeasureSettings;
import hbprobe.model.MeasureSettings.Strategy;
import hbprobe.model.Mechanism;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * How one expectation is tried. A new kind of expectation is a record of {@link Expected}, a judgement in {@link
 * Judgements} and a branch in {@link Planner#plan}.
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

    private static final Fault BLACKHOLE = Fault.parse("blackhole");

    private static final Duration CAP_SLACK = Duration.ofSeconds(1);

    /** A rung or two above the older bracket, to see how flows end. */
    private static final double ABOVE_THE_OLDER = 1.05;

    /** What can't be tried takes no place and no time. */
    Attempt {
        flows = unfit.isPresent() ? 0 : flows;
        takes = unfit.isPresent() ? Duration.ZERO : takes;
    }

    /** The same search as another expectation's. */
    private Attempt sharingFlows() {
        return new Attempt(expected, 0, takes, unfit, start);
    }

    /** For a target that was reached. */
    static Attempt of(Expected expected, CheckSettings settings, Approach.Reached reached, long seed) {
        Means means = TrialsRun.means(reached, false, Optional.empty());
        return new Planner(settings, reached.abilities(), means, seed).plan(expected);
    }

    /** Before it is; without a scheme for a responder. */
    static Attempt planned(Expected expected, CheckRequest.Wanted wanted, long seed) {
        Means means = TrialsRun.plannedMeans(wanted.destination(), false, Optional.empty());
        Abilities abilities = Dialects.abilities(wanted.destination(), means.filters());
        return new Planner(wanted.settings(), abilities, means, seed).plan(expected);
    }

    /** What the attempts on one target have in common. */
    private record Planner(CheckSettings settings, Abilities abilities, Means means, long seed) {
        Attempt plan(Expected expected) {
            if (expected instanceof Expected.IdleAtLeast least) {
                return search(least, rung(least.idle()), verdict -> Judgements.idleAtLeast(least, verdict));
            } else if (expected instanceof Expected.IdleAtMost most) {
                return search(most, rung(most.idle()), verdict -> Judgements.idleAtMost(most, verdict));
            } else if (expected instanceof Expected.EndsBy ends) {
                return search(ends, rung(idleAtMost()), verdict -> Judgements.ending(ends, verdict))
                        .sharingFlows();
            } else if (expected instanceof Expected.NoWorseThan older) {
                return search(older, ladder(older.older()), verdict -> Judgements.noWorse(older, verdict));
            } else if (expected instanceof Expected.DetectWithin within) {
                return trials(within);
            } else if (expected instanceof Expected.RttP99Below below) {
                return echoes(below, ROUND_TRIPS, train -> Judgements.rttP99Below(below, train));
            } else if (expected instanceof Expected.NoResetUnderLoad load) {
                return echoes(load, LOAD, train -> Judgements.noReset(load, train));
            } else if (expected instanceof Expected.KeepaliveHolds holds) {
                return keepalive(holds);
            }
            throw new IllegalStateException("no way to try " + expected);
        }

        private Attempt search(Expected expected, MeasureSettings wanted, Function<Verdict, Expectation> judge) {
            int flows = Math.min(wanted.maxFlows(), abilities.flows());
            MeasureSettings fitting = wanted.within(abilities, flows, false);
            MeasurePlan plan = Plan.of(fitting, abilities);
            return new Attempt(
                    expected,
                    plan.flowsAtOnce(),
                    plan.worstCase(),
                    wanted.unfit(means.dialect(), abilities),
                    run -> run.search(fitting).thenApply(judge));
        }

        private Attempt trials(Expected.DetectWithin within) {
            Duration cap = Duration.ofNanos(
                            (long) (CAP_OVER_LIMIT * within.limit().toNanos()))
                    .plus(CAP_SLACK);
            DetectionSettings wanted = new DetectionSettings(
                    List.of(settings.mechanism()),
                    List.of(BLACKHOLE),
                    settings.heartbeat(),
                    settings.trials(),
                    cap,
                    List.of(),
                    Optional.empty(),
                    seed);
            FaultTrials planned = new FaultTrials(wanted, means, 0);
            return new Attempt(
                    within,
                    planned.flowsAtOnce(),
                    planned.worstCase(),
                    means.lacking(settings.mechanism(), BLACKHOLE, settings.heartbeat()),
                    run -> run.trials(wanted, means)
                            .thenApply(found -> Judgements.detectWithin(within, wanted.trials(), found)));
        }

        private Attempt echoes(Expected expected, EchoTrain.Shape shape, Function<EchoTrain, Expectation> judge) {
            EchoTrain.Shape fitting = shape.within(abilities.flows());
            Optional<String> unfit = abilities.writes()
                    ? Optional.empty()
                    : Optional.of("echoes are needed, and " + means.dialect() + ":// writes nothing");
            return new Attempt(
                    expected,
                    fitting.flows(),
                    fitting.worstCase(),
                    unfit,
                    run -> run.echoes(fitting).thenApply(judge));
        }

        private Attempt keepalive(Expected.KeepaliveHolds holds) {
            Keepalive keepalive = settings.heartbeat().keepalive();
            Duration idleTimeout = settings.idleTimeout().orElse(keepalive.period());
            return new Attempt(
                    holds,
                    KeepOpenTrials.flowsAtOnceOfKeepalive(means),
                    KeepOpenTrials.worstCase(keepalive, idleTimeout, means),
                    Problems.noLastWord(means).or(() -> means.lacking(Mechanism.OS_KEEPALIVE)),
                    run -> run.keepalive(keepalive, idleTimeout, means)
                            .thenApply(trials -> Judgements.keepaliveHolds(
                                    holds, settings.idleTimeout().isPresent(), trials)));
        }

        /** Exactly one idle period. */
        private MeasureSettings rung(Duration idle) {
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
                    Strategy.LADDER);
        }

        /** Whose flows {@code ending} is about; the options see to it that it is there. */
        private Duration idleAtMost() {
            return settings.expected().stream()
                    .filter(Expected.IdleAtMost.class::isInstance)
                    .map(other -> ((Expected.IdleAtMost) other).idle())
                    .findFirst()
                    .orElseThrow();
        }

        /** A ladder like the older one, up to just above where flows died then. */
        private MeasureSettings ladder(MeasureFinding older) {
            MeasureSettings usual = MeasureSettings.defaults();
            double shortestS = Durations.seconds(Limits.SHORTEST_IDLE);
            double topS = older.directions().stream()
                    .mapToDouble(one -> one.deadS() != null
                            ? ABOVE_THE_OLDER * one.deadS()
                            : one.aliveS() == null ? 0 : one.aliveS())
                    .max()
                    .orElse(older.settings().maxS());
            double minS = Math.min(older.settings().minS(), topS);
            return new MeasureSettings(
                    seconds(Math.max(shortestS, minS)),
                    seconds(Math.max(shortestS, topS)),
                    List.of(),
                    Math.min(1, Math.max(usual.resolution(), older.settings().resolution())),
                    older.directions().stream()
                            .map(MeasureFinding.DirectionFinding::direction)
                            .toList(),
                    usual.maxFlows(),
                    usual.openRate(),
                    usual.confirm(),
                    1,
                    false,
                    settings.replyTimeout(),
                    Strategy.LADDER);
        }

        private static Duration seconds(double seconds) {
            return Duration.ofNanos((long) (seconds * 1e9));
        }
    }

    /** Tries it, or says at once why that can't be. */
    CompletableFuture<Expectation> tried(TargetRun run) {
        return unfit.map(why -> CompletableFuture.completedFuture(
                        new Expectation(expected.name(), expected.value(), null, Held.ERROR, why)))
                .orElseGet(() -> start.apply(run));
    }

    CheckPlan.Row planned(String target, int turn, Duration begins) {
        return new CheckPlan.Row(target, expected.name(), expected.value(), flows, turn, begins.plus(takes));
    }
}
