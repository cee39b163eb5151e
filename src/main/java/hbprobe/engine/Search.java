package hbprobe.engine;

import hbprobe.engine.Action.Purpose;
import hbprobe.engine.Trial.State;
import hbprobe.model.Abilities;
import hbprobe.model.Abilities.CutOff;
import hbprobe.model.Direction;
import hbprobe.model.Durations;
import hbprobe.model.Ending;
import hbprobe.model.FarReport;
import hbprobe.model.Ladder;
import hbprobe.model.MeasureProgress;
import hbprobe.model.MeasureSettings;
import hbprobe.model.MeasureSettings.Strategy;
import hbprobe.model.Problem;
import hbprobe.model.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Conducts a measurement. It is told what happens on the flows and what time it is; it says what to do ({@link
 * #nextAction}) and when to call again ({@link #nextWakeNs}). All times are from one monotonic clock, in nanoseconds.
 */
public final class Search implements Decider<Action> {
    private static final long PRIMING_PATIENCE_NS = TimeUnit.SECONDS.toNanos(6);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    /** A far end that doesn't know a flow is asked again: behind a balancer another one may. */
    private static final int ASK_AT_MOST = 3;

    /** Rungs opened while a flow died, from which on a full table in a box is a possible cause. */
    private static final int A_CROWD = 8;

    /** The same where there are many ladders, each with a few. */
    private static final int A_CROWD_A_LADDER = 4;

    private final MeasureSettings settings;
    private final Abilities abilities;
    private final PassPlanner planner;
    private final Outbox<Action> outbox;
    private final ReplyTimeout replyTimeout;
    private final BusyFlows busy;
    private final Checks checks;
    private final List<Trial> trials = new ArrayList<>();
    private final Map<Integer, Trial> byFlow = new HashMap<>();
    private final Set<Long> farInstances = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final long startNs;

    private PassPlanner.Pass pass = PassPlanner.NONE;
    private List<Trial> passTrials = List.of();
    private long passStartNs;
    private long passLengthNs;
    private int passOpened;
    private long lastOpenedNs;
    private long lastCloseNs;
    private long checkNotBeforeNs;
    private boolean begun;
    private boolean worked;
    private boolean ownKeepalive;
    private boolean lossy;
    private boolean pathSuspect;
    private boolean exhausted;
    private boolean suspended;
    private boolean crowded;
    private @Nullable Conclusion conclusion;

    /** How a search came to its end. */
    public enum Conclusion {
        /** Every pass ran to its end. */
        DONE,
        /** The path itself went down. */
        PATH_DOWN,
        /** The first flow did not come about. */
        UNREACHABLE,
        /** The user had enough. */
        INTERRUPTED,
        /** The time allowed was over. */
        DEADLINE
    }

    private @Nullable Problem problem;

    /**
     * A flow's priming as the engine wants to know it.
     *
     * @param rttNs of an exchange
     * @param silentForNs how long the silence may have lasted already: whoever is told of a segment is told late
     * @param shorterNs by how much less than the far end counts a box may see of the silence
     * @param longerNs by how much more
     * @param farInstance which far end it is
     * @param local address and port here
     * @param mapped address and port as the far end sees them
     */
    public record Primed(
            long rttNs,
            long silentForNs,
            long shorterNs,
            long longerNs,
            long farInstance,
            @Nullable String local,
            @Nullable String mapped) {}

    /**
     * Starts at that time; the first action is ready.
     *
     * @param settings what was asked
     * @param abilities of the dialect that is spoken
     */
    public Search(MeasureSettings settings, Abilities abilities, long nowNs) {
        this.settings = settings;
        this.abilities = abilities;
        this.startNs = nowNs;
        this.checkNotBeforeNs = nowNs;
        this.planner = new PassPlanner(settings, abilities);
        this.outbox = new Outbox<>(nowNs);
        this.replyTimeout = new ReplyTimeout(settings.replyTimeout(), abilities.shortestReply());
        this.busy = new BusyFlows(outbox, replyTimeout, planner.busyFlows(), abilities);
        this.checks = new Checks(outbox, replyTimeout);
        if (planner.busyFlows() > 0) {
            busy.start(nowNs);
            outbox.wakeAt(nowNs + primingPatienceNs(), 0);
        } else {
            checks.start(nowNs, List.of());
        }
    }

    @Override
    public Optional<Action> nextAction() {
        return outbox.next();
    }

    @Override
    public OptionalLong nextWakeNs() {
        return isOver() ? OptionalLong.empty() : outbox.nextWakeNs();
    }

    /** {@link Verdict} says what came of it. */
    @Override
    public boolean isOver() {
        return conclusion != null;
    }

    private long primingPatienceNs() {
        return Math.max(PRIMING_PATIENCE_NS, 2 * replyTimeout.ns());
    }

    // ---- what happens on flows -----------------------------------------------------------------------------------

    /** A flow is connected, greeted and silent. */
    public void onPrimed(int flow, long nowNs, Primed primed) {
        farInstances.add(primed.farInstance());
        replyTimeout.learn(primed.rttNs());
        if (busy.has(flow)) {
            busy.onPrimed(flow, nowNs, primed.rttNs());
            if (abilities.writes()) {
                worked = true; // priming was an exchange
                begin(nowNs);
            }
        } else if (checks.has(flow)) {
            checks.onPrimed();
        } else {
            trial(flow, State.OPENING).ifPresent(trial -> {
                trial.become(State.SILENT);
                trial.rttNs = primed.rttNs();
                trial.shorterNs = primed.shorterNs();
                trial.longerNs = primed.longerNs();
                trial.local = primed.local();
                trial.mapped = primed.mapped();
                trial.fallSilent(nowNs - primed.silentForNs(), nowNs);
                outbox.wakeAt(trial.dueNs(), flow);
            });
        }
        advance(nowNs);
    }

    private void begin(long nowNs) {
        if (!begun) {
            begun = true;
            startPass(planner.first(), nowNs);
        }
    }

    /** Segments still moved after the silence had begun, up to now. */
    public void onStirred(int flow, long nowNs) {
        trial(flow, State.SILENT).ifPresent(trial -> trial.stirAt(nowNs));
    }

    /**
     * The far end greets: the silence begins anew, unless that was a farewell.
     *
     * @param silentForNs how long ago that may have been
     */
    public void onGreeted(int flow, long nowNs, long silentForNs, String words) {
        trial(flow, State.SILENT).ifPresent(trial -> {
            trial.say(words, nowNs);
            trial.fallSilent(nowNs - silentForNs, nowNs);
            outbox.wakeAt(trial.dueNs(), flow);
        });
    }

    /** The far end spoke unasked: that refreshes the flow, unless it was a farewell. */
    public void onHeard(int flow, long nowNs, String words) {
        trial(flow, State.SILENT).ifPresent(trial -> {
            trial.say(words, nowNs);
            trial.refreshes++;
        });
    }

    /** A segment was lost on the way, or its acknowledgement: whoever is probed may hear it late. */
    public void onLoss() {
        lossy = true;
    }

    /** This host's own kernel was seen to send segments during a silence. */
    public void onOwnKeepalive() {
        ownKeepalive = true;
    }

    /**
     * The client-first probe was written.
     *
     * @param beforeNs when it can't have left yet
     * @param refreshes segments that moved during the silence
     */
    public void onSpoken(int flow, long beforeNs, long nowNs, int refreshes) {
        trial(flow, State.SILENT).ifPresent(trial -> {
            trial.become(State.PROBED);
            trial.probedAtNs = nowNs;
            trial.refreshes = Math.max(trial.refreshes, refreshes);
            trial.timeSilence(beforeNs, nowNs);
            outbox.wakeAt(nowNs + replyTimeout.ns(), flow);
        });
    }

    /**
     * The far end spoke as ordered.
     *
     * @param afterNs how long after the order
     * @param refreshes segments that moved during the silence, as seen from either end
     */
    public void onPushed(int flow, long nowNs, long afterNs, int refreshes) {
        trial(flow, State.SILENT, State.PROBED, State.OVERDUE, State.DEAD).ifPresent(trial -> {
            if (trial.spokeAgainNs.isPresent()) {
                giveUpOn(trial, "its push came when the client had opened the way anew");
                return;
            }
            if (trial.is(State.SILENT)) {
                trial.probedAtNs = nowNs;
            }
            trial.refreshes = Math.max(trial.refreshes, refreshes);
            timePush(trial, afterNs);
            replyTimeout.learn(Math.max(0, nowNs - trial.dueNs()));
            lives(trial, nowNs);
        });
        advance(nowNs);
    }

    /** A middlebox saw the order's end, and the push, at other times than the far end, which counted. */
    private static void timePush(Trial trial, long afterNs) {
        trial.idleAtLeastNs = Math.max(0, afterNs - trial.shorterNs - trial.stirredNs);
        trial.idleAtMostNs = afterNs + trial.longerNs;
    }

    /**
     * The answer to what was spoken.
     *
     * @param mapped address and port that it came from, as the far end sees them; null where that isn't told
     */
    public void onAnswered(int flow, long nowNs, @Nullable String mapped) {
        worked = true;
        if (busy.has(flow)) {
            busy.onAnswered(flow, nowNs);
        } else if (checks.has(flow)) {
            checks.onAnswered().ifPresent(passed -> onPassed(passed, nowNs));
        } else {
            trial(flow, State.PROBED, State.OVERDUE, State.DEAD).ifPresent(trial -> {
                if (trial.spokeAgainNs.isPresent()) {
                    trial.mappedAfter = mapped; // the flow lives again; that it had died stands
                } else {
                    replyTimeout.learn(nowNs - trial.probedAtNs);
                    lives(trial, nowNs);
                }
            });
        }
        advance(nowNs);
    }

    /**
     * The answer to {@link Action.Look}.
     *
     * @param acknowledged whether the far kernel has acknowledged all that was written, the connection being up
     * @param refreshes segments that moved during the silence
     */
    public void onLooked(int flow, long nowNs, boolean acknowledged, int refreshes) {
        trial(flow, State.PROBED).ifPresent(trial -> {
            trial.refreshes = Math.max(trial.refreshes, refreshes);
            if (trial.refreshes > 0) {
                trial.become(State.REFRESHED);
                close(trial);
            } else if (trial.direction() == Direction.CLIENT_FIRST && acknowledged) {
                trial.onlyAcknowledged = true;
                lives(trial, nowNs);
            } else {
                overdue(trial, nowNs);
            }
        });
        advance(nowNs);
    }

    private void overdue(Trial trial, long nowNs) {
        trial.become(State.OVERDUE);
        if (trial.ladder.test().isUdp() && trial.direction() == Direction.SERVER_FIRST) {
            trial.spokeAgainNs = OptionalLong.of(nowNs);
            outbox.act(new Action.Speak(trial.id));
        }
        if (settings.strategy() == Strategy.BISECT) {
            close(trial); // the path tolerates one flow, and the check is another
        }
    }

    private void close(Trial trial) {
        if (!trial.closed) {
            trial.closed = true;
            outbox.act(new Action.Close(trial.id));
        }
    }

    private void lives(Trial trial, long nowNs) {
        busy.proven(nowNs);
        trial.become(trial.refreshes > 0 && !trial.is(State.DEAD) ? State.REFRESHED : State.ALIVE);
        trial.ending = null;
        trial.farEnding = null;
        close(trial);
    }

    /** The far end's answer about a flow, on a check; empty: it doesn't know that flow. */
    public void onReported(int flow, long nowNs, int about, Optional<FarReport> report) {
        if (checks.has(flow)) {
            checks.onReported(about, report).ifPresent(passed -> onPassed(passed, nowNs));
        }
        advance(nowNs);
    }

    /** The connection ended. */
    public void onClosed(int flow, long nowNs, CloseKind kind, String detail) {
        if (busy.has(flow)) {
            busy.onGone(flow, nowNs, kind);
            if (!begun) {
                unreachable(closedAtOnce(kind, detail));
            }
        } else if (checks.has(flow)) {
            checks.onGone();
            afterFailedCheck(nowNs, closedAtOnce(kind, detail));
        } else {
            Trial trial = byFlow.get(flow);
            if (trial != null) {
                trialClosed(trial, nowNs, kind, detail);
            }
        }
        advance(nowNs);
    }

    private static Problem closedAtOnce(CloseKind kind, String detail) {
        return kind == CloseKind.ICMP
                ? new Problem(
                        "refused",
                        "the far end's host answers with an ICMP error (" + detail + "); is it running there?")
                : new Problem("closed", "the far end closes the connection at once (" + kind + ")");
    }

    private void trialClosed(Trial trial, long nowNs, CloseKind kind, String detail) {
        trial.closed = true;
        switch (trial.state()) {
            case OPENING -> notOpened(trial, "closed while it was being opened");
            case SILENT -> closedUnasked(trial, nowNs, kind, detail);
            case PROBED, OVERDUE -> {
                if (trial.is(State.PROBED) && kind == CloseKind.FIN && !abilities.writes()) {
                    closedUnasked(trial, nowNs, kind, detail); // no kernel answers a keepalive probe with FIN
                } else if (trial.ending == null) {
                    trial.ending = switch (kind) {
                        case FIN -> Ending.FIN_ON_PROBE;
                        case RESET -> Ending.RESET_ON_PROBE;
                        case TIMEOUT -> Ending.SILENT;
                        case ICMP -> Ending.ICMP;
                    };
                    trial.detail = detail;
                    trial.closedAtNs = nowNs;
                }
                if (trial.is(State.PROBED)) {
                    trial.become(State.OVERDUE);
                }
            }
            case PLANNED, ALIVE, DEAD, REFRESHED, VOID, UNPROBED -> {}
        }
        if (kind == CloseKind.ICMP && !detail.isEmpty()) {
            warnings.add("the kernel reported an ICMP error: " + detail);
        }
    }

    /** Nothing of ours was answered by it: its arrival is the end of the silence. */
    private void closedUnasked(Trial trial, long nowNs, CloseKind kind, String detail) {
        trial.ending = switch (kind) {
            case FIN -> Ending.FIN_AT_EXPIRY;
            case RESET -> Ending.RESET_AT_EXPIRY;
            case TIMEOUT -> Ending.SILENT;
            case ICMP -> Ending.ICMP;
        };
        trial.probedAtNs = trial.takeLeave(nowNs);
        trial.timeSilence(trial.probedAtNs, trial.probedAtNs);
        trial.detail = detail;
        lastCloseNs = nowNs;
        trial.become(State.OVERDUE);
    }

    /** The far end answered, and lets the connection do no more, whatever its age. */
    public void onRetired(int flow, long nowNs) {
        busy.onRetired(flow, nowNs);
        advance(nowNs);
    }

    /**
     * A flow did not come about, or the far end refused it.
     *
     * @param exhaustion whether this host or the far end has no room for more flows
     */
    public void onFailed(int flow, long nowNs, Problem why, boolean exhaustion) {
        if (busy.has(flow)) {
            busy.onGone(flow, nowNs);
            if (!begun) {
                unreachable(why);
            }
        } else if (checks.has(flow)) {
            checks.onGone();
            afterFailedCheck(nowNs, why);
        } else {
            trial(flow, State.SILENT, State.PROBED, State.OVERDUE).ifPresent(trial -> {
                trial.closed = true;
                giveUpOn(trial, why.message());
            });
            trial(flow, State.OPENING).ifPresent(trial -> {
                trial.closed = true;
                if (exhaustion) {
                    trial.become(State.UNPROBED);
                    noRoomForMore(why);
                } else {
                    notOpened(trial, why.message());
                }
            });
        }
        advance(nowNs);
    }

    private void notOpened(Trial trial, String why) {
        trial.become(State.VOID);
        trial.detail = why;
        pathSuspect = true;
    }

    /** The rungs that are open go on; the longest one makes room for checks. */
    private void noRoomForMore(Problem why) {
        if (exhausted) {
            return;
        }
        exhausted = true;
        long open = trials.stream().filter(trial -> trial.isOpen()).count();
        warnings.add("only " + open + " of " + passTrials.size() + " flows could be opened: " + why.message());
        passTrials.stream().filter(trial -> trial.is(State.PLANNED)).forEach(trial -> trial.become(State.UNPROBED));
        passTrials.stream()
                .filter(trial -> trial.is(State.SILENT))
                .reduce((lower, higher) -> higher)
                .ifPresent(longest -> {
                    longest.become(State.UNPROBED);
                    close(longest);
                });
    }

    /** The far end holds as many as it should have to: those that wait go on, the others are never opened. */
    private void noPlaceIsLeft() {
        boolean oneMayGo = trials.stream().anyMatch(trial -> trial.isOpen() && !trial.is(State.DEAD));
        if (oneMayGo) {
            return;
        }
        exhausted = true;
        warnings.add(
                "no more connections were opened: with those that the path cut off, which the far end may still hold,"
                        + " they were the " + settings.maxFlows() + " that --max-flows allows");
        passTrials.stream().filter(trial -> trial.is(State.PLANNED)).forEach(trial -> trial.become(State.UNPROBED));
    }

    private Optional<Trial> trial(int flow, State... states) {
        return Optional.ofNullable(byFlow.get(flow))
                .filter(trial -> List.of(states).contains(trial.state()));
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    @Override
    public void onTime(long nowNs) {
        for (Optional<Integer> due = outbox.due(nowNs); due.isPresent() && !isOver(); due = outbox.due(nowNs)) {
            int flow = due.get();
            busy.openDue(nowNs);
            if (busy.has(flow)) {
                busy.onTime(flow, nowNs);
                if (busy.hasSpoken()) {
                    begin(nowNs); // it was not closed at once
                }
            } else if (checks.has(flow)) {
                if (checks.onTime(nowNs)) {
                    afterFailedCheck(nowNs, noAnswer());
                }
            } else if (byFlow.containsKey(flow)) {
                onTrialTime(byFlow.get(flow), nowNs);
            }
            if (!begun && planner.busyFlows() > 0 && nowNs - startNs >= primingPatienceNs()) {
                unreachable(noAnswer());
            }
        }
        advance(nowNs);
    }

    private Problem noAnswer() {
        return new Problem(
                "no-answer",
                (abilities.transport() == Transport.TCP ? "connected, but nothing answered; " : "nothing answered; ")
                        + (abilities.serverFirst()
                                ? "is it hbprobe respond?"
                                : abilities.writes()
                                        ? "is it an echo server?"
                                        : "its kernel, or something before it, answers no keepalive probes"));
    }

    private void onTrialTime(Trial trial, long nowNs) {
        switch (trial.state()) {
            case OPENING -> {
                long patientUntilNs = trial.openedAtNs + primingPatienceNs();
                if (nowNs - patientUntilNs < 0) {
                    outbox.wakeAt(patientUntilNs, trial.id); // patience has grown since it was opened
                } else {
                    close(trial);
                    notOpened(trial, "nothing answered while it was being opened");
                }
            }
            case SILENT -> {
                if (nowNs - trial.dueNs() < 0 || trial.toldToSpeak) {
                    return; // woken for something that is over
                }
                if (trial.direction() == Direction.CLIENT_FIRST) {
                    trial.toldToSpeak = true;
                    outbox.act(new Action.Speak(trial.id));
                } else {
                    trial.become(State.PROBED);
                    trial.probedAtNs = nowNs;
                    trial.timeSilence(nowNs, nowNs);
                    outbox.wakeAt(nowNs + replyTimeout.ns(), trial.id);
                }
            }
            case PROBED -> {
                long patientUntilNs = trial.probedAtNs + replyTimeout.ns();
                if (nowNs - patientUntilNs < 0) {
                    outbox.wakeAt(patientUntilNs, trial.id);
                } else {
                    outbox.act(new Action.Look(trial.id));
                }
            }
            case PLANNED, OVERDUE, ALIVE, DEAD, REFRESHED, VOID, UNPROBED -> {}
        }
    }

    /** The machine slept, or its clock was set: no silence that was going on can be trusted. */
    public void onSuspended(long nowNs, Duration lost) {
        warnings.add("this machine's clocks parted by " + Durations.print(lost)
                + " (suspended, or the clock was set): flows open at that moment prove nothing");
        for (Trial trial : trials) {
            switch (trial.state()) {
                case OPENING, SILENT, PROBED, OVERDUE -> {
                    trial.become(State.VOID);
                    trial.detail = "the machine was suspended";
                    close(trial);
                }
                case PLANNED, ALIVE, DEAD, REFRESHED, VOID, UNPROBED -> {}
            }
        }
        suspended = true;
        busy.proven(nowNs);
        advance(nowNs);
    }

    /** The run has to end now: what is known is all there will be. */
    public void stop(Conclusion why) {
        if (!isOver()) {
            end(why);
        }
    }

    // ---- checks --------------------------------------------------------------------------------------------------

    private void checkIfNeeded(long nowNs) {
        if (checks.isRunning() || nowNs - checkNotBeforeNs < 0) {
            return;
        }
        List<Trial> overdue = trials.stream()
                .filter(trial -> trial.is(State.OVERDUE) && !isOnHold(trial, nowNs))
                .toList();
        boolean stalled = busy.outageDuring(nowNs, nowNs, nowNs).isPresent();
        if (overdue.isEmpty() && !pathSuspect && !stalled && !checks.hasFailed()) {
            return;
        }
        overdue.forEach(trial -> trial.asked++);
        pathSuspect = false;
        // The next one waits a little, so that a path that is stalled, or a far end in doubt, is not hammered.
        checkNotBeforeNs = overdue.isEmpty() ? nowNs + RETRY_NS : nowNs;
        checks.start(nowNs, overdue.stream().map(trial -> trial.id).toList());
    }

    private boolean isOnHold(Trial trial, long nowNs) {
        return awaitsItsRetransmission(trial, nowNs)
                || awaitsTheBusyFlows(trial, nowNs)
                || awaitsItsNewAddress(trial, nowNs);
    }

    /** Where the flow comes out now shows when the client's packet is answered. */
    private boolean awaitsItsNewAddress(Trial trial, long nowNs) {
        if (trial.spokeAgainNs.isEmpty() || trial.mappedAfter != null || trial.closed) {
            return false;
        }
        long untilNs = trial.spokeAgainNs.getAsLong() + replyTimeout.ns();
        if (nowNs - untilNs < 0) {
            outbox.wakeAt(untilNs, 0);
            return true;
        }
        return false;
    }

    /** Closed together with a busy flow: whether an instant or an age closed them shows when the other busy ones go. */
    private boolean awaitsTheBusyFlows(Trial trial, long nowNs) {
        OptionalLong untilNs = closedWithABusyFlow(trial) ? busy.waitUntilNs(nowNs) : OptionalLong.empty();
        untilNs.ifPresent(until -> outbox.wakeAt(until, 0));
        return untilNs.isPresent();
    }

    private boolean closedWithABusyFlow(Trial trial) {
        return trial.ending != null && busy.closedAround(trial.probedAtNs);
    }

    /** The path was down when it was probed: TCP sends again, so the answer may still come. */
    private boolean awaitsItsRetransmission(Trial trial, long nowNs) {
        return busy.outageDuring(trial.probedAtNs, trial.probedAtNs + replyTimeout.ns(), nowNs)
                .map(outage -> {
                    // A retransmission comes at most twice as late as the outage was long (RFC 6298, 5.5).
                    long untilNs = outage.toNs() + 2 * outage.lengthNs() + replyTimeout.ns();
                    if (nowNs - untilNs < 0) {
                        outbox.wakeAt(untilNs, 0);
                        return true;
                    }
                    return false;
                })
                .orElse(false);
    }

    private void onPassed(Checks.Passed passed, long nowNs) {
        busy.proven(nowNs);
        if (!begun) {
            begin(nowNs);
            return;
        }
        passed.reports().forEach((flow, report) -> {
            Trial trial = byFlow.get(flow);
            if (trial != null && trial.is(State.OVERDUE)) {
                judge(trial, report, nowNs);
            }
        });
    }

    private void judge(Trial trial, Optional<FarReport> report, long nowNs) {
        if (isOnHold(trial, nowNs)) {
            return;
        }
        boolean wasOutage = busy.outageDuring(trial.probedAtNs, trial.probedAtNs + replyTimeout.ns(), nowNs)
                .isPresent();
        boolean closedByItself = trial.ending != null && trial.ending.isAtExpiry();
        if (wasOutage) {
            giveUpOn(trial, "the path was down when it was probed");
        } else if (closedWithABusyFlow(trial) && !busy.fate(nowNs).isOfAge()) {
            giveUpOn(trial, "closed together with flows that were not idle");
        } else if (trial.direction() == Direction.CLIENT_FIRST || closedByItself) {
            dies(trial, report);
        } else if (report.isPresent() && hasLostItsPush(report.get())) {
            if (report.get().pushes() > 0) {
                timePush(trial, timeOf(report.get(), trial));
            } else {
                trial.closedUnasked();
            }
            dies(trial, report);
        } else if (trial.asked >= ASK_AT_MOST
                && report.isPresent()
                && report.get().pushes() > 0) {
            // Acknowledged, yet it never came: not by this kernel, then, but by something in between.
            warnings.add("something between here and the far end acknowledges for this end and loses the data");
            timePush(trial, timeOf(report.get(), trial));
            dies(trial, report);
        } else if (trial.asked >= ASK_AT_MOST) {
            giveUpOn(trial, report.isEmpty() ? "the far end does not know it" : "the far end has not pushed");
        } else {
            checkNotBeforeNs = nowNs + RETRY_NS;
            outbox.wakeAt(checkNotBeforeNs, 0);
        }
    }

    /** When it pushed; where the far end doesn't say, when it was told to. */
    private static long timeOf(FarReport report, Trial trial) {
        return report.pushedAfterNs() == FarReport.UNTIMED ? trial.idleNs : report.pushedAfterNs();
    }

    /** The far end did push and nobody acknowledged it, or it lost the flow before it could. */
    private static boolean hasLostItsPush(FarReport report) {
        return report.pushes() > 0
                ? !report.pushAcknowledged() || report.end() == FarReport.End.RESET
                : report.end() == FarReport.End.RESET || report.end() == FarReport.End.TIMEOUT;
    }

    private void giveUpOn(Trial trial, String why) {
        trial.become(State.VOID);
        trial.ending = null;
        trial.detail = why;
        close(trial);
    }

    private void dies(Trial trial, Optional<FarReport> report) {
        report.map(FarReport::mapped).ifPresent(mapped -> trial.mapped = mapped);
        if (trial.ending == null) {
            trial.ending =
                    trial.mappedAfter == null ? Ending.SILENT : trial.hasMoved() ? Ending.REBOUND : Ending.ONE_WAY;
        }
        trial.farEnding = report.map(Search::farEnding).orElse(null);
        trial.become(State.DEAD);
    }

    private static @Nullable Ending farEnding(FarReport report) {
        boolean hadSpoken = report.pushes() > 0;
        return switch (report.end()) {
            case RESET -> hadSpoken ? Ending.RESET_ON_PROBE : Ending.RESET_AT_EXPIRY;
            case FIN -> hadSpoken ? Ending.FIN_ON_PROBE : Ending.FIN_AT_EXPIRY;
            case TIMEOUT -> Ending.SILENT;
            case OPEN -> hadSpoken && !report.pushAcknowledged() ? Ending.SILENT : null;
            case CLOSED, UNSEEN -> null;
        };
    }

    private void afterFailedCheck(long nowNs, Problem why) {
        if (!begun) {
            unreachable(why);
        } else if (checks.hasGivenUp() && !worked) {
            unreachable(why);
        } else if (checks.hasGivenUp()) {
            problem = new Problem("path-down", "the path went down: a new flow failed too: " + why.message());
            end(Conclusion.PATH_DOWN);
        } else {
            checkNotBeforeNs = nowNs + RETRY_NS;
            outbox.wakeAt(checkNotBeforeNs, 0);
        }
    }

    private void unreachable(Problem why) {
        problem = why;
        end(Conclusion.UNREACHABLE);
    }

    // ---- passes --------------------------------------------------------------------------------------------------

    private void startPass(PassPlanner.Pass next, long nowNs) {
        pass = next;
        passStartNs = nowNs;
        passLengthNs = planner.lengthNs(next);
        passOpened = 0;
        exhausted = false;
        passTrials = next.rungs().stream()
                .map(rung -> new Trial(outbox.newFlow(), rung.ladder(), rung.idleNs()))
                .toList();
        trials.addAll(passTrials);
        passTrials.forEach(trial -> byFlow.put(trial.id, trial));
        next.warning().ifPresent(warnings::add);
        advance(nowNs);
    }

    private void advance(long nowNs) {
        if (isOver() || !begun) {
            return;
        }
        openDueTrials(nowNs);
        checkIfNeeded(nowNs);
        if (isPassOver(nowNs)) {
            endPass(nowNs);
        }
    }

    private void openDueTrials(long nowNs) {
        boolean checksFirst = settings.strategy() == Strategy.BISECT && isPathInDoubt();
        while (passOpened < passTrials.size() && !exhausted && !checksFirst) {
            long dueNs = passStartNs + (long) (passOpened / settings.openRate() * 1e9);
            if (nowNs - dueNs < 0) {
                outbox.wakeAt(dueNs, 0);
                return;
            }
            long open = trials.stream().filter(trial -> trial.isOpen()).count();
            if (open >= planner.rungFlows() && !stopListeningToOne()) {
                return; // looked at again when one of them is done
            }
            if (planner.placesLeft(trials) <= 0) {
                noPlaceIsLeft();
                return;
            }
            Trial trial = passTrials.get(passOpened++);
            trial.become(State.OPENING);
            trial.openedAtNs = nowNs;
            lastOpenedNs = nowNs;
            outbox.act(new Action.Open(trial.id, Purpose.RUNG, Optional.of(trial.ladder), trial.idleNs));
            outbox.wakeAt(nowNs + primingPatienceNs(), trial.id);
        }
    }

    private boolean isPathInDoubt() {
        return pathSuspect || checks.isRunning() || checks.hasFailed();
    }

    /** Dead flows are listened to as long as nobody needs their place: the one that died first has had its time. */
    private boolean stopListeningToOne() {
        Optional<Trial> listened = trials.stream()
                .filter(trial -> trial.is(State.DEAD) && trial.isOpen())
                .findFirst();
        listened.ifPresent(this::close);
        return listened.isPresent();
    }

    private boolean isPassOver(long nowNs) {
        if (passTrials.stream().noneMatch(trial -> trial.state().isPending())) {
            return isSettled(nowNs);
        }
        List<Standing> standings = planner.ladders().stream()
                .map(ladder -> Standing.of(trials, ladder, settings.confirm()))
                .toList();
        if (standings.stream().allMatch(Standing::exhausted)) {
            return true;
        }
        long decidingNs = standings.stream()
                .filter(Standing::expired)
                .mapToLong(Standing::decidingNs)
                .max()
                .orElse(-1);
        if (decidingNs < 0 || pass.isExhaustive()) {
            return false;
        }
        if (abilities.transport() == Transport.UDP) {
            // Each has a timer of its own.
            return standings.stream().allMatch(standing -> standing.expired() || standing.exhausted())
                    && isSettled(nowNs);
        }
        // The other ladders are given the same chance, up to the same idle period.
        boolean othersFollowed = standings.stream()
                .allMatch(standing -> standing.expired() || standing.exhausted() || !standing.doubtful());
        boolean nothingPendingBelow =
                passTrials.stream().noneMatch(trial -> trial.state().isPending() && trial.idleNs <= decidingNs);
        return othersFollowed && nothingPendingBelow && isSettled(nowNs);
    }

    /** Whether nothing is likely to come any more that would change what is known. */
    private boolean isSettled(long nowNs) {
        OptionalLong lastDeathNs = trials.stream()
                .filter(trial -> trial.is(State.DEAD))
                .mapToLong(trial -> trial.probedAtNs - startNs)
                .max();
        OptionalLong busyUntilNs = busy.waitUntilNs(nowNs);
        if (busyUntilNs.isEmpty() && lastDeathNs.isPresent()) {
            busyUntilNs = busy.unprovenUntilNs(startNs + lastDeathNs.getAsLong(), nowNs);
        }
        if (busyUntilNs.isPresent()) {
            outbox.wakeAt(busyUntilNs.getAsLong(), 0);
            return false;
        }
        OptionalLong smallestAgeNs = trials.stream()
                .filter(Trial::hasClosedAtExpiry)
                .mapToLong(trial -> trial.idleAtMostNs)
                .min();
        boolean moreMayClose = trials.stream().anyMatch(trial -> trial.is(State.SILENT));
        if (smallestAgeNs.isPresent() && moreMayClose) {
            // A server that sweeps closes in batches: the spread shows only if the next batch is waited for.
            long quietUntilNs = lastCloseNs + Math.max(RETRY_NS, smallestAgeNs.getAsLong() / 4);
            if (nowNs - quietUntilNs < 0) {
                outbox.wakeAt(quietUntilNs, 0);
                return false;
            }
        }
        return true;
    }

    private void endPass(long nowNs) {
        if (pass.kind() == PassPlanner.Kind.ALONE) {
            List<Trial> alive = passTrials.stream()
                    .filter(trial -> trial.is(State.ALIVE) && livesWheneverAlone(trial))
                    .toList();
            crowded = alive.stream().anyMatch(this::isLongestOfItsLadder);
            alive.forEach(this::forgetDeathsInCompany);
            planner.ladders().stream().filter(this::couldNotBeRepeated).forEach(this::forgetDeaths);
        }
        boolean early = pass.kind() == PassPlanner.Kind.MAIN && diedWhileOpening();
        for (Trial trial : passTrials) {
            if (trial.state().isPending()) {
                if (trial.isOpen()) {
                    close(trial);
                }
                trial.become(State.UNPROBED);
            } else if (trial.is(State.DEAD) && early) {
                close(trial); // the repetition is to be alone
            }
        }
        Optional<PassPlanner.Pass> next =
                crowded || exhausted || busy.fate(nowNs).isFinal() ? Optional.empty() : planner.next(trials, early);
        if (next.isPresent()) {
            startPass(next.get(), nowNs);
        } else {
            end(Conclusion.DONE);
        }
    }

    /**
     * A box whose table is full throws flows out, those first that were silent for longest: that looks like a short
     * timeout. Where one that was opened early lived on after the last one came, there was room for all, unless flows
     * that are revived throw others out: then they disagree.
     */
    private boolean diedWhileOpening() {
        int crowd = Math.max(A_CROWD, A_CROWD_A_LADDER * planner.ladders().size());
        return passOpened >= crowd && planner.ladders().stream().anyMatch(ladder -> mayHaveBeenThrownOut(ladder));
    }

    private boolean mayHaveBeenThrownOut(Ladder ladder) {
        List<Trial> dead = trials.stream()
                .filter(trial -> trial.ladder.equals(ladder) && trial.is(State.DEAD))
                .toList();
        boolean diedMeanwhile = dead.stream().anyMatch(trial -> trial.probedAtNs - lastOpenedNs <= 0);
        boolean noneOutlived =
                trials.stream().noneMatch(trial -> trial.ladder.equals(ladder) && trial.outlived(lastOpenedNs));
        boolean disagree = Bracket.of(trials.stream()
                                .filter(trial -> trial.ladder.equals(ladder))
                                .toList())
                        .disagreeing()
                > 0;
        // After a pause of this machine those are missing that would disagree.
        return !dead.isEmpty() && (diedMeanwhile || noneOutlived || disagree || suspended);
    }

    private boolean couldNotBeRepeated(Ladder ladder) {
        List<Trial> alone =
                passTrials.stream().filter(trial -> trial.ladder.equals(ladder)).toList();
        return !alone.isEmpty() && alone.stream().noneMatch(Trial::isSample);
    }

    private void forgetDeaths(Ladder ladder) {
        trials.stream()
                .filter(trial -> trial.ladder.equals(ladder) && trial.is(State.DEAD))
                .forEach(trial -> giveUpOn(trial, "it died while many were being opened, and could not be repeated"));
    }

    /** That it died beside others and lives alone shows a full table, or that it is as long as the timeout. */
    private void forgetDeathsInCompany(Trial alone) {
        trials.stream()
                .filter(trial ->
                        trial.ladder.equals(alone.ladder) && trial.idleNs == alone.idleNs && trial.is(State.DEAD))
                .forEach(trial -> giveUpOn(trial, "it lives when it is alone"));
    }

    /** A shorter one that lives now may be as long as the timeout, give or take a moment. */
    private boolean isLongestOfItsLadder(Trial alone) {
        return passTrials.stream().noneMatch(trial -> trial.ladder.equals(alone.ladder) && trial.idleNs > alone.idleNs);
    }

    private boolean livesWheneverAlone(Trial alone) {
        return passTrials.stream()
                .filter(trial -> trial.ladder.equals(alone.ladder) && trial.idleNs == alone.idleNs)
                .noneMatch(trial -> trial.is(State.DEAD));
    }

    private void end(Conclusion how) {
        conclusion = how;
        for (Trial trial : trials) {
            if (trial.isOpen()) {
                close(trial);
            }
            if (trial.state().isPending()) {
                trial.become(State.UNPROBED);
            }
        }
        checks.close();
        busy.closeAll();
    }

    // ---- for the verdict and for the reader of the screen ---------------------------------------------------------

    Conclusion conclusion() {
        return conclusion == null ? Conclusion.INTERRUPTED : conclusion;
    }

    Optional<Problem> problem() {
        return Optional.ofNullable(problem);
    }

    List<Trial> trials() {
        return trials;
    }

    BusyFlows busy() {
        return busy;
    }

    Checks checks() {
        return checks;
    }

    Set<Long> farInstances() {
        return farInstances;
    }

    Set<String> warnings() {
        return warnings;
    }

    /** How much later than it was sent a probe may have crossed the path: by one retransmission where any was seen. */
    long probeLateNs() {
        return lossy ? abilities.probeAgain().toNanos() : 0;
    }

    boolean hasOwnKeepalive() {
        return ownKeepalive;
    }

    /** Connections that the path cut off, and that nobody can end. */
    public int leftAtTheFarEnd() {
        return abilities.cutOff() == CutOff.LINGERS
                ? (int) trials.stream().filter(Trial::isCutOff).count()
                : 0;
    }

    Abilities abilities() {
        return abilities;
    }

    boolean isCrowded() {
        return crowded;
    }

    boolean isCutShort() {
        return exhausted;
    }

    MeasureSettings settings() {
        return settings;
    }

    List<Ladder> ladders() {
        return planner.ladders();
    }

    long startNs() {
        return startNs;
    }

    /** Where the search stands, for a person who waits. */
    public MeasureProgress progress(long nowNs) {
        long alive = 0;
        int waiting = 0;
        int dead = 0;
        for (Trial trial : trials) {
            if (trial.is(State.ALIVE)) {
                alive = Math.max(alive, trial.idleNs);
            } else if (trial.is(State.DEAD)) {
                dead++;
            } else if (trial.is(State.SILENT)) {
                waiting++;
            }
        }
        long endNs = passStartNs + passLengthNs + replyTimeout.ns();
        return new MeasureProgress(
                Duration.ofNanos(nowNs - startNs),
                pass.title(),
                passOpened,
                passTrials.size(),
                waiting,
                Duration.ofNanos(alive),
                dead,
                Duration.ofNanos(Math.max(0, endNs - nowNs)),
                trials.stream()
                        .sorted(Comparator.comparing((Trial trial) -> trial.direction())
                                .thenComparing(trial -> trial.ladder.test())
                                .thenComparingLong(trial -> trial.idleNs))
                        .map(trial ->
                                new MeasureProgress.Rung(trial.ladder, Duration.ofNanos(trial.idleNs), standing(trial)))
                        .toList());
    }

    private static MeasureProgress.Standing standing(Trial trial) {
        return switch (trial.state()) {
            case PLANNED, UNPROBED -> MeasureProgress.Standing.PLANNED;
            case OPENING, SILENT -> MeasureProgress.Standing.WAITING;
            case PROBED, OVERDUE -> MeasureProgress.Standing.PROBED;
            case ALIVE -> MeasureProgress.Standing.ALIVE;
            case DEAD -> MeasureProgress.Standing.DEAD;
            case REFRESHED -> MeasureProgress.Standing.REFRESHED;
            case VOID -> MeasureProgress.Standing.VOID;
        };
    }
}
