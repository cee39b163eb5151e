package hbprobe.engine;

import hbprobe.engine.Search.Conclusion;
import hbprobe.model.Durations;
import hbprobe.model.FarDeed;
import hbprobe.model.FarReport;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.KeepOpen.Outcome;
import hbprobe.model.Means;
import hbprobe.model.Problem;
import hbprobe.model.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether heartbeats at four fifths of the idle timeout keep a path open: flows live on them for more than three times
 * the timeout, and then the far end speaks, just before the next heartbeat would be due. The far end where it can be
 * told to: the client's packet may revive what had expired. A push that doesn't come is asked about on a fresh flow. A
 * server that can't be told to speak is asked instead; the flows without heartbeats show whether that tells anything.
 */
public final class KeepOpenTrials implements FlowEngine {
    /** A heartbeat may come a fifth of the timeout late. */
    private static final double SHARE = 0.8;

    /** The whole must be longer than this many timeouts. */
    private static final double TIMEOUTS = 3;

    /** Flows of each kind, where there are places: a single one may be hit by chance. */
    private static final int FLOWS = 3;

    /** The fresh flow that asks, and one for a trial beside these. */
    private static final int OTHER_FLOWS = 2;

    /** A kernel's timer runs up to 3 % late, and one more heartbeat would hide a gap. */
    private static final double BEFORE_THE_NEXT = 0.03;

    private static final int PROBES = 3;

    /** A lost push is sent again within this time: after 0.2, 0.4, 0.9 and 1.7 s. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(4);

    /** Where nobody tells of acknowledgements, the kernel has given a dead flow up by then. */
    private static final long PATIENCE_WHEN_ASKING_NS = TimeUnit.SECONDS.toNanos(6);

    /** Less than the shortest retransmission timeout, 200 ms (TCP_RTO_MIN): by then only the first copy can be here. */
    private static final long FIRST_COPY_NS = TimeUnit.MILLISECONDS.toNanos(150);

    private static final long OPENING_NS = TimeUnit.SECONDS.toNanos(8);
    private static final Duration WHOLE_SECOND = Duration.ofSeconds(1);

    private static final String TOO_FEW_PLACES =
            "the far end takes too few flows at once; those that the path cut off count";

    private static final List<Keeper> KEEPALIVE = List.of(Keeper.OS_KEEPALIVE, Keeper.NONE);

    private final Duration idleTimeout;
    private final Means means;
    private final List<Keeper> keepers;
    private final Optional<Keepalive> given;
    private final Outbox<FlowAction> outbox;
    private final Map<Integer, Flow> flows = new HashMap<>();
    private final List<KeepOpen> untried = new ArrayList<>();
    private final long startNs;
    private int checkFlow;
    private long checkOpenedNs;
    private boolean pathFailed;
    private @Nullable Conclusion conclusion;

    private enum State {
        OPENING,
        BEATING,
        OVERDUE,
        KEPT,
        LATE,
        LOST,
        VOID
    }

    private static final class Flow {
        final int id;
        final Keeper keeper;
        final long periodNs;
        final long endAfterNs;
        State state = State.OPENING;
        long primedNs;
        long rttNs;
        long beatDueNs;
        OptionalLong askedNs = OptionalLong.empty();
        int unanswered;
        String why = "";

        Flow(int id, Keeper keeper, long periodNs, long endAfterNs) {
            this.id = id;
            this.keeper = keeper;
            this.periodNs = periodNs;
            this.endAfterNs = endAfterNs;
        }

        /**
         * Whether it came before the next heartbeat could have revived the flow for it: a push that was dropped is sent
         * again, and comes through on what the client's heartbeat has opened.
         */
        boolean isInTime(long nowNs, Transport transport) {
            long untilNextNs = (long) (BEFORE_THE_NEXT * periodNs);
            long firstCopyNs = transport == Transport.TCP ? FIRST_COPY_NS : 0; // over UDP others follow at once
            boolean clientSpeaks =
                    keeper == Keeper.APP_ECHO || keeper == Keeper.OS_KEEPALIVE || keeper == Keeper.WRITE_ONLY;
            return !clientSpeaks || nowNs - primedNs <= endAfterNs + 2 * rttNs + Math.max(untilNextNs, firstCopyNs);
        }
    }

    /**
     * Starts at that time; the first action is ready.
     *
     * @param idleTimeout of the path
     * @param means what can be had here
     * @param available time that there is; a keeper that needs more is not tried
     */
    public KeepOpenTrials(Duration idleTimeout, Means means, Optional<Duration> available, long nowNs) {
        this(idleTimeout, means, Keeper.over(means.transport()), Optional.empty(), available, nowNs);
    }

    /**
     * This kernel's keepalive as it is given, beside flows without any.
     *
     * @param idleTimeout of the path; the keepalive's period where it is not known
     */
    public static KeepOpenTrials of(Keepalive keepalive, Duration idleTimeout, Means means, long nowNs) {
        return new KeepOpenTrials(idleTimeout, means, KEEPALIVE, Optional.of(keepalive), Optional.empty(), nowNs);
    }

    private KeepOpenTrials(
            Duration idleTimeout,
            Means means,
            List<Keeper> keepers,
            Optional<Keepalive> given,
            Optional<Duration> available,
            long nowNs) {
        this.idleTimeout = idleTimeout;
        this.means = means;
        this.keepers = keepers;
        this.given = given;
        this.outbox = new Outbox<>(nowNs);
        this.startNs = nowNs;
        for (Keeper keeper : keepers) {
            plan(keeper, available, nowNs);
        }
        advance(nowNs);
    }

    private void plan(Keeper keeper, Optional<Duration> available, long nowNs) {
        int count = flowsOfEach(keepers, means);
        Optional<String> lacking =
                means.lacking(keeper).or(() -> count > 0 ? Optional.empty() : Optional.of(TOO_FEW_PLACES));
        if (lacking.isPresent()) {
            untried.add(KeepOpen.notTested(keeper, Durations.seconds(idleTimeout), lacking.get()));
            return;
        }
        Duration period = period(keeper);
        if (period.isZero()) {
            untried.add(KeepOpen.notTested(
                    keeper,
                    Durations.seconds(idleTimeout),
                    "keepalive counts whole seconds, and four fifths of " + Durations.print(idleTimeout)
                            + " is less than one"));
            return;
        }
        long endAfterNs = endAfterNs(period);
        Duration needed = Duration.ofNanos(endAfterNs + patienceNs(means));
        if (available.filter(time -> time.compareTo(needed) < 0).isPresent()) {
            untried.add(KeepOpen.notTested(
                    keeper,
                    Durations.seconds(idleTimeout),
                    "it takes " + Durations.print(Duration.ofSeconds(needed.toSeconds() + 1))
                            + ", longer than the deadline allows"));
            return;
        }
        for (int i = 0; i < count; i++) {
            Flow flow = new Flow(outbox.newFlow(), keeper, period.toNanos(), endAfterNs);
            flows.put(flow.id, flow);
            outbox.act(new FlowAction.Open(
                    flow.id,
                    keeper == Keeper.OS_KEEPALIVE
                            ? Optional.of(given.orElse(new Keepalive(period, period, PROBES)))
                            : Optional.empty(),
                    Optional.empty(),
                    means.pushes() ? OptionalLong.of(endAfterNs) : OptionalLong.empty(),
                    endAfterNs + TimeUnit.MINUTES.toNanos(1)));
            outbox.wakeAt(nowNs + OPENING_NS, flow.id);
        }
    }

    private Duration period(Keeper keeper) {
        if (given.isPresent()) {
            return given.get().period();
        }
        Duration period = Duration.ofNanos((long) (SHARE * idleTimeout.toNanos()));
        return keeper.isKernels() ? Duration.ofSeconds(period.dividedBy(WHOLE_SECOND)) : period;
    }

    private long endAfterNs(Duration period) {
        return endAfterNs(idleTimeout, period);
    }

    private static long endAfterNs(Duration idleTimeout, Duration period) {
        double periods = Math.ceil(TIMEOUTS * idleTimeout.toNanos() / period.toNanos()) + 1 - BEFORE_THE_NEXT;
        return (long) (periods * period.toNanos());
    }

    /** What it takes. */
    public static Duration worstCase(Duration idleTimeout, Means means) {
        return Duration.ofNanos((long) ((TIMEOUTS + 2 * SHARE) * idleTimeout.toNanos()) + afterTheEndNs(means));
    }

    /** What it takes for a keepalive that is given. */
    public static Duration worstCase(Keepalive keepalive, Duration idleTimeout, Means means) {
        return Duration.ofNanos(endAfterNs(idleTimeout, keepalive.period()) + afterTheEndNs(means));
    }

    private static long afterTheEndNs(Means means) {
        return patienceNs(means) + OPENING_NS;
    }

    private static long patienceNs(Means means) {
        return means.pushes() ? PATIENCE_NS : PATIENCE_WHEN_ASKING_NS;
    }

    /** Flows open at once, at most. */
    public static int flowsAtOnce(Means means) {
        return flowsAtOnce(Keeper.over(means.transport()), means);
    }

    /** Flows open at once for a keepalive that is given, at most. */
    public static int flowsAtOnceOfKeepalive(Means means) {
        return flowsAtOnce(KEEPALIVE, means);
    }

    private static int flowsAtOnce(List<Keeper> keepers, Means means) {
        return flowsOfEach(keepers, means) * tried(keepers, means) + 1;
    }

    private static int flowsOfEach(List<Keeper> keepers, Means means) {
        return Math.min(FLOWS, (means.flows() - OTHER_FLOWS) / tried(keepers, means));
    }

    private static int tried(List<Keeper> keepers, Means means) {
        return (int) keepers.stream()
                .filter(keeper -> means.lacking(keeper).isEmpty())
                .count();
    }

    // ---- deciding ------------------------------------------------------------------------------------------------

    @Override
    public Optional<FlowAction> nextAction() {
        return outbox.next();
    }

    @Override
    public OptionalLong nextWakeNs() {
        return isOver() ? OptionalLong.empty() : outbox.nextWakeNs();
    }

    @Override
    public boolean isOver() {
        return conclusion != null;
    }

    @Override
    public void onTime(long nowNs) {
        for (Optional<Integer> due = outbox.due(nowNs); due.isPresent(); due = outbox.due(nowNs)) {
            Flow flow = flows.get(due.get());
            if (flow != null) {
                onTime(flow, nowNs);
            }
        }
        if (checkFlow != 0 && nowNs - checkOpenedNs >= OPENING_NS) {
            checkFailed();
        }
        advance(nowNs);
    }

    private void onTime(Flow flow, long nowNs) {
        if (flow.state == State.OPENING && nowNs - startNs >= OPENING_NS) {
            end(flow, State.VOID, "not opened in time");
        } else if (flow.state == State.BEATING) {
            boolean speaks = flow.keeper == Keeper.APP_ECHO || flow.keeper == Keeper.WRITE_ONLY;
            if (!means.pushes() && nowNs - flow.primedNs >= flow.endAfterNs) {
                ask(flow, nowNs);
            } else if (speaks && flow.beatDueNs - nowNs <= 0) {
                flow.beatDueNs += flow.periodNs;
                if (flow.keeper == Keeper.APP_ECHO) {
                    speak(flow);
                } else {
                    outbox.act(new FlowAction.Beat(flow.id));
                }
                outbox.wakeAt(flow.beatDueNs, flow.id);
            }
            if (nowNs - overdueNs(flow) >= 0) {
                flow.state = State.OVERDUE;
            }
        }
    }

    /** A ping that left late may be answered late. */
    private long overdueNs(Flow flow) {
        return flow.askedNs.orElse(flow.primedNs + flow.endAfterNs) + patienceNs(means);
    }

    private void ask(Flow flow, long nowNs) {
        if (flow.askedNs.isEmpty()) {
            flow.askedNs = OptionalLong.of(nowNs);
            speak(flow);
            outbox.wakeAt(overdueNs(flow), flow.id);
        }
    }

    private void speak(Flow flow) {
        flow.unanswered++;
        outbox.act(new FlowAction.Speak(flow.id));
    }

    private void advance(long nowNs) {
        if (isOver()) {
            return;
        }
        boolean waiting =
                flows.values().stream().anyMatch(flow -> flow.state == State.OPENING || flow.state == State.BEATING);
        List<Flow> overdue = flows.values().stream()
                .filter(flow -> flow.state == State.OVERDUE)
                .toList();
        if (waiting) {
            return;
        }
        if (overdue.isEmpty()) {
            conclusion = Conclusion.DONE;
        } else if (checkFlow == 0) {
            checkFlow = outbox.newFlow();
            checkOpenedNs = nowNs;
            outbox.act(new FlowAction.Open(
                    checkFlow, Optional.empty(), Optional.empty(), OptionalLong.empty(), OPENING_NS));
            outbox.wakeAt(nowNs + OPENING_NS, 0);
        }
    }

    @Override
    public void stop(Conclusion how, long nowNs) {
        if (!isOver()) {
            conclusion = how;
            flows.values().stream()
                    .filter(flow ->
                            flow.state == State.OPENING || flow.state == State.BEATING || flow.state == State.OVERDUE)
                    .forEach(flow -> end(flow, State.VOID, "not finished"));
        }
    }

    private void end(Flow flow, State how, String why) {
        flow.state = how;
        flow.why = why;
        outbox.act(new FlowAction.Close(flow.id));
    }

    // ---- what happens --------------------------------------------------------------------------------------------

    @Override
    public void onPrimed(int id, long nowNs, Primed primed) {
        if (id == checkFlow) {
            flows.values().stream().filter(flow -> flow.state == State.OVERDUE).forEach(this::explain);
            leaveCheckFlow();
            advance(nowNs);
            return;
        }
        Flow flow = flows.get(id);
        if (flow == null || flow.state != State.OPENING) {
            return;
        }
        flow.state = State.BEATING;
        flow.primedNs = nowNs;
        flow.rttNs = primed.rttNs();
        flow.beatDueNs = nowNs + flow.periodNs;
        switch (flow.keeper) {
            case APP_ECHO, WRITE_ONLY -> outbox.wakeAt(flow.beatDueNs, id);
            case APP_ECHO_SERVER -> outbox.act(new FlowAction.Order(id, FarDeed.BEAT, flow.periodNs));
            case OS_KEEPALIVE_SERVER -> outbox.act(new FlowAction.Order(id, FarDeed.KEEPALIVE, flow.periodNs));
            case OS_KEEPALIVE, NONE -> {}
        }
        outbox.wakeAt(means.pushes() ? overdueNs(flow) : nowNs + flow.endAfterNs, id);
    }

    /** A fresh flow came about: it isn't the path. */
    private void explain(Flow overdue) {
        if (means.pushes()) {
            outbox.act(new FlowAction.Ask(checkFlow, overdue.id));
        } else {
            end(overdue, State.LOST, "it answered no more");
        }
    }

    private void leaveCheckFlow() {
        if (flows.values().stream().noneMatch(flow -> flow.state == State.OVERDUE)) {
            outbox.act(new FlowAction.Close(checkFlow));
        }
    }

    @Override
    public void onAnswered(int id, long nowNs) {
        Flow flow = flows.get(id);
        if (flow != null && flow.state == State.BEATING) {
            flow.unanswered--;
            if (flow.askedNs.isPresent() && flow.unanswered == 0) {
                end(flow, State.KEPT, "");
            }
        }
        advance(nowNs);
    }

    @Override
    public void onPushed(int id, long nowNs) {
        Flow flow = flows.get(id);
        if (flow != null && flow.state == State.BEATING) {
            boolean inTime = flow.isInTime(nowNs, means.transport());
            end(
                    flow,
                    inTime ? State.KEPT : State.LATE,
                    inTime ? "" : "the far end's push came through only after the next heartbeat");
        }
        advance(nowNs);
    }

    @Override
    public void onClosed(int id, long nowNs, CloseKind kind, String detail) {
        gone(
                id,
                nowNs,
                switch (kind) {
                    case FIN -> means.pushes() ? "closed by FIN" : "closed by FIN, perhaps by the server itself,";
                    case RESET -> "closed by RST";
                    case TIMEOUT -> "given up by this kernel";
                    case ICMP -> "ended by an ICMP error";
                });
    }

    @Override
    public void onFailed(int id, long nowNs, Problem why) {
        Flow flow = flows.get(id);
        if (flow != null && flow.state == State.OPENING) {
            end(flow, State.VOID, why.message());
            advance(nowNs);
        } else {
            gone(id, nowNs, why.message());
        }
    }

    private void gone(int id, long nowNs, String how) {
        Flow flow = flows.get(id);
        if (id == checkFlow) {
            checkFailed();
        } else if (flow != null && flow.state == State.BEATING) {
            end(flow, State.LOST, how + " after " + Durations.print(tenths(nowNs - flow.primedNs)));
        } else if (flow != null && flow.state == State.OPENING) {
            end(flow, State.VOID, how + " while it was being opened");
        }
        advance(nowNs);
    }

    private static Duration tenths(long ns) {
        return Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(ns) / 100 * 100);
    }

    @Override
    public void onReported(int id, long nowNs, int about, Optional<FarReport> report) {
        Flow flow = flows.get(about);
        if (flow != null && flow.state == State.OVERDUE) {
            boolean pushed = report.filter(known -> known.pushes() > 0).isPresent();
            // Over UDP there is nothing to lose at the far end: it forgets a flow only when it is restarted.
            boolean ended = means.transport() == Transport.TCP
                    && report.filter(known -> known.end() == FarReport.End.OPEN).isEmpty();
            end(
                    flow,
                    pushed || ended ? State.LOST : State.VOID,
                    pushed
                            ? "the far end's push was lost"
                            : ended ? "the far end had lost it already" : "the far end did not push");
        }
        leaveCheckFlow();
        advance(nowNs);
    }

    /** A new flow fails too: it is the path. */
    private void checkFailed() {
        pathFailed = true;
        flows.values().stream()
                .filter(flow -> flow.state == State.OVERDUE)
                .forEach(flow -> end(flow, State.VOID, "the path went down: a new flow failed too"));
    }

    // ---- what is known -------------------------------------------------------------------------------------------

    /** Whether the far end's push decides, which nothing at this end can have revived. */
    boolean endsWithPush() {
        return means.pushes();
    }

    /** Whether the path itself went down. */
    public boolean hasPathFailed() {
        return pathFailed;
    }

    /** How the trials came to their end. */
    Conclusion conclusion() {
        return conclusion == null ? Conclusion.INTERRUPTED : conclusion;
    }

    /** Whether each of its flows came to an end that tells something. */
    boolean isWhole(Keeper keeper) {
        return flows.values().stream()
                .filter(flow -> flow.keeper == keeper)
                .noneMatch(flow -> flow.state == State.VOID);
    }

    /** A row for each keeper. */
    public List<KeepOpen> findings() {
        return keepers.stream().map(this::finding).toList();
    }

    private KeepOpen finding(Keeper keeper) {
        Optional<KeepOpen> no =
                untried.stream().filter(one -> one.mechanism() == keeper).findFirst();
        if (no.isPresent()) {
            return no.get();
        }
        List<Flow> mine =
                flows.values().stream().filter(flow -> flow.keeper == keeper).toList();
        long kept = mine.stream().filter(flow -> flow.state == State.KEPT).count();
        // One that came in time shows that the path was open: those that came late were lost by chance.
        Set<State> losses = kept > 0 ? EnumSet.of(State.LOST) : EnumSet.of(State.LOST, State.LATE);
        long lost = mine.stream().filter(flow -> losses.contains(flow.state)).count();
        Set<State> told = lost > 0 ? losses : EnumSet.of(State.VOID);
        Optional<String> why = mine.stream()
                .filter(flow -> told.contains(flow.state))
                .map(flow -> flow.why)
                .filter(words -> !words.isEmpty())
                .findFirst();
        double idleTimeoutS = Durations.seconds(idleTimeout);
        if (kept + lost == 0) {
            return KeepOpen.notTested(keeper, idleTimeoutS, why.orElse("not finished"));
        }
        String counts = kept > 0 && lost > 0 ? lost + " of " + (kept + lost) + " lost: " : "";
        return new KeepOpen(
                keeper,
                keeper == Keeper.NONE ? null : Durations.seconds(period(keeper)),
                idleTimeoutS,
                Durations.seconds(mine.get(0).endAfterNs),
                lost == 0 ? Outcome.KEPT : Outcome.LOST,
                lost > 0 ? counts + why.orElse("") : keeper == Keeper.NONE ? nothingExpired() : null);
    }

    private String nothingExpired() {
        return means.pushes()
                ? "nothing expired in this time: it takes no heartbeat"
                : "nothing expired in this time that a probe would not revive";
    }
}
