package hbprobe.engine;

import hbprobe.engine.FlowEngine.Primed;
import hbprobe.model.FarDeed;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.KernelTimers;
import hbprobe.model.Mechanism;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One flow on which one mechanism watches and one fault is staged. */
final class FaultTrial {
    /** A lost SYN is sent again after 1 s and after 3 s (RFC 6298, 5.7). */
    private static final long PRIMING_PATIENCE_NS = TimeUnit.SECONDS.toNanos(8);

    /** What a flow that outlived its fault needs for an answer, a few lost segments included. */
    private static final long LAST_WORD_NS = TimeUnit.SECONDS.toNanos(3);

    /** Half a period before and after the second heartbeat, the kernel's counters stand still. */
    private static final double[] COUNTED_AT = {0.5, 1.5};

    /** Where a trial stands. */
    enum State {
        /** Not yet opened. */
        PLANNED,
        /** Connecting and priming. */
        OPENING,
        /** Watched, and nothing is wrong. */
        STEADY,
        /** The fault is there. */
        FAULTY,
        /** Its time is over; asked whether it still works. */
        ASKED,
        /** The mechanism gave the connection up. */
        NOTICED,
        /** It did not, in the time it had. */
        UNNOTICED,
        /** The flow went on to work: there was nothing to notice. */
        SURVIVED,
        /** It proves nothing. */
        VOID;

        boolean isOver() {
            return this == NOTICED || this == UNNOTICED || this == SURVIVED || this == VOID;
        }
    }

    private static final Map<State, Set<State>> NEXT = Map.of(
            State.PLANNED, EnumSet.of(State.OPENING, State.VOID),
            State.OPENING, EnumSet.of(State.STEADY, State.VOID),
            State.STEADY, EnumSet.of(State.FAULTY, State.VOID),
            State.FAULTY, EnumSet.of(State.ASKED, State.NOTICED, State.UNNOTICED, State.SURVIVED, State.VOID),
            State.ASKED, EnumSet.of(State.NOTICED, State.UNNOTICED, State.SURVIVED, State.VOID),
            State.NOTICED, EnumSet.noneOf(State.class),
            State.UNNOTICED, EnumSet.noneOf(State.class),
            State.SURVIVED, EnumSet.noneOf(State.class),
            State.VOID, EnumSet.noneOf(State.class));

    final int id;
    final TrialCell cell;
    private final Outbox<FlowAction> outbox;
    private final HeartbeatSettings settings;
    private final long capNs;
    private final long faultAfterNs;
    private final List<Heartbeat> heartbeats = new ArrayList<>();
    private State state = State.PLANNED;
    private @Nullable EchoMonitor monitor;
    private @Nullable Primed primed;
    private long openedNs;
    private long primedNs;
    private long beatDueNs;
    private boolean staging;
    private boolean healing;
    private long faultNs;
    private OptionalLong inForceNs = OptionalLong.empty();
    private long healedNs;
    private long askedNs;
    private long endedNs;
    private OptionalLong latencyNs = OptionalLong.empty();
    private OptionalLong resumedAfterNs = OptionalLong.empty();
    private int falseAlarms;
    private int counts;
    private long countedPackets;
    private long countedBytes;
    private boolean counted;
    private Optional<KernelTimers> timers = Optional.empty();
    private String detail = "";

    /** A heartbeat that arrived: an echo's answer. */
    record Heartbeat(long seq, long sentNs, long arrivedNs) {}

    /**
     * A trial that has not begun.
     *
     * @param faultAfterNs when the fault comes, counted from priming; the lab's come when they come
     */
    FaultTrial(
            int id,
            TrialCell cell,
            Outbox<FlowAction> outbox,
            HeartbeatSettings settings,
            Duration cap,
            long faultAfterNs) {
        this.id = id;
        this.cell = cell;
        this.outbox = outbox;
        this.settings = settings.withInterval(Duration.ofNanos(
                cell.mechanism().writes()
                        ? cell.periodNs()
                        : settings.interval().toNanos()));
        this.capNs = cap.toNanos();
        this.faultAfterNs = faultAfterNs;
    }

    private void become(State next) {
        if (!NEXT.getOrDefault(state, Set.of()).contains(next)) {
            throw new IllegalStateException("trial " + id + " can't become " + next + " from " + state);
        }
        state = next;
    }

    State state() {
        return state;
    }

    // ---- its beginning -------------------------------------------------------------------------------------------

    void open(long nowNs) {
        become(State.OPENING);
        openedNs = nowNs;
        Mechanism mechanism = cell.mechanism();
        outbox.act(new FlowAction.Open(
                id,
                mechanism.keepalive() ? Optional.of(settings.keepalive()) : Optional.empty(),
                mechanism.userTimeout() ? Optional.of(settings.userTimeout()) : Optional.empty(),
                OptionalLong.empty(),
                faultAfterNs + 2 * capNs + TimeUnit.MINUTES.toNanos(5)));
        outbox.wakeAt(nowNs + PRIMING_PATIENCE_NS, id);
    }

    void onPrimed(long nowNs, Primed how) {
        if (state != State.OPENING) {
            return;
        }
        become(State.STEADY);
        primed = how;
        primedNs = nowNs;
        beatDueNs = nowNs + cell.periodNs();
        if (cell.mechanism() == Mechanism.APP_ECHO) {
            monitor = new EchoMonitor(settings, nowNs);
        }
        wakeUp();
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    void onTime(long nowNs) {
        switch (state) {
            case OPENING -> {
                if (nowNs - openedNs >= PRIMING_PATIENCE_NS) {
                    giveUp(nowNs, "not opened in time");
                }
            }
            case STEADY -> {
                count(nowNs);
                beat(nowNs);
                if (state == State.STEADY && isFaultDue(nowNs)) {
                    stage(nowNs);
                }
            }
            case FAULTY -> {
                beat(nowNs);
                if (state == State.FAULTY) {
                    heal(nowNs);
                    endIfOver(nowNs);
                }
            }
            case ASKED -> {
                if (nowNs - askedNs >= LAST_WORD_NS) {
                    end(State.UNNOTICED, nowNs);
                }
            }
            default -> {}
        }
        wakeUp();
    }

    private void wakeUp() {
        switch (state) {
            case STEADY, FAULTY -> {
                long untilNs = monitor == null ? beatDueNs : monitor.wakeNs();
                if (state == State.FAULTY) {
                    untilNs = earlier(untilNs, faultNs + capNs);
                }
                if (state == State.STEADY && counts < COUNTED_AT.length) {
                    untilNs = earlier(untilNs, countDueNs());
                }
                if (state == State.STEADY && !staging && !cell.fault().kind().ofLab()) {
                    untilNs = earlier(untilNs, faultDueNs());
                }
                if (state == State.FAULTY && cell.fault().healsAfter().isPresent() && !healing) {
                    untilNs = earlier(untilNs, healDueNs());
                }
                // Even where that is over: after a pause of this host, what was due is made up for one by one.
                outbox.wakeAt(untilNs, id);
            }
            case ASKED -> outbox.wakeAt(askedNs + LAST_WORD_NS, id);
            default -> {}
        }
    }

    private static long earlier(long oneNs, long otherNs) {
        return oneNs - otherNs < 0 ? oneNs : otherNs;
    }

    private long countDueNs() {
        return primedNs + (long) (COUNTED_AT[counts] * cell.periodNs());
    }

    /** What is counted half a period late holds another heartbeat: then it is not counted at all. */
    private void count(long nowNs) {
        if (counts < COUNTED_AT.length && countDueNs() - nowNs <= 0) {
            if (nowNs - countDueNs() < cell.periodNs() / 2) {
                counts++;
                outbox.act(new FlowAction.Count(id));
            } else {
                counts = COUNTED_AT.length;
            }
        }
    }

    private void beat(long nowNs) {
        EchoMonitor echoes = monitor;
        if (echoes != null) {
            if (echoes.hasAlarm(nowNs)) {
                alarm(nowNs);
            }
            if (!state.isOver() && echoes.isDue(nowNs)) {
                outbox.act(new FlowAction.Speak(id));
                echoes.onSpoken(nowNs);
            }
        } else if (beatDueNs - nowNs <= 0) {
            beatDueNs += cell.periodNs();
            if (cell.mechanism().writes()) {
                outbox.act(new FlowAction.Beat(id));
            }
        }
    }

    // ---- the fault -----------------------------------------------------------------------------------------------

    private long faultDueNs() {
        return primedNs + faultAfterNs;
    }

    private boolean isFaultDue(long nowNs) {
        return !staging && !cell.fault().kind().ofLab() && faultDueNs() - nowNs <= 0;
    }

    private void stage(long nowNs) {
        staging = true;
        switch (cell.fault().kind()) {
            case IDLE -> onStaged(nowNs); // nobody has to do anything
            case HANG -> order(FarDeed.MUTE, 2 * capNs, nowNs);
            case FIN -> order(FarDeed.CLOSE, 0, nowNs);
            case RST -> order(FarDeed.RESET, 0, nowNs);
            default -> outbox.act(new FlowAction.Stage(id, cell.fault()));
        }
    }

    /** The far end obeys half a round trip later. */
    private void order(FarDeed deed, long durationNs, long nowNs) {
        outbox.act(new FlowAction.Order(id, deed, durationNs));
        onStaged(nowNs + primed().map(Primed::rttNs).orElse(0L) / 2);
    }

    void onStaged(long atNs) {
        if (state == State.STEADY) {
            become(State.FAULTY);
            faultNs = atNs;
            if (!cell.fault().kind().ofLab()) {
                inForceNs = OptionalLong.of(atNs);
            }
            wakeUp();
        }
    }

    /** A lab takes its time, and was asked before: only now it is sure that the fault is there. */
    void onInForce(long nowNs) {
        inForceNs = OptionalLong.of(nowNs);
    }

    private long healDueNs() {
        return faultNs + cell.fault().healsAfter().map(Duration::toNanos).orElse(capNs);
    }

    private void heal(long nowNs) {
        if (cell.fault().healsAfter().isPresent() && !healing && healDueNs() - nowNs <= 0) {
            healing = true;
            outbox.act(new FlowAction.Heal(id));
        }
    }

    void onHealed(long nowNs) {
        healedNs = nowNs;
    }

    void onTraffic(long nowNs) {
        if (state == State.FAULTY && healing) {
            resumedAfterNs = OptionalLong.of(nowNs - healedNs);
            end(State.SURVIVED, nowNs);
        }
    }

    private void endIfOver(long nowNs) {
        long lengthNs = cell.isShown() || !cell.isCrash() ? capNs : Math.min(capNs, cell.periodNs());
        if (nowNs - faultNs - lengthNs < 0) {
            return;
        }
        if (cell.fault().kind() == Fault.Kind.LOSS) {
            end(State.SURVIVED, nowNs);
        } else if (cell.mayOutlive()) {
            become(State.ASKED);
            askedNs = nowNs;
            outbox.act(new FlowAction.Speak(id));
        } else {
            end(State.UNNOTICED, nowNs);
        }
    }

    // ---- what happens on it --------------------------------------------------------------------------------------

    void onAnswered(long nowNs) {
        if (state == State.ASKED) {
            end(State.SURVIVED, nowNs);
            return;
        }
        if (monitor == null || state.isOver()) {
            return;
        }
        Optional<EchoMonitor.Answer> answer = monitor.onAnswered(nowNs);
        answer.ifPresent(echo -> heartbeats.add(new Heartbeat(echo.seq(), echo.sentNs(), nowNs)));
        boolean askedSince = inForceNs.isPresent()
                && answer.filter(echo -> echo.sentNs() - inForceNs.getAsLong() > 0)
                        .isPresent();
        if (state == State.FAULTY && askedSince && cell.mayOutlive()) {
            end(State.SURVIVED, nowNs);
        }
    }

    /** An echo was lost: one that was sent after it has been answered. */
    void onOvertaken(long nowNs) {
        if (monitor != null && !state.isOver()) {
            monitor.onOvertaken(nowNs);
        }
    }

    /** The application's alarm. */
    private void alarm(long nowNs) {
        boolean dropped = state == State.FAULTY && cell.fault().kind() != Fault.Kind.LOSS;
        if (!dropped) {
            falseAlarms++;
        } else if (cell.isShown()) {
            notice(nowNs);
            return;
        }
        if (monitor != null) {
            monitor.restart();
        }
    }

    private void notice(long nowNs) {
        if (healing) {
            falseAlarms++; // what it gave up worked again
        }
        latencyNs = OptionalLong.of(Math.max(0, nowNs - faultNs));
        end(State.NOTICED, nowNs);
    }

    void onClosed(long nowNs, String how) {
        switch (state) {
            case FAULTY, ASKED -> {
                if (cell.fault().kind() == Fault.Kind.LOSS) {
                    falseAlarms++;
                    end(State.NOTICED, nowNs);
                } else {
                    notice(nowNs);
                }
            }
            case OPENING, STEADY -> giveUp(nowNs, "closed before its fault: " + how);
            default -> {}
        }
    }

    /** It proves nothing, and why. */
    void giveUp(long nowNs, String why) {
        if (!state.isOver()) {
            detail = why;
            end(State.VOID, nowNs);
        }
    }

    private void end(State how, long nowNs) {
        if (state != State.PLANNED) {
            outbox.act(new FlowAction.Close(id));
        }
        become(how);
        endedNs = nowNs;
    }

    /** Those before the fault count: afterwards the kernel backs off. */
    void onTimers(KernelTimers seen) {
        if (state == State.STEADY) {
            timers = Optional.of(seen);
        }
    }

    Optional<KernelTimers> timers() {
        return timers;
    }

    /** The kernel's counters, half a period before and half a period after a heartbeat. */
    void onCounted(long packets, long bytes) {
        if (!counted && counts == 1) {
            countedPackets = -packets;
            countedBytes = -bytes;
        } else if (!counted && counts == 2) {
            countedPackets += packets;
            countedBytes += bytes;
            counted = true;
        }
    }

    // ---- what is known of it -------------------------------------------------------------------------------------

    /** From its opening to its end, if nothing is noticed. */
    long longestNs() {
        return faultAfterNs + capNs + lastWordNs();
    }

    /** What it may take after its cap. */
    long lastWordNs() {
        return cell.mayOutlive() ? LAST_WORD_NS : 0;
    }

    /** From the fault to the notice; empty when it was not noticed. */
    OptionalLong latencyNs() {
        return latencyNs;
    }

    /** From the end of the fault until something arrived. */
    OptionalLong resumedAfterNs() {
        return resumedAfterNs;
    }

    int falseAlarms() {
        return falseAlarms;
    }

    String detail() {
        return detail;
    }

    Optional<Primed> primed() {
        return Optional.ofNullable(primed);
    }

    boolean isCounted() {
        return counted;
    }

    long countedPackets() {
        return countedPackets;
    }

    long countedBytes() {
        return countedBytes;
    }

    List<Heartbeat> heartbeats() {
        return heartbeats;
    }

    long primedNs() {
        return primedNs;
    }

    /** When the fault came; empty when it did not, not even where it was ordered and the trial ended before that. */
    OptionalLong faultNs() {
        boolean came = primed != null && faultNs != 0 && state != State.STEADY;
        return came && !(state.isOver() && faultNs - endedNs > 0) ? OptionalLong.of(faultNs) : OptionalLong.empty();
    }

    long endedNs() {
        return endedNs;
    }
}
