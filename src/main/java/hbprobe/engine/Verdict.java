package hbprobe.engine;

import hbprobe.engine.Search.Conclusion;
import hbprobe.engine.Trial.State;
import hbprobe.model.Direction;
import hbprobe.model.Durations;
import hbprobe.model.Ending;
import hbprobe.model.ExitCode;
import hbprobe.model.Ladder;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Flow;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.MeasureFinding.HiddenRefresh;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureFinding.PathCheck;
import hbprobe.model.MeasureFinding.Udp;
import hbprobe.model.MeasureSettings.Strategy;
import hbprobe.model.Problem;
import hbprobe.model.Transport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a search means.
 *
 * @param outcome in one word; a deadline that comes before the answer is inconclusive
 * @param udp what is known of UDP mappings; empty over TCP
 * @param onlyAcknowledged flows that are taken for alive because a kernel acknowledged, though nobody answered
 * @param exitCode 0, 3 or 4; an interrupted run's depends on the signal and is the caller's
 */
public record Verdict(
        Outcome outcome,
        Optional<IdleTimeout> idleTimeout,
        List<DirectionFinding> directions,
        Optional<Boolean> revivedByClient,
        Optional<HiddenRefresh> hiddenRefresh,
        Optional<Udp> udp,
        PathCheck pathCheck,
        List<Flow> flows,
        List<String> warnings,
        Optional<Problem> problem,
        int onlyAcknowledged,
        int exitCode) {

    /** Copies the lists. */
    public Verdict {
        directions = List.copyOf(directions);
        flows = List.copyOf(flows);
        warnings = List.copyOf(warnings);
    }

    /**
     * Judges a search that is over.
     *
     * @param nowNs when it ended
     */
    public static Verdict of(Search search, long nowNs) {
        return new Judge(search, nowNs).verdict();
    }

    /** Share of the samples beyond which they show a mess, not a zone. */
    private static final double MOST_DISAGREEING = 0.7;

    /** Who refreshes flows refreshes every one whose silence is so many times as long as the shortest refreshed. */
    private static final double STRAY = 1.5;

    private static final class Judge {
        private final Search search;
        private final long nowNs;
        private final List<String> warnings;
        private final BusyFlows.Fate fate;

        Judge(Search search, long nowNs) {
            this.search = search;
            this.nowNs = nowNs;
            this.warnings = new ArrayList<>(search.warnings());
            this.fate = search.conclusion() == Conclusion.PATH_DOWN
                    ? BusyFlows.Fate.NOTHING_TO_SAY // they died with the path
                    : search.busy().fate(nowNs);
        }

        Verdict verdict() {
            Conclusion conclusion = search.conclusion();
            List<DirectionFinding> directions = conclusion == Conclusion.UNREACHABLE ? List.of() : directions();
            Optional<Refreshing> refreshing = refreshing();
            Outcome outcome = outcome(directions);
            explain(outcome, refreshing);
            Optional<IdleTimeout> idleTimeout = outcome == Outcome.EXPIRES || outcome == Outcome.INTERRUPTED
                    ? firstToDie(directions)
                    : Optional.empty();
            return new Verdict(
                    outcome,
                    idleTimeout,
                    directions,
                    revivedByClient(),
                    refreshing.map(Refreshing::finding),
                    search.abilities().transport() == Transport.UDP && conclusion != Conclusion.UNREACHABLE
                            ? Optional.of(UdpMappings.of(search.trials(), directions))
                            : Optional.empty(),
                    new PathCheck(pathCheck()),
                    flows(),
                    warnings,
                    search.problem(),
                    (int) search.trials().stream()
                            .filter(trial -> trial.is(State.ALIVE) && trial.onlyAcknowledged)
                            .count(),
                    switch (outcome) {
                        case EXPIRES, SURVIVES, INTERRUPTED -> ExitCode.ANSWERED;
                        case INCONCLUSIVE -> ExitCode.INCONCLUSIVE;
                        case UNREACHABLE -> ExitCode.UNREACHABLE;
                    });
        }

        private Outcome outcome(List<DirectionFinding> directions) {
            Conclusion conclusion = search.conclusion();
            if (conclusion == Conclusion.UNREACHABLE) {
                return Outcome.UNREACHABLE;
            }
            if (conclusion == Conclusion.INTERRUPTED) {
                return Outcome.INTERRUPTED;
            }
            if (conclusion == Conclusion.PATH_DOWN) {
                return Outcome.INCONCLUSIVE;
            }
            if (!isBelievable()) {
                return Outcome.INCONCLUSIVE;
            }
            if (directions.stream().anyMatch(direction -> direction.outcome() == Outcome.EXPIRES)) {
                return Outcome.EXPIRES;
            }
            boolean sawItAll = conclusion == Conclusion.DONE
                    && !search.isCutShort()
                    && directions.stream()
                            .allMatch(direction -> direction.outcome() == Outcome.SURVIVES && reachedTheTop(direction));
            return sawItAll ? Outcome.SURVIVES : Outcome.INCONCLUSIVE;
        }

        /** Whether what died may have died of idling. */
        private boolean isBelievable() {
            boolean sweptAway = search.conclusion() != Conclusion.PATH_DOWN
                    && !fate.isOfAge()
                    && search.busy().anyDeathSweptAll(nowNs);
            return !sweptAway && !search.isCrowded();
        }

        /** Whether the longest idle period asked for was lived through. */
        private boolean reachedTheTop(DirectionFinding direction) {
            List<Trial> samples = of(new Ladder(direction.test(), direction.direction()));
            long topNs = samples.stream().mapToLong(trial -> trial.idleNs).max().orElse(0);
            return samples.stream().anyMatch(trial -> trial.is(State.ALIVE) && trial.idleNs == topNs);
        }

        private List<Trial> of(Ladder ladder) {
            return search.trials().stream()
                    .filter(trial -> trial.ladder.equals(ladder))
                    .toList();
        }

        private List<Trial> of(Direction direction) {
            return search.trials().stream()
                    .filter(trial -> trial.direction() == direction)
                    .toList();
        }

        // ---- one ladder ------------------------------------------------------------------------------------------

        private List<DirectionFinding> directions() {
            return search.ladders().stream()
                    .sorted(Comparator.comparing(Ladder::test)) // they were opened in another order
                    .map(this::direction)
                    .toList();
        }

        private DirectionFinding direction(Ladder ladder) {
            List<Trial> trials = of(ladder);
            Bracket bracket = Bracket.of(trials).probedLate(search.probeLateNs());
            Standing standing =
                    Standing.of(search.trials(), ladder, search.settings().confirm());
            // A search that was cut short had more rungs to try above, and a bisection can always try one more.
            boolean complete = search.conclusion() == Conclusion.DONE
                    && !search.isCutShort()
                    && search.settings().strategy() == Strategy.LADDER;
            boolean confirmed =
                    complete || standing.confirmations() >= search.settings().confirm();
            boolean expired = bracket.deadNs().isPresent()
                    && standing.expired()
                    && confirmed
                    && isBelievable()
                    && search.conclusion() != Conclusion.PATH_DOWN
                    && bracket.disagreeing() <= MOST_DISAGREEING * bracket.samples();
            Outcome outcome = expired
                    ? Outcome.EXPIRES
                    : bracket.ending().isEmpty() && bracket.samples() > 0 ? Outcome.SURVIVES : Outcome.INCONCLUSIVE;
            if (expired && standing.confirmations() < search.settings().confirm()) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "%s: only %d of the %d confirmations asked for: no more rungs above it were tried",
                        ladder.word(),
                        standing.confirmations(),
                        search.settings().confirm()));
            }
            return new DirectionFinding(
                    ladder.direction(),
                    ladder.test(),
                    outcome,
                    seconds(bracket.aliveNs()),
                    seconds(bracket.deadNs()),
                    seconds(bracket.estimateNs()),
                    bracket.ending()
                            .map(ending -> asOneWay(ending, ladder, bracket))
                            .orElse(null),
                    bracket.samples(),
                    bracket.disagreeing());
        }

        private static @Nullable Double seconds(OptionalLong ns) {
            return ns.isPresent() ? Durations.seconds(ns.getAsLong()) : null;
        }

        /** What looks silent from one end is one-way when the other direction lives at the same age. */
        private Ending asOneWay(Ending ending, Ladder ladder, Bracket bracket) {
            if (fate == BusyFlows.Fate.AGE_LIMIT) {
                return Ending.LIFETIME;
            }
            boolean otherLives = bracket.deadNs().isPresent()
                    && search.ladders().stream()
                            .filter(other -> other.direction() != ladder.direction())
                            .anyMatch(other -> livesAt(other, bracket.deadNs().getAsLong()));
            return ending == Ending.SILENT && otherLives ? Ending.ONE_WAY : ending;
        }

        /**
         * Whether flows of that ladder live where others are dead. Two flows of one rung are never silent for the very
         * same time: a hundredth is no difference. Where these die too, and the brackets overlap, it may be at one age.
         */
        private boolean livesAt(Ladder ladder, long deadNs) {
            List<Trial> trials = of(ladder);
            Bracket bracket = Bracket.of(trials);
            return bracket.deadNs().isPresent()
                    ? bracket.aliveNs().orElse(0) >= deadNs
                    : trials.stream()
                            .anyMatch(trial ->
                                    trial.is(State.ALIVE) && trial.idleAtLeastNs + trial.idleNs / 100 >= deadNs);
        }

        // ---- all together ----------------------------------------------------------------------------------------

        private static Optional<IdleTimeout> firstToDie(List<DirectionFinding> directions) {
            return directions.stream()
                    .filter(direction -> direction.outcome() == Outcome.EXPIRES)
                    .flatMap(direction -> idleTimeout(direction).stream())
                    .reduce(Judge::firstOf);
        }

        /**
         * Where the brackets overlap nobody knows who is first; then the server's silence says more: the client's
         * traffic could have revived it.
         */
        private static IdleTimeout firstOf(IdleTimeout one, IdleTimeout other) {
            if (one.direction() == other.direction()) {
                return one.deadS() <= other.deadS() ? one : other;
            }
            boolean oneIsServers = one.direction() == Direction.SERVER_FIRST;
            IdleTimeout server = oneIsServers ? one : other;
            IdleTimeout client = oneIsServers ? other : one;
            return client.deadS() <= server.aliveS() ? client : server;
        }

        private static Optional<IdleTimeout> idleTimeout(DirectionFinding found) {
            Double aliveS = found.aliveS();
            Double deadS = found.deadS();
            Double estimateS = found.estimateS();
            Ending ending = found.ending();
            return aliveS == null || deadS == null || estimateS == null || ending == null
                    ? Optional.empty()
                    : Optional.of(new IdleTimeout(aliveS, deadS, estimateS, found.direction(), ending));
        }

        private Optional<Boolean> revivedByClient() {
            if (search.abilities().transport() == Transport.UDP) {
                List<Trial> dead = of(Direction.SERVER_FIRST).stream()
                        .filter(trial -> trial.is(State.DEAD))
                        .toList();
                return dead.isEmpty()
                        ? Optional.empty()
                        : Optional.of(dead.stream().anyMatch(trial -> trial.mappedAfter != null));
            }
            OptionalLong serverFirstDied = of(Direction.SERVER_FIRST).stream()
                    .filter(trial -> trial.is(State.DEAD))
                    .mapToLong(trial -> trial.idleNs)
                    .min();
            List<Trial> clientFirst = of(Direction.CLIENT_FIRST);
            boolean clientFirstDied = clientFirst.stream().anyMatch(trial -> trial.is(State.DEAD));
            if (search.settings().directions().size() < 2 || (serverFirstDied.isEmpty() && !clientFirstDied)) {
                return Optional.empty();
            }
            return Optional.of(serverFirstDied.isPresent()
                    && clientFirst.stream()
                            .anyMatch(trial -> trial.is(State.ALIVE) && trial.idleNs >= serverFirstDied.getAsLong()));
        }

        /**
         * When the first refresh came, as all flows together allow.
         *
         * @param fromNs longest silence that none fitted into
         * @param toNs shortest silence that one fitted into
         */
        private record Refreshing(double fromNs, double toNs, int flows) {
            /** Whether it comes at one and the same age of the silence on every flow, give or take a timer's grain. */
            boolean isAtOneAge() {
                return fromNs <= 1.05 * toNs;
            }

            String every() {
                return String.format(Locale.ROOT, "%.3g s", (fromNs + toNs) / 2e9);
            }

            HiddenRefresh finding() {
                return new HiddenRefresh(Durations.seconds(Math.round((fromNs + toNs) / 2)), flows);
            }
        }

        /**
         * Of every refreshed flow it is known that n refreshes fitted into its silence of t and n + 1 did not: the
         * interval lies between t/(n+1) and t/n. What all flows allow is the answer.
         */
        private Optional<Refreshing> refreshing() {
            List<Trial> refreshed = search.trials().stream()
                    .filter(trial -> trial.refreshes > 0)
                    .toList();
            if (refreshed.isEmpty()) {
                return Optional.empty();
            }
            double atLeastNs = refreshed.stream()
                    .mapToDouble(trial -> (double) trial.idleAtLeastNs / (trial.refreshes + 1))
                    .max()
                    .getAsDouble();
            double atMostNs = refreshed.stream()
                    .mapToDouble(trial -> (double) trial.idleAtMostNs / trial.refreshes)
                    .min()
                    .getAsDouble();
            boolean othersStayedQuiet = search.trials().stream()
                    .anyMatch(trial ->
                            trial.isSample() && trial.refreshes == 0 && trial.idleAtLeastNs > STRAY * atMostNs);
            if (othersStayedQuiet) {
                return Optional.empty(); // stray segments, such as those sent again on a path that loses some
            }
            double lastQuietNs = search.trials().stream()
                    .filter(trial -> trial.isSample() && trial.refreshes == 0 && trial.idleAtLeastNs <= atMostNs)
                    .mapToDouble(trial -> (double) trial.idleAtLeastNs)
                    .max()
                    .orElse(0);
            return Optional.of(new Refreshing(Math.max(atLeastNs, lastQuietNs), atMostNs, refreshed.size()));
        }

        private String pathCheck() {
            if (search.conclusion() == Conclusion.PATH_DOWN || search.checks().hasFailed()) {
                return "failed";
            }
            return search.checks().hasPassed() && search.trials().stream().anyMatch(trial -> trial.is(State.DEAD))
                    ? "ok"
                    : "not-needed";
        }

        private void explain(Outcome outcome, Optional<Refreshing> refreshing) {
            double atS = Durations.seconds(nowNs - search.startNs());
            if (search.conclusion() == Conclusion.DEADLINE) {
                warnings.add("the deadline came after " + atS + " s, before the search was over");
            }
            if (fate == BusyFlows.Fate.ALL_AT_ONCE) {
                warnings.add("idle and busy flows died at one moment: something on the path forgot every flow at once"
                        + " (a restart, a failover); that is no idle timeout");
            }
            if (fate == BusyFlows.Fate.AGE_LIMIT) {
                BusyFlows.Span age = search.busy().deathAge(nowNs);
                warnings.add("flows that were never idle died at an age of " + Durations.seconds(age.fromNs()) + " to "
                        + Durations.seconds(age.toNs()) + " s: an age limit, which no heartbeat moves");
            }
            if (fate == BusyFlows.Fate.NOTHING_TO_SAY
                    && search.conclusion() == Conclusion.DONE
                    && search.busy().anyDead(nowNs)) {
                warnings.add("a flow that was never idle died too: the path drops flows for other reasons as well");
            }
            if (search.isCrowded()) {
                warnings.add("flows that died while many were being opened live when they are alone: a full table in"
                        + " some box, not an idle timeout; try a smaller --max-flows or --open-rate");
            }
            search.busy()
                    .outages()
                    .forEach(outage -> warnings.add("nothing crossed the path from "
                            + Durations.seconds(outage.fromNs() - search.startNs()) + " s to "
                            + Durations.seconds(outage.toNs() - search.startNs()) + " s into the run"));
            search.trials().stream()
                    .filter(trial -> trial.is(State.VOID))
                    .collect(Collectors.groupingBy(trial -> trial.detail, TreeMap::new, Collectors.counting()))
                    .forEach((why, count) ->
                            warnings.add(count + (count == 1 ? " flow proves" : " flows prove") + " nothing: " + why));
            if (search.farInstances().size() > 1) {
                warnings.add("the far end answered as " + search.farInstances().size()
                        + " different responders: it was restarted, or several stand behind a balancer");
            }
            refreshing.ifPresent(refresh -> warnings.add(
                    refresher(refresh) + (outcome == Outcome.EXPIRES ? "" : ": longer silences could not be tested")));
            leftAtTheFarEnd().ifPresent(warnings::add);
            farewell().ifPresent(words -> warnings.add("the far end says \"" + words + "\" before it closes"));
        }

        /** Connections that nobody could end. */
        private Optional<String> leftAtTheFarEnd() {
            int left = search.leftAtTheFarEnd();
            return left == 0
                    ? Optional.empty()
                    : Optional.of(left + (left == 1 ? " connection" : " connections")
                            + " that the path cut off may stay open at the far end until it notices");
        }

        /** Who it was, as far as can be known from here. */
        private String refresher(Refreshing refresh) {
            if (search.hasOwnKeepalive()) {
                return "this host's own kernel sends keepalive on idle flows, every " + refresh.every();
            }
            if (!refresh.isAtOneAge()) {
                return "segments arrive on idle flows about every " + refresh.every()
                        + ", not at one age of the silence: somebody at the far side sends them by a clock of his own";
            }
            if (!search.abilities().serverFirst()) {
                return "segments arrive on idle flows every " + refresh.every()
                        + ": the far end's own keepalive, or a box that probes flows when their idle timeout is over";
            }
            return "segments arrive on every flow that is idle for " + refresh.every()
                    + ", and a responder sends none: a box on the path probes flows at that age, which is its idle"
                    + " timeout, and keeps those that answer";
        }

        private Optional<String> farewell() {
            return search.trials().stream()
                    .filter(trial -> trial.is(State.DEAD))
                    .map(trial -> trial.farewell)
                    .filter(words -> !words.isEmpty())
                    .findFirst();
        }

        private List<Flow> flows() {
            return search.trials().stream().map(this::flow).toList();
        }

        private Flow flow(Trial trial) {
            FlowOutcome outcome = switch (trial.state()) {
                case ALIVE -> FlowOutcome.ALIVE;
                case DEAD -> FlowOutcome.DEAD;
                case REFRESHED -> FlowOutcome.REFRESHED;
                case VOID -> FlowOutcome.ERROR;
                case PLANNED, OPENING, SILENT, PROBED, OVERDUE, UNPROBED -> FlowOutcome.UNPROBED;
            };
            boolean probed = outcome == FlowOutcome.ALIVE || outcome == FlowOutcome.DEAD;
            return new Flow(
                    trial.id,
                    trial.direction(),
                    trial.ladder.test(),
                    Durations.seconds(probed ? trial.idleAtMostNs : trial.idleNs),
                    trial.local == null ? null : Durations.seconds(trial.openedAtNs - search.startNs()),
                    probed ? Durations.seconds(trial.probedAtNs - search.startNs()) : null,
                    outcome,
                    trial.is(State.DEAD) ? trial.ending : null,
                    trial.farEnding,
                    trial.local == null ? null : Math.round(trial.rttNs / 1e3) / 1e3,
                    trial.local,
                    trial.mapped,
                    trial.mappedAfter);
        }
    }
}
