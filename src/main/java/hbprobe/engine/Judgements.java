package hbprobe.engine;

import hbprobe.engine.Search.Conclusion;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.Detection;
import hbprobe.model.Direction;
import hbprobe.model.Distribution;
import hbprobe.model.Durations;
import hbprobe.model.Ending;
import hbprobe.model.Expected;
import hbprobe.model.KeepOpen;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Flow;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether what was seen is what was expected. What does not show it never passes. */
public final class Judgements {
    /** Of the echoes: with more of them unanswered the 99th percentile is beyond any wait. */
    private static final double A_PERCENT = 0.01;

    private Judgements() {}

    // ---- idle periods --------------------------------------------------------------------------------------------

    /** Flows that were idle for so long have to live, in every direction. */
    public static Expectation idleAtLeast(Expected.IdleAtLeast expected, Verdict verdict) {
        return switch (verdict.outcome()) {
            case SURVIVES -> of(expected, Held.PASS, lived(expected.value()), counts(verdict));
            case EXPIRES -> of(expected, Held.FAIL, died(expected.idle(), verdict), counts(verdict));
            case INCONCLUSIVE, INTERRUPTED, UNREACHABLE -> undecided(expected, verdict);
        };
    }

    /** Flows that were idle for so long have to be dead, in every direction. */
    public static Expectation idleAtMost(Expected.IdleAtMost expected, Verdict verdict) {
        if (verdict.outcome() != Outcome.EXPIRES && verdict.outcome() != Outcome.SURVIVES) {
            return undecided(expected, verdict);
        }
        if (verdict.directions().stream().anyMatch(one -> one.outcome() == Outcome.SURVIVES)) {
            String revived = verdict.revivedByClient().orElse(false)
                    ? ": what the server can't reach any more the client's packet revives"
                    : "";
            return of(expected, Held.FAIL, lived(expected.value()), counts(verdict) + revived);
        }
        boolean all = verdict.directions().stream().allMatch(one -> one.outcome() == Outcome.EXPIRES);
        return of(expected, all ? Held.PASS : Held.INCONCLUSIVE, died(expected.idle(), verdict), counts(verdict));
    }

    /** What the flows of {@code idle-at-most} ended by. */
    public static Expectation ending(Expected.EndsBy expected, Verdict verdict) {
        Optional<Ending> seen = verdict.idleTimeout().map(found -> seenEnding(verdict, found.ending()));
        if (verdict.outcome() == Outcome.SURVIVES) {
            return of(expected, Held.INCONCLUSIVE, null, "no flow ended: " + counts(verdict));
        }
        if (seen.isEmpty() || verdict.outcome() != Outcome.EXPIRES) {
            return undecided(expected, verdict);
        }
        Ending ending = seen.get();
        return of(
                expected,
                expected.how().covers(ending) ? Held.PASS : Held.FAIL,
                ending.word(),
                "on idle flows " + ending.sentence());
    }

    /** A direction that is merely dead may have been refused at the other end. */
    private static Ending seenEnding(Verdict verdict, Ending ending) {
        if (ending != Ending.ONE_WAY && ending != Ending.SILENT) {
            return ending;
        }
        List<Ending> far = verdict.flows().stream()
                .filter(flow -> flow.outcome() == FlowOutcome.DEAD)
                .map(Flow::farEnding)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return ending == Ending.ONE_WAY && far.size() == 1 ? far.get(0) : ending;
    }

    private static String lived(String idle) {
        return "alive after " + idle;
    }

    /** At which age; for a close that came by itself its own. */
    private static String died(Duration idle, Verdict verdict) {
        return verdict.idleTimeout()
                .filter(found -> found.ending().isAtExpiry())
                .map(found -> found.ending().word() + " after " + seconds(found.estimateS()))
                .orElse("dead after " + Durations.print(idle));
    }

    /** {@code client-first 3 of 3 alive; server-first 0 of 3 alive, one-way}. */
    private static String counts(Verdict verdict) {
        return verdict.directions().stream()
                .map(one -> {
                    long alive = count(verdict, one.direction(), FlowOutcome.ALIVE);
                    long dead = count(verdict, one.direction(), FlowOutcome.DEAD);
                    return one.direction().word() + " " + alive + " of " + (alive + dead) + " alive"
                            + (one.ending() == null ? "" : ", " + one.ending().word());
                })
                .collect(Collectors.joining("; "));
    }

    private static long count(Verdict verdict, Direction direction, FlowOutcome outcome) {
        return verdict.flows().stream()
                .filter(flow -> flow.direction() == direction && flow.outcome() == outcome)
                .count();
    }

    private static Expectation undecided(Expected expected, Verdict verdict) {
        Optional<String> problem = verdict.problem().map(Problem::message);
        if (verdict.outcome() == Outcome.UNREACHABLE) {
            return of(expected, Held.ERROR, null, problem.orElse("it could not be reached"));
        }
        String why = problem.or(() -> verdict.pathCheck().freshFlow().equals("failed")
                        ? Optional.of("the path itself went down: a new flow failed too")
                        : Optional.empty())
                .or(() -> verdict.warnings().stream().findFirst())
                .orElseGet(() -> "samples disagree: " + counts(verdict));
        return of(expected, Held.INCONCLUSIVE, null, why);
    }

    // ---- the older finding ---------------------------------------------------------------------------------------

    /** No direction dies earlier than it did, and each ends as it did. */
    public static Expectation noWorse(Expected.NoWorseThan expected, Verdict verdict) {
        if (verdict.outcome() != Outcome.EXPIRES && verdict.outcome() != Outcome.SURVIVES) {
            return undecided(expected, verdict);
        }
        List<String> worse = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        List<String> same = new ArrayList<>();
        for (DirectionFinding older : expected.older().directions()) {
            Optional<DirectionFinding> now = verdict.directions().stream()
                    .filter(one -> one.direction() == older.direction())
                    .findFirst();
            if (now.isEmpty() || now.get().outcome() == Outcome.INCONCLUSIVE) {
                unknown.add(older.direction().word() + " could not be told");
            } else if (isWorse(older, now.get())) {
                worse.add(difference(older, now.get()));
            } else {
                same.add(older.direction().word() + " " + span(now.get()));
            }
        }
        if (!worse.isEmpty()) {
            return of(expected, Held.FAIL, observed(verdict), String.join("; ", worse));
        }
        return unknown.isEmpty()
                ? of(expected, Held.PASS, observed(verdict), String.join("; ", same))
                : of(expected, Held.INCONCLUSIVE, observed(verdict), String.join("; ", unknown));
    }

    /** Brackets that touch may hold the same timeout; only one that lies wholly below the older one is shorter. */
    private static boolean isWorse(DirectionFinding older, DirectionFinding now) {
        if (now.outcome() != Outcome.EXPIRES || now.deadS() == null) {
            return false;
        }
        boolean shorter = older.aliveS() != null && now.deadS() <= older.aliveS();
        return shorter || (older.outcome() == Outcome.EXPIRES && older.ending() != now.ending());
    }

    private static String difference(DirectionFinding older, DirectionFinding now) {
        return older.direction().word() + " was " + span(older) + ", is " + span(now);
    }

    /** {@code 19.64 to 20.1 s, one-way}. */
    private static String span(DirectionFinding one) {
        if (one.outcome() != Outcome.EXPIRES || one.deadS() == null) {
            return "alive up to " + seconds(one.aliveS() == null ? 0 : one.aliveS());
        }
        String from = one.aliveS() == null ? "0" : figure(one.aliveS());
        return from + " to " + seconds(one.deadS())
                + (one.ending() == null ? "" : ", " + one.ending().word());
    }

    private static String observed(Verdict verdict) {
        return verdict.idleTimeout()
                .map(found -> figure(found.aliveS()) + " to " + seconds(found.deadS()))
                .orElse("no expiry");
    }

    // ---- drops ---------------------------------------------------------------------------------------------------

    /** Every trial's drop has to be noticed in time. */
    public static Expectation detectWithin(Expected.DetectWithin expected, FaultFindings found) {
        List<Detection> rows = found.detections();
        Detection row = rows.isEmpty() ? null : rows.get(0);
        if (found.conclusion() == Conclusion.UNREACHABLE || row == null) {
            String why = found.problem().map(Problem::message).orElse("no trial could be begun");
            return of(expected, Held.ERROR, null, why);
        }
        double limitS = Durations.seconds(expected.limit());
        Distribution latency = row.latencyS();
        boolean late = latency != null && latency.max() > limitS;
        int missed = row.trials() - row.detected();
        String bound = row.predictedS() == null
                ? ""
                : "; predicted " + seconds(row.predictedS().min()) + " to "
                        + seconds(row.predictedS().max());
        if (row.trials() == 0) {
            boolean cut = found.conclusion() != Conclusion.DONE;
            return of(
                    expected,
                    cut ? Held.INCONCLUSIVE : Held.ERROR,
                    null,
                    row.why() == null ? "no trial came to its end" : row.why());
        }
        if (row.isMissed()) {
            String observed = latency == null || !late ? "not within " + seconds(row.capS()) : seconds(latency.max());
            return of(expected, Held.FAIL, observed, missed + " of " + row.trials() + " drops not noticed" + bound);
        }
        if (latency == null) {
            return of(expected, Held.INCONCLUSIVE, null, row.why() == null ? "nothing was dropped" : row.why());
        }
        String trials = row.detected() + " drops noticed by " + row.mechanism().word() + " after "
                + seconds(latency.min()) + " to " + seconds(latency.max()) + bound;
        Held held = late ? Held.FAIL : found.conclusion() == Conclusion.DONE ? Held.PASS : Held.INCONCLUSIVE;
        return of(expected, held, seconds(latency.max()), trials);
    }

    // ---- echoes --------------------------------------------------------------------------------------------------

    /** Unanswered echoes count as slower than any limit. */
    public static Expectation rttP99Below(Expected.RttP99Below expected, EchoTrain train) {
        Optional<Expectation> no = untried(expected, train);
        if (no.isPresent()) {
            return no.get();
        }
        if (train.fellSilent()) {
            return of(expected, Held.INCONCLUSIVE, null, "the path fell silent: no flow had its last echo answered");
        }
        Distribution seen = train.roundTrips().orElseThrow();
        long asked = train.answered() + train.unanswered();
        String why = train.answered() + " of " + asked + " echoes answered, p50 " + millis(seen.p50()) + ", max "
                + millis(seen.max());
        if (train.unanswered() > A_PERCENT * asked) {
            return of(expected, Held.FAIL, "more than 1 % unanswered", why);
        }
        boolean below = seen.p99() < Durations.seconds(expected.limit());
        return of(expected, below ? Held.PASS : Held.FAIL, millis(seen.p99()), why);
    }

    /** Busy flows that somebody ends fail it; those that fall silent show nothing. */
    public static Expectation noReset(Expected.NoResetUnderLoad expected, EchoTrain train) {
        if (!train.closed().isEmpty()) {
            EchoTrain.Closed first = train.closed().get(0);
            String how = switch (first.kind()) {
                case FIN -> "closed by FIN";
                case RESET -> "reset by RST";
                case TIMEOUT -> "given up by this kernel";
                case ICMP -> "ended by an ICMP error";
            };
            return of(
                    expected,
                    first.kind() == CloseKind.TIMEOUT ? Held.INCONCLUSIVE : Held.FAIL,
                    how + " after " + seconds(Durations.seconds(first.afterNs())),
                    train.closed().size() + " of " + train.shape().flows() + " busy flows ended, the first " + how);
        }
        Optional<Expectation> no = untried(expected, train);
        if (no.isPresent()) {
            return no.get();
        }
        String why = train.shape().flows() + " flows, " + train.answered() + " echoes answered in "
                + Durations.print(train.shape().duration());
        return train.unanswered() > 0
                ? of(expected, Held.INCONCLUSIVE, null, train.unanswered() + " echoes unanswered: a flow fell silent")
                : of(expected, Held.PASS, "none", why);
    }

    private static Optional<Expectation> untried(Expected expected, EchoTrain train) {
        if (train.conclusion() == Conclusion.UNREACHABLE || (train.problem().isPresent() && train.answered() == 0)) {
            return Optional.of(of(expected, Held.ERROR, null, message(train)));
        }
        return train.conclusion() != Conclusion.DONE
                        || train.problem().isPresent()
                        || train.roundTrips().isEmpty()
                ? Optional.of(of(expected, Held.INCONCLUSIVE, null, message(train)))
                : Optional.empty();
    }

    private static String message(EchoTrain train) {
        return train.problem().map(Problem::message).orElse("not finished");
    }

    // ---- keepalive -----------------------------------------------------------------------------------------------

    /** Flows with keepalive have to outlive the path's idle timeout, and nothing else may have been sent on them. */
    public static Expectation keepaliveHolds(Expected.KeepaliveHolds expected, KeepOpenTrials trials) {
        KeepOpen with = row(trials, KeepOpen.Keeper.OS_KEEPALIVE);
        KeepOpen without = row(trials, KeepOpen.Keeper.NONE);
        String why = with.why() == null ? "" : with.why();
        String observedFor = with.observedForS() == null ? "" : seconds(with.observedForS());
        return switch (with.outcome()) {
            case KEPT ->
                of(
                        expected,
                        Held.PASS,
                        "kept for " + observedFor,
                        "a probe every " + seconds(Objects.requireNonNullElse(with.periodS(), 0.0)) + "; without it "
                                + withoutIt(without));
            case LOST -> of(expected, Held.FAIL, "lost within " + observedFor, why);
            case NOT_TESTED ->
                of(
                        expected,
                        trials.conclusion() == Conclusion.DONE && !trials.hasPathFailed()
                                ? Held.ERROR
                                : Held.INCONCLUSIVE,
                        null,
                        why);
        };
    }

    private static String withoutIt(KeepOpen without) {
        return switch (without.outcome()) {
            case KEPT -> "the flow lived as well: nothing expired in this time";
            case LOST -> "the flow was lost";
            case NOT_TESTED -> "nothing could be told";
        };
    }

    private static KeepOpen row(KeepOpenTrials trials, KeepOpen.Keeper keeper) {
        return trials.findings().stream()
                .filter(one -> one.mechanism() == keeper)
                .findFirst()
                .orElseThrow();
    }

    // ---- words ---------------------------------------------------------------------------------------------------

    private static Expectation of(Expected expected, Held held, @Nullable String observed, String why) {
        return new Expectation(expected.name(), expected.value(), observed, held, why);
    }

    private static String figure(double seconds) {
        double rounded = Math.round(seconds * 1_000) / 1e3;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }

    private static String seconds(double seconds) {
        return figure(seconds) + " s";
    }

    private static String millis(double seconds) {
        return Math.round(seconds * 1e4) / 10.0 + " ms";
    }
}
