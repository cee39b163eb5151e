package hbprobe.engine;

import hbprobe.engine.Search.Conclusion;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.Detection;
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
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether what was seen is what was expected. What does not show it never passes. */
public final class Judgements {
    private static final double P99 = 0.99;

    private Judgements() {}

    // ---- idle periods --------------------------------------------------------------------------------------------

    /** Flows that were idle for so long have to live, in every direction. */
    public static Expectation idleAtLeast(Expected.IdleAtLeast expected, Verdict verdict) {
        return switch (verdict.outcome()) {
            case SURVIVES -> {
                // A kernel that acknowledges has the connection; whoever is behind it may not.
                boolean shown = verdict.onlyAcknowledged() == 0;
                String doubt = verdict.onlyAcknowledged() + " of them acknowledged by a kernel and not answered: a"
                        + " proxy in between, or a server that hangs";
                yield of(
                        expected,
                        shown ? Held.PASS : Held.INCONCLUSIVE,
                        lived(expected.value()),
                        counts(verdict) + (shown ? "" : "; " + doubt));
            }
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
        if (verdict.outcome() == Outcome.SURVIVES) {
            return of(expected, Held.INCONCLUSIVE, null, "no flow ended: " + counts(verdict));
        }
        List<DirectionFinding> ended = verdict.directions().stream()
                .filter(one -> one.outcome() == Outcome.EXPIRES)
                .toList();
        if (ended.isEmpty() || verdict.outcome() != Outcome.EXPIRES) {
            return undecided(expected, verdict);
        }
        boolean all = ended.stream().allMatch(one -> expected.how().covers(seenEnding(verdict, one)));
        String observed = ended.stream()
                .map(one -> seenEnding(verdict, one).word())
                .distinct()
                .collect(Collectors.joining(", "));
        String why = ended.stream()
                .map(one -> one.word() + ": " + seenEnding(verdict, one).sentence())
                .collect(Collectors.joining("; "));
        return of(expected, all ? Held.PASS : Held.FAIL, observed, why);
    }

    /** A direction that is merely dead may have been refused at the other end. */
    private static Ending seenEnding(Verdict verdict, DirectionFinding one) {
        Ending ending = one.ending() == null ? Ending.SILENT : one.ending();
        List<Ending> far = verdict.flows().stream()
                .filter(flow -> flow.outcome() == FlowOutcome.DEAD && isOf(one, flow))
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
                    long alive = count(verdict, one, FlowOutcome.ALIVE);
                    long dead = count(verdict, one, FlowOutcome.DEAD);
                    return one.word() + " " + alive + " of " + (alive + dead) + " alive"
                            + (one.ending() == null ? "" : ", " + one.ending().word());
                })
                .collect(Collectors.joining("; "));
    }

    private static long count(Verdict verdict, DirectionFinding one, FlowOutcome outcome) {
        return verdict.flows().stream()
                .filter(flow -> isOf(one, flow) && flow.outcome() == outcome)
                .count();
    }

    private static boolean isOf(DirectionFinding one, Flow flow) {
        return flow.direction() == one.direction() && flow.test() == one.test();
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
                    .filter(one -> one.direction() == older.direction() && one.test() == older.test())
                    .findFirst();
            if (now.isEmpty() || now.get().outcome() == Outcome.INCONCLUSIVE) {
                unknown.add(older.word() + " could not be told");
            } else if (isWorse(older, now.get())) {
                worse.add(difference(older, now.get()));
            } else {
                same.add(older.word() + " " + span(now.get()));
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
        return older.word() + " was " + span(older) + ", is " + span(now);
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

    /**
     * Every trial's drop has to be noticed in time.
     *
     * @param trials that were asked for
     */
    public static Expectation detectWithin(Expected.DetectWithin expected, int trials, FaultFindings found) {
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
        String noticed = row.detected() + " drops noticed by " + row.mechanism().word() + " after "
                + seconds(latency.min()) + " to " + seconds(latency.max()) + bound;
        boolean whole = found.conclusion() == Conclusion.DONE && row.detected() == trials;
        String left = whole || row.why() == null ? "" : "; " + row.why();
        Held held = late ? Held.FAIL : whole ? Held.PASS : Held.INCONCLUSIVE;
        return of(expected, held, seconds(latency.max()), noticed + left);
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
        if (!train.closed().isEmpty()) {
            return of(expected, Held.INCONCLUSIVE, null, why + "; " + ended(train) + " before it was over");
        }
        OptionalDouble p99 = train.slowestOf(P99);
        if (p99.isEmpty()) {
            return of(expected, Held.FAIL, "more than 1 % unanswered", why);
        }
        boolean below = p99.getAsDouble() < Durations.seconds(expected.limit());
        return of(expected, below ? Held.PASS : Held.FAIL, millis(p99.getAsDouble()), why);
    }

    /** Busy flows that somebody ends fail it; those that fall silent show nothing. */
    public static Expectation noReset(Expected.NoResetUnderLoad expected, EchoTrain train) {
        if (!train.closed().isEmpty()) {
            boolean bySomebody = train.closed().stream().anyMatch(one -> one.kind() != CloseKind.TIMEOUT);
            String observed = how(train.closed().get(0)) + " after "
                    + seconds(Durations.seconds(train.closed().get(0).afterNs()));
            return train.isFarEndGone()
                    ? of(expected, Held.INCONCLUSIVE, observed, ended(train) + ", and a new flow failed too")
                    : of(expected, bySomebody ? Held.FAIL : Held.INCONCLUSIVE, observed, ended(train));
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

    private static String ended(EchoTrain train) {
        return train.closed().size() + " of " + train.shape().flows() + " busy flows ended, the first "
                + how(train.closed().get(0));
    }

    private static String how(EchoTrain.Closed one) {
        return switch (one.kind()) {
            case FIN -> "closed by FIN";
            case RESET -> "reset by RST";
            case TIMEOUT -> "given up by this kernel";
            case ICMP -> "ended by an ICMP error";
        };
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

    /**
     * Flows with keepalive have to outlive the path's idle timeout.
     *
     * @param timeoutIsKnown whether it is; if not, something has to expire meanwhile, or nothing was shown
     */
    public static Expectation keepaliveHolds(
            Expected.KeepaliveHolds expected, boolean timeoutIsKnown, KeepOpenTrials trials) {
        KeepOpen with = row(trials, KeepOpen.Keeper.OS_KEEPALIVE);
        KeepOpen without = row(trials, KeepOpen.Keeper.NONE);
        String why = with.why() == null ? "" : with.why();
        String observedFor = with.observedForS() == null ? "" : seconds(with.observedForS());
        return switch (with.outcome()) {
            case KEPT -> {
                boolean shown = (timeoutIsKnown && trials.endsWithPush()) || without.outcome() == KeepOpen.Outcome.LOST;
                String wayOut = timeoutIsKnown ? "" : "; give --idle-timeout, the path's";
                boolean whole = trials.isWhole(KeepOpen.Keeper.OS_KEEPALIVE);
                yield of(
                        expected,
                        shown && whole ? Held.PASS : Held.INCONCLUSIVE,
                        "kept for " + observedFor,
                        "a probe every " + seconds(Objects.requireNonNullElse(with.periodS(), 0.0)) + "; without it "
                                + withoutIt(without)
                                + (shown ? "" : ", so that nothing was shown" + wayOut)
                                + (whole ? "" : "; a flow with it came to no end"));
            }
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
