package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.FlowEngine.Primed;
import hbprobe.engine.Search.Conclusion;
import hbprobe.model.FarDeed;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.KernelTimers;
import hbprobe.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Flows in virtual time for a {@link FlowEngine}: a client whose kernel is {@link LinuxTimers}, a middlebox that may
 * forget idle flows, a responder that obeys, and a lab. It holds the engine to its side of the bargain: nothing is
 * wanted on a flow that is not open, each is closed once, and one fault of the lab is healed before the next.
 */
final class FlowWorld {
    private static final int MOST_EVENTS = 20_000;

    private final Random random;
    private long originNs;
    private long rttNs = World.ns(0.02);
    private Optional<Long> tcpRttNs = Optional.of(World.ns(0.02));
    private Optional<KernelTimers> timers = Optional.of(KernelTimers.usual());
    private Optional<Keepalive> keepaliveTaken = Optional.empty();
    private Optional<Duration> userTimeoutTaken = Optional.empty();
    private long idleTimeoutNs = World.NEVER;
    private boolean revives;
    private boolean refusesFaults;
    private boolean refusesOrders;
    private long stagingNs;
    private long labNs = World.ns(0.05);
    private String labRefusesToStage = "";
    private String labRefusesToHeal = "";
    private final Set<Integer> unreachable = new HashSet<>();
    private final Set<Integer> mute = new HashSet<>();
    private final Map<Integer, Long> closedEarlyAfterNs = new LinkedHashMap<>();
    private long packetsABeat = 3;
    private long stopAtNs = World.NEVER;
    private Conclusion stopWhy = Conclusion.DEADLINE;
    private long sleepAtNs = World.NEVER;
    private long sleepForNs;

    private FlowEngine engine;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparing(Event::seq));
    private final Map<Integer, Flow> flows = new LinkedHashMap<>();
    private final List<String> actions = new ArrayList<>();
    private Optional<Fault.Kind> labFault = Optional.empty();
    private long seq;
    private long nowNs;
    private int open;
    private int mostOpen;

    private record Event(long atNs, long seq, Runnable deed) {}

    private static final class Flow {
        final int id;
        final FlowAction.Open wanted;
        LinuxTimers kernel;
        boolean clientOpen = true;
        boolean farClosed;
        boolean cut;
        boolean far = true;
        double loss;
        boolean healed;
        long crossedNs;
        long lastArrivalNs;
        int unanswered;
        long beats;

        Flow(FlowAction.Open wanted) {
            this.id = wanted.flow();
            this.wanted = wanted;
        }
    }

    FlowWorld(long seed) {
        this.random = new Random(seed);
    }

    // ---- what this world is like ---------------------------------------------------------------------------------

    FlowWorld clockAt(long startNs) {
        originNs = startNs;
        return this;
    }

    FlowWorld rtt(double seconds) {
        rttNs = World.ns(seconds);
        tcpRttNs = Optional.of(rttNs);
        return this;
    }

    /** TCP's own round trip; none where the kernel doesn't say. */
    FlowWorld tcpRtt(Optional<Double> seconds) {
        tcpRttNs = seconds.map(World::ns);
        return this;
    }

    FlowWorld timers(KernelTimers kernels) {
        timers = Optional.of(kernels);
        return this;
    }

    /** What the kernel makes of a keepalive and a user timeout that are asked for. */
    FlowWorld taking(Keepalive keepalive, double userTimeoutS) {
        keepaliveTaken = Optional.of(keepalive);
        userTimeoutTaken = Optional.of(Beating.seconds(userTimeoutS));
        return this;
    }

    FlowWorld idleTimeout(double seconds) {
        idleTimeoutNs = World.ns(seconds);
        return this;
    }

    /** The client's packet brings back what the box forgot. */
    FlowWorld reviving() {
        revives = true;
        return this;
    }

    FlowWorld refusingFaults() {
        refusesFaults = true;
        return this;
    }

    FlowWorld refusingOrders() {
        refusesOrders = true;
        return this;
    }

    FlowWorld stagingTakes(double seconds) {
        stagingNs = World.ns(seconds);
        return this;
    }

    FlowWorld labRefusesToStage(String why) {
        labRefusesToStage = why;
        return this;
    }

    FlowWorld labRefusesToHeal(String why) {
        labRefusesToHeal = why;
        return this;
    }

    FlowWorld labTakes(double seconds) {
        labNs = World.ns(seconds);
        return this;
    }

    FlowWorld unreachable(int flow) {
        unreachable.add(flow);
        return this;
    }

    /** Connects and is never primed. */
    FlowWorld neverPrimed(int flow) {
        mute.add(flow);
        return this;
    }

    FlowWorld closedEarly(int flow, double afterS) {
        closedEarlyAfterNs.put(flow, World.ns(afterS));
        return this;
    }

    FlowWorld stoppedAt(double seconds, Conclusion why) {
        stopAtNs = World.ns(seconds);
        stopWhy = why;
        return this;
    }

    /** The host does nothing for a while. */
    FlowWorld asleepAt(double seconds, double forS) {
        sleepAtNs = World.ns(seconds);
        sleepForNs = World.ns(forS);
        return this;
    }

    // ---- what came of it -----------------------------------------------------------------------------------------

    List<String> actions() {
        return actions;
    }

    int mostOpen() {
        return mostOpen;
    }

    double elapsedS() {
        return nowNs / 1e9;
    }

    long clock() {
        return originNs + nowNs;
    }

    // ---- running it ----------------------------------------------------------------------------------------------

    <E extends FlowEngine> E run(LongFunction<E> engineAt) {
        E made = engineAt.apply(clock());
        engine = made;
        at(stopAtNs, () -> engine.stop(stopWhy, clock()));
        carryOut();
        for (int count = 0; !engine.isOver(); count++) {
            assertThat(count).as("events by %s s", elapsedS()).isLessThan(MOST_EVENTS);
            step();
            carryOut();
        }
        carryOut();
        for (Flow flow : flows.values()) {
            assertThat(flow.clientOpen && !flow.farClosed)
                    .as("flow %d left open", flow.id)
                    .isFalse();
        }
        // Whoever was stopped leaves the lab to the healing that it has asked for.
        assertThat(labFault).as("the lab's fault left in force").isEmpty();
        return made;
    }

    private void step() {
        OptionalLong wake = engine.nextWakeNs();
        long wakeNs = wake.isPresent() ? Math.max(nowNs, wake.getAsLong() - originNs) : World.NEVER;
        Event next = events.peek();
        if (next == null && wake.isEmpty()) {
            throw new AssertionError("the engine waits for nothing and is not over, at " + elapsedS() + " s");
        }
        long dueNs = next == null ? wakeNs : Math.min(wakeNs, next.atNs);
        if (dueNs >= sleepAtNs) {
            long wokenNs = sleepAtNs + sleepForNs;
            sleepAtNs = World.NEVER;
            nowNs = Math.max(wokenNs, dueNs);
            engine.onTime(clock());
        } else if (next != null && next.atNs <= wakeNs) {
            events.remove();
            nowNs = Math.max(nowNs, next.atNs);
            next.deed.run();
        } else {
            nowNs = wakeNs;
            engine.onTime(clock());
        }
    }

    private void at(long whenNs, Runnable deed) {
        if (whenNs != World.NEVER) {
            events.add(new Event(whenNs, seq++, deed));
        }
    }

    private void after(long delayNs, Runnable deed) {
        at(nowNs + delayNs, deed);
    }

    private void carryOut() {
        for (Optional<FlowAction> next = engine.nextAction(); next.isPresent(); next = engine.nextAction()) {
            actions.add(nowNs + " " + next.get());
            carryOut(next.get());
        }
    }

    private void carryOut(FlowAction action) {
        if (action instanceof FlowAction.Open opening) {
            open(opening);
        } else if (action instanceof FlowAction.Speak speak) {
            on(speak.flow(), this::speak);
        } else if (action instanceof FlowAction.Beat beat) {
            on(beat.flow(), this::write);
        } else if (action instanceof FlowAction.Order order) {
            on(order.flow(), flow -> order(flow, order));
        } else if (action instanceof FlowAction.Stage stage) {
            on(stage.flow(), flow -> stage(flow, stage.fault()));
        } else if (action instanceof FlowAction.Heal heal) {
            on(heal.flow(), this::heal);
        } else if (action instanceof FlowAction.Count count) {
            on(
                    count.flow(),
                    flow -> engine.onCounted(flow.id, clock(), 4 + packetsABeat * flow.beats, 300 + 160 * flow.beats));
        } else if (action instanceof FlowAction.Close close) {
            close(flows.get(close.flow()));
        } else if (action instanceof FlowAction.StageLab stage) {
            stageLab(stage.kind());
        } else if (action instanceof FlowAction.HealLab heal) {
            healLab(heal.kind());
        } else {
            throw new AssertionError(action);
        }
    }

    private void on(int id, Consumer<Flow> deed) {
        Flow flow = flows.get(id);
        assertThat(flow).as("flow %d", id).isNotNull();
        assertThat(flow.clientOpen).as("flow %d is open", id).isTrue();
        deed.accept(flow);
    }

    // ---- flows ---------------------------------------------------------------------------------------------------

    private void open(FlowAction.Open opening) {
        Flow flow = new Flow(opening);
        assertThat(flows.put(flow.id, flow))
                .as("flow %d was opened before", flow.id)
                .isNull();
        mostOpen = Math.max(mostOpen, ++open);
        if (unreachable.contains(flow.id)) {
            after(rttNs, () -> {
                flow.farClosed = true;
                engine.onFailed(flow.id, clock(), new Problem("refused", "connect: refused"));
            });
        } else if (!mute.contains(flow.id)) {
            after(rttNs, () -> primed(flow));
        }
        Optional.ofNullable(closedEarlyAfterNs.get(flow.id))
                .ifPresent(afterNs -> after(afterNs, () -> {
                    if (flow.clientOpen) {
                        flow.farClosed = true;
                        engine.onClosed(flow.id, clock(), CloseKind.FIN, "goodbye");
                    }
                }));
    }

    private void primed(Flow flow) {
        if (!flow.clientOpen || flow.farClosed) {
            return;
        }
        Optional<Keepalive> keepalive = flow.wanted.keepalive().map(asked -> keepaliveTaken.orElse(asked));
        Optional<Duration> userTimeout = flow.wanted.userTimeout().map(asked -> userTimeoutTaken.orElse(asked));
        flow.kernel = new LinuxTimers(keepalive, userTimeout, timers.orElseGet(KernelTimers::usual), nowNs);
        flow.crossedNs = nowNs;
        arm(flow);
        engine.onPrimed(flow.id, clock(), new Primed(rttNs, tcpRttNs, keepalive, userTimeout));
        timers.ifPresent(seen -> engine.onTimers(flow.id, seen));
    }

    /** Only the latest arming counts; the others find nothing due. */
    private void arm(Flow flow) {
        at(flow.kernel.dueNs(), () -> tick(flow));
    }

    private void tick(Flow flow) {
        if (!flow.clientOpen || flow.farClosed || flow.kernel.dueNs() > nowNs) {
            return;
        }
        boolean wasHeld = flow.kernel.isUnacknowledged();
        cross(flow);
        if (flow.kernel.fire(nowNs)) {
            gone(flow, CloseKind.TIMEOUT);
            return;
        }
        if (wasHeld && !flow.kernel.isUnacknowledged()) {
            engine.onTraffic(flow.id, clock());
            answer(flow);
        }
        arm(flow);
    }

    /** Something of the client's meets the box. */
    private void cross(Flow flow) {
        boolean forgotten = nowNs - flow.crossedNs >= idleTimeoutNs && !revives;
        flow.cut |= forgotten;
        flow.kernel.cut(flow.cut);
        if (!flow.cut) {
            flow.crossedNs = nowNs;
        }
    }

    private void write(Flow flow) {
        flow.beats++;
        cross(flow);
        flow.kernel.write(nowNs);
        arm(flow);
    }

    private void speak(Flow flow) {
        write(flow);
        flow.unanswered++;
        if (!flow.kernel.isUnacknowledged()) {
            answer(flow);
        }
    }

    /** The far application answers all it has, in order, each after a round trip. */
    private void answer(Flow flow) {
        if (!flow.far) {
            return;
        }
        for (; flow.unanswered > 0; flow.unanswered--) {
            long delayNs = rttNs;
            for (long rtoNs = World.ns(0.2); random.nextDouble() < flow.loss; rtoNs *= 2) {
                delayNs += rtoNs;
            }
            flow.lastArrivalNs = Math.max(flow.lastArrivalNs, nowNs + delayNs);
            at(flow.lastArrivalNs, () -> {
                if (flow.cut) {
                    flow.unanswered++; // the far end sends it again
                } else if (flow.clientOpen && !flow.farClosed) {
                    engine.onAnswered(flow.id, clock());
                }
            });
        }
    }

    private void order(Flow flow, FlowAction.Order order) {
        if (refusesOrders) {
            engine.onNotStaged(flow.id, clock(), "the far end takes no orders");
            return;
        }
        after(rttNs / 2, () -> {
            if (order.deed() == FarDeed.MUTE) {
                flow.far = false;
            } else {
                assertThat(order.durationNs()).isZero();
                after(rttNs / 2, () -> gone(flow, order.deed() == FarDeed.CLOSE ? CloseKind.FIN : CloseKind.RESET));
            }
        });
    }

    private void stage(Flow flow, Fault fault) {
        if (refusesFaults) {
            engine.onNotStaged(flow.id, clock(), "this host refused the socket filter");
        } else if (stagingNs > 0) {
            after(stagingNs, () -> staged(flow, fault));
        } else {
            staged(flow, fault);
        }
    }

    private void staged(Flow flow, Fault fault) {
        flow.loss = fault.lossShare();
        flow.cut = fault.kind() == Fault.Kind.BLACKHOLE;
        engine.onStaged(flow.id, clock());
    }

    private void heal(Flow flow) {
        assertThat(flow.healed).as("healed before").isFalse();
        flow.healed = true;
        flow.cut = false;
        engine.onHealed(flow.id, clock());
    }

    private void gone(Flow flow, CloseKind kind) {
        if (flow.clientOpen && !flow.farClosed) {
            flow.farClosed = true;
            engine.onClosed(flow.id, clock(), kind, "");
        }
    }

    private void close(Flow flow) {
        assertThat(flow.clientOpen).as("flow %d closed before", flow.id).isTrue();
        flow.clientOpen = false;
        open--;
    }

    // ---- the lab -------------------------------------------------------------------------------------------------

    private void stageLab(Fault.Kind kind) {
        assertThat(labFault).as("another fault in force").isEmpty();
        labFault = Optional.of(kind);
        after(labNs, () -> {
            if (!labRefusesToStage.isEmpty()) {
                labFault = Optional.empty();
                engine.onLabFailed(clock(), labRefusesToStage);
                return;
            }
            flows.values().stream()
                    .filter(flow -> flow.clientOpen && !flow.farClosed && flow.kernel != null)
                    .forEach(flow -> hit(flow, kind));
            engine.onLabStaged(clock());
        });
    }

    private void hit(Flow flow, Fault.Kind kind) {
        switch (kind) {
            case LINK_DOWN, HOST_GONE -> flow.cut = true;
            case NAT_FLUSH -> flow.cut = !revives;
            case STOP -> flow.far = false;
            case KILL -> after(rttNs / 2, () -> gone(flow, CloseKind.FIN));
            default -> throw new AssertionError(kind);
        }
    }

    private void healLab(Fault.Kind kind) {
        assertThat(labFault).as("what is in force").contains(kind);
        labFault = Optional.empty();
        after(labNs, () -> {
            if (labRefusesToHeal.isEmpty()) {
                engine.onLabHealed(clock());
            } else {
                engine.onLabFailed(clock(), labRefusesToHeal);
            }
        });
    }
}
