package hbprobe.engine;

import hbprobe.engine.Action.Purpose;
import hbprobe.engine.Search.Conclusion;
import hbprobe.model.Abilities;
import hbprobe.model.FarReport;
import hbprobe.model.MeasureProgress;
import hbprobe.model.MeasureSettings;
import hbprobe.model.Problem;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A network in virtual time for a {@link Search}: client, a middlebox in the middle of the path, and a responder.
 * Segments are sent again like TCP's until they are acknowledged; every one that crosses the box refreshes what the box
 * knows of its flow. Nothing here decides anything about the measurement: it is the double of the network only.
 */
final class World {
    static final long NEVER = Long.MAX_VALUE;

    private static final long CONNECT_TIMEOUT_NS = ns(5);
    private static final long USER_TIMEOUT_NS = ns(60);
    private static final long SETTLE_NS = ns(0.2);
    private static final long DELAYED_ACK_NS = ns(0.04);
    private static final long SHORTEST_RTO_NS = ns(0.2);
    private static final long SYN_RTO_NS = ns(1);
    private static final int MOST_EVENTS = 300_000;

    /** What a box does by itself when a flow's time is over. */
    enum AtExpiry {
        FORGETS,
        SENDS_FIN,
        SENDS_RESET
    }

    private final Random random;
    private long[] timeoutsNs = {NEVER};
    private boolean clientRevives = true;
    private boolean serverRevives;
    private boolean resetsClient;
    private boolean resetsServer;
    private boolean acknowledges;
    private AtExpiry atExpiry = AtExpiry.FORGETS;
    private long sweepNs;
    private long lifetimeNs = NEVER;
    private long flushAtNs = NEVER;
    private long downFromNs = NEVER;
    private long downToNs = NEVER;
    private long killedAtNs = NEVER;
    private long backAtNs = NEVER;
    private long keepaliveNs;
    private int tableSize = Integer.MAX_VALUE;
    private int instances = 1;
    private int mostFlows = Integer.MAX_VALUE;
    private long suspendedAtNs = NEVER;
    private long suspendedForNs;
    private boolean delaysAck;
    private long rttNs = ns(0.02);
    private long jitterNs;
    private double loss;
    private long timerLateNs;
    private long originNs;
    private long stopAtNs = NEVER;
    private Abilities abilities = Abilities.ofResponder();
    private long serverClosesNs = NEVER;
    private long serverSweepsNs;
    private String serverFarewell = "";
    private long greetsNs = NEVER;
    private Consumer<String> onAction = action -> {};
    private Conclusion stopWhy = Conclusion.DEADLINE;

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparing(Event::seq));
    private final Map<Integer, Flow> flows = new LinkedHashMap<>();
    private final Map<Integer, Flow> entries = new HashMap<>();
    private long seq;
    private long nowNs;
    private int generation;
    private int open;
    private int mostOpen;
    private Search search;

    private record Event(long atNs, long seq, Runnable deed) {}

    private static final class Flow {
        final int id;
        final Action.Open purpose;
        final long timeoutNs;
        // at the client
        boolean clientOpen = true;
        boolean connected;
        long primedNs = NEVER;
        int segmentsIn;
        int bareSegmentsIn;
        Segment probe;
        // in the box
        boolean known;
        boolean blocked;
        long createdNs;
        long crossedNs;
        // at the far end
        boolean serverOpen;
        long instance;
        boolean primed;
        long begunNs = NEVER;
        long heardNs;
        int strangers;
        int pushes;
        long pushedAfterNs;
        Segment push;
        boolean pushKnownAcknowledged;
        FarReport.End end = FarReport.End.OPEN;

        /** Whether what arrives there now is counted as a stranger in the silence. */
        boolean isSilentAtClient(long nowNs) {
            return primedNs != NEVER && nowNs - primedNs > SETTLE_NS && probe == null && push == null;
        }

        boolean isSilentAtServer(long nowNs) {
            return begunNs != NEVER && nowNs - begunNs > SETTLE_NS && probe == null && push == null;
        }

        Flow(Action.Open purpose, long timeoutNs) {
            this.id = purpose.flow();
            this.purpose = purpose;
            this.timeoutNs = timeoutNs;
        }
    }

    private static final class Segment {
        final Flow flow;
        final boolean fromClient;
        final boolean syn;
        final long ackDelayNs;
        final Runnable deed;
        boolean delivered;
        boolean acknowledged;

        Segment(Flow flow, boolean fromClient, boolean syn, long ackDelayNs, Runnable deed) {
            this.flow = flow;
            this.fromClient = fromClient;
            this.syn = syn;
            this.ackDelayNs = ackDelayNs;
            this.deed = deed;
        }
    }

    World(long seed) {
        this.random = new Random(seed);
    }

    static long ns(double seconds) {
        return Math.round(seconds * 1e9);
    }

    // ---- what this world is like ---------------------------------------------------------------------------------

    /** The box forgets a flow that was silent for so long; with several, each flow meets one of them; with none, never. */
    World timeout(double... seconds) {
        timeoutsNs = seconds.length == 0
                ? new long[] {NEVER}
                : Arrays.stream(seconds).mapToLong(World::ns).toArray();
        return this;
    }

    /** Whether the client's packet brings a forgotten flow back. */
    World pickUp(boolean byClient) {
        clientRevives = byClient;
        return this;
    }

    /** A stateful firewall that guards the server: the server's packets bring a flow back, the client's don't. */
    World guardingServer() {
        clientRevives = false;
        serverRevives = true;
        return this;
    }

    World resetsClient() {
        clientRevives = false;
        resetsClient = true;
        return this;
    }

    World resetsServer() {
        resetsServer = true;
        return this;
    }

    /** Acknowledges what the server says on a forgotten flow, and throws it away. */
    World acknowledges() {
        acknowledges = true;
        return this;
    }

    World atExpiry(AtExpiry what) {
        atExpiry = what;
        return this;
    }

    World sweeping(double everyS) {
        sweepNs = ns(everyS);
        return this;
    }

    World lifetime(double seconds) {
        lifetimeNs = ns(seconds);
        return this;
    }

    World flushedAt(double seconds) {
        flushAtNs = ns(seconds);
        return this;
    }

    World downFrom(double fromS, double toS) {
        downFromNs = ns(fromS);
        downToNs = ns(toS);
        return this;
    }

    World cutAt(double seconds) {
        downFromNs = ns(seconds);
        return this;
    }

    World responderKilledAt(double seconds) {
        killedAtNs = ns(seconds);
        return this;
    }

    World responderRestartedAt(double seconds, double backS) {
        killedAtNs = ns(seconds);
        backAtNs = ns(backS);
        return this;
    }

    /** The far end probes a flow that was silent for so long, by itself. */
    World keepalive(double everyS) {
        keepaliveNs = ns(everyS);
        return this;
    }

    World table(int size) {
        tableSize = size;
        return this;
    }

    World balancedOver(int responders) {
        instances = responders;
        return this;
    }

    /** More flows than this can't be opened. */
    World roomFor(int flowsAtOnce) {
        mostFlows = flowsAtOnce;
        return this;
    }

    World suspendedAt(double seconds, double forS) {
        suspendedAtNs = ns(seconds);
        suspendedForNs = ns(forS);
        return this;
    }

    World delayingAcks() {
        delaysAck = true;
        return this;
    }

    World rtt(double seconds, double jitterS) {
        rttNs = ns(seconds);
        jitterNs = ns(jitterS);
        return this;
    }

    World losing(double share) {
        loss = share;
        return this;
    }

    World timersLate(double seconds) {
        timerLateNs = ns(seconds);
        return this;
    }

    /** What the clock shows at the start. */
    World clockAt(long startNs) {
        originNs = startNs;
        return this;
    }

    World stoppedAt(double seconds, Conclusion why) {
        stopAtNs = ns(seconds);
        stopWhy = why;
        return this;
    }

    /** Tells of each action, with its time. */
    World telling(Consumer<String> listener) {
        onAction = listener;
        return this;
    }

    /** Tells how the search stands, every few seconds. */
    World showing(double everyS, Consumer<MeasureProgress> listener) {
        after(ns(everyS), () -> {
            listener.accept(search.progress(clock()));
            showing(everyS, listener);
        });
        return this;
    }

    /** The dialect that is spoken. */
    World speaking(Abilities dialect) {
        abilities = dialect;
        return this;
    }

    /** The server closes whoever has asked nothing for so long, and looks for such only every so often. */
    World serverCloses(double seconds, double sweepEveryS) {
        serverClosesNs = ns(seconds);
        serverSweepsNs = ns(sweepEveryS);
        return this;
    }

    World sayingBefore(String farewell) {
        serverFarewell = farewell;
        return this;
    }

    /** The server has opening words, so long after a flow came about. */
    World greetingAfter(double seconds) {
        greetsNs = ns(seconds);
        return this;
    }

    // ---- what came of it -----------------------------------------------------------------------------------------

    int mostOpen() {
        return mostOpen;
    }

    int openNow() {
        return open;
    }

    double elapsedS() {
        return nowNs / 1e9;
    }

    Search search() {
        return search;
    }

    /** How much off a silence may be measured on this path. */
    double slackS() {
        return (jitterNs + timerLateNs + 1e6) / 1e9;
    }

    // ---- running it ----------------------------------------------------------------------------------------------

    Verdict run(MeasureSettings settings) {
        search = new Search(settings, abilities, clock());
        at(flushAtNs, () -> entries.values().stream().toList().forEach(this::forget));
        at(killedAtNs, this::killResponder);
        at(suspendedAtNs, () -> {
            entries.values().forEach(flow -> flow.crossedNs -= suspendedForNs);
            search.onSuspended(clock(), Duration.ofNanos(suspendedForNs));
        });
        at(stopAtNs, () -> search.stop(stopWhy));
        if (sweepNs > 0) {
            at(random.nextLong(sweepNs), this::sweep);
        }
        carryOut();
        for (int count = 0; !search.isOver(); count++) {
            if (count > MOST_EVENTS) {
                throw new AssertionError("the search does not end: still going at " + elapsedS() + " s");
            }
            step();
            carryOut();
        }
        carryOut();
        return Verdict.of(search, clock());
    }

    private void step() {
        OptionalLong wake = search.nextWakeNs();
        long wakeNs = wake.isPresent() ? Math.max(nowNs, wake.getAsLong() - originNs) : NEVER;
        Event next = events.peek();
        if (next != null && next.atNs - wakeNs <= 0) {
            events.remove();
            nowNs = next.atNs;
            next.deed.run();
        } else if (wake.isPresent()) {
            nowNs = wakeNs;
            if (timerLateNs > 0) {
                long lateNs = nowNs + random.nextLong(timerLateNs);
                nowNs = events.peek() == null ? lateNs : Math.min(lateNs, events.peek().atNs);
            }
            search.onTime(clock());
        } else {
            throw new AssertionError("the search waits for nothing and does not end, at " + elapsedS() + " s");
        }
    }

    private long clock() {
        return originNs + nowNs;
    }

    private void at(long whenNs, Runnable deed) {
        if (whenNs != NEVER) {
            events.add(new Event(whenNs, seq++, deed));
        }
    }

    private void after(long delayNs, Runnable deed) {
        at(nowNs + delayNs, deed);
    }

    // ---- the client ----------------------------------------------------------------------------------------------

    /** Everything the engine wants now. */
    private void carryOut() {
        for (Optional<Action> next = search.nextAction(); next.isPresent(); next = search.nextAction()) {
            carryOut(next.get());
        }
    }

    private void carryOut(Action action) {
        onAction.accept(nowNs + " " + action);
        if (action instanceof Action.Open opening) {
            open(opening);
            return;
        }
        Flow flow = flows.get(action.flow());
        if (action instanceof Action.Speak) {
            speak(flow);
        } else if (action instanceof Action.Look) {
            boolean serverFirst = flow.purpose.isServerFirst();
            boolean acknowledged = flow.clientOpen && flow.probe != null && flow.probe.acknowledged;
            search.onLooked(flow.id, clock(), acknowledged, serverFirst ? flow.bareSegmentsIn : 0);
        } else if (action instanceof Action.Ask ask) {
            ask(flow, flows.get(ask.about()));
        } else if (action instanceof Action.Close) {
            close(flow);
        }
    }

    private void open(Action.Open opening) {
        Flow flow = new Flow(opening, timeoutsNs[random.nextInt(timeoutsNs.length)]);
        flows.put(flow.id, flow);
        mostOpen = Math.max(mostOpen, ++open);
        if (open > mostFlows) {
            gone(flow);
            search.onFailed(flow.id, clock(), new Problem("no-descriptors", "Too many open files"), true);
            return;
        }
        after(CONNECT_TIMEOUT_NS, () -> {
            if (flow.clientOpen && !flow.connected) {
                gone(flow);
                search.onFailed(flow.id, clock(), new Problem("timeout", "connect: timed out"), false);
            }
        });
        transmit(new Segment(flow, true, true, 0, () -> accept(flow)));
    }

    private void accept(Flow flow) {
        if (isResponderDown()) {
            after(oneWayNs(), () -> {
                if (flow.clientOpen) {
                    gone(flow);
                    search.onFailed(flow.id, clock(), new Problem("refused", "connect: refused"), false);
                }
            });
            return;
        }
        flow.serverOpen = true;
        flow.instance = 1 + 100L * generation + random.nextInt(instances);
        say(flow, false, () -> {
            flow.connected = true;
            long helloNs = nowNs;
            boolean serverFirst = flow.purpose.isServerFirst();
            Runnable welcomed = () -> {
                long roundTripNs = nowNs - helloNs;
                if (serverFirst) {
                    order(flow, roundTripNs);
                } else {
                    primed(flow, roundTripNs);
                }
            };
            say(flow, true, () -> {
                if (!serverFirst) {
                    begin(flow);
                }
                transmit(new Segment(flow, false, false, serverFirst ? 0 : ackDelayNs(), welcomed));
            });
        });
    }

    private void order(Flow flow, long helloNs) {
        long orderedNs = nowNs;
        long delayNs = flow.purpose.idleNs() + helloNs / 2;
        say(flow, true, () -> {
            begin(flow);
            long takenNs = nowNs;
            after(delayNs, () -> push(flow, takenNs));
            transmit(new Segment(
                    flow, false, false, ackDelayNs(), () -> primed(flow, Math.max(helloNs, nowNs - orderedNs))));
        });
    }

    private long ackDelayNs() {
        return delaysAck ? DELAYED_ACK_NS : 0;
    }

    private void begin(Flow flow) {
        flow.primed = true;
        flow.begunNs = nowNs;
        if (keepaliveNs > 0 && flow.purpose.purpose() == Purpose.RUNG) {
            watchForKeepalive(flow);
        }
    }

    private void primed(Flow flow, long roundTripNs) {
        flow.primedNs = nowNs;
        serve(flow);
        search.onPrimed(
                flow.id,
                clock(),
                new Search.Primed(roundTripNs, 0, roundTripNs, 0, flow.instance, "192.0.2.1:" + flow.id, null));
        if (delaysAck && flow.purpose.purpose() == Purpose.RUNG && flow.purpose.idleNs() > SETTLE_NS) {
            after(SETTLE_NS, () -> {
                if (flow.clientOpen) {
                    search.onStirred(flow.id, clock());
                }
            });
        }
    }

    private void serve(Flow flow) {
        if (greetsNs != NEVER) {
            after(
                    greetsNs,
                    () -> cross(flow, false, false, () -> {
                        if (flow.clientOpen) {
                            search.onGreeted(flow.id, clock(), 0, "220 ready");
                        }
                    }));
        }
        if (serverClosesNs != NEVER) {
            long dueNs = nowNs + serverClosesNs;
            long sweptNs = serverSweepsNs == 0 ? dueNs : (dueNs / serverSweepsNs + 1) * serverSweepsNs;
            at(sweptNs, () -> {
                if (flow.clientOpen && !serverFarewell.isEmpty()) {
                    search.onHeard(flow.id, clock(), serverFarewell);
                }
            });
            at(sweptNs + ns(0.001), () -> closedByPeer(flow, CloseKind.FIN));
        }
    }

    private void speak(Flow flow) {
        if (flow.clientOpen) {
            flow.probe = new Segment(
                    flow, true, false, 0, () -> say(flow, false, () -> search.onAnswered(flow.id, clock(), null)));
            transmit(flow.probe);
        }
        if (flow.purpose.purpose() == Purpose.RUNG) {
            search.onSpoken(flow.id, clock(), clock(), flow.segmentsIn);
        }
    }

    private void ask(Flow flow, Flow about) {
        if (about == null || !about.primed) {
            search.onReported(flow.id, clock(), about == null ? 0 : about.id, Optional.empty());
            return;
        }
        say(flow, true, () -> {
            Optional<FarReport> report =
                    about.instance == flow.instance ? Optional.of(reportOn(about)) : Optional.empty();
            say(flow, false, () -> search.onReported(flow.id, clock(), about.id, report));
        });
    }

    private void close(Flow flow) {
        if (flow.clientOpen) {
            gone(flow);
            farewell(flow, true);
        }
    }

    private void gone(Flow flow) {
        flow.clientOpen = false;
        open--;
    }

    private void closedByPeer(Flow flow, CloseKind kind) {
        if (flow.clientOpen) {
            gone(flow);
            search.onClosed(flow.id, clock(), kind, "");
        }
    }

    // ---- the far end ---------------------------------------------------------------------------------------------

    private boolean isResponderDown() {
        return nowNs >= killedAtNs && nowNs < backAtNs;
    }

    private void killResponder() {
        generation++;
        flows.values().stream().filter(flow -> flow.serverOpen).forEach(flow -> {
            flow.serverOpen = false;
            farewell(flow, false);
        });
    }

    private void push(Flow flow, long takenNs) {
        if (!flow.serverOpen) {
            return;
        }
        flow.pushes++;
        flow.pushedAfterNs = nowNs - takenNs;
        int strangers = flow.strangers;
        long afterNs = flow.pushedAfterNs;
        flow.push = new Segment(
                flow,
                false,
                false,
                0,
                () -> search.onPushed(flow.id, clock(), afterNs, Math.max(strangers, flow.bareSegmentsIn)));
        transmit(flow.push);
        after(USER_TIMEOUT_NS, () -> {
            if (flow.serverOpen && !flow.push.acknowledged) {
                serverEnds(flow, FarReport.End.TIMEOUT);
            }
        });
    }

    private static void serverEnds(Flow flow, FarReport.End how) {
        if (flow.serverOpen) {
            flow.serverOpen = false;
            flow.end = how;
        }
    }

    private static FarReport reportOn(Flow flow) {
        if (flow.serverOpen && flow.pushes > 0) {
            flow.pushKnownAcknowledged = flow.push.acknowledged;
        }
        return new FarReport(flow.pushes, flow.pushedAfterNs, flow.pushKnownAcknowledged, flow.end);
    }

    private void watchForKeepalive(Flow flow) {
        flow.heardNs = nowNs;
        after(keepaliveNs, () -> keepAlive(flow));
    }

    private void keepAlive(Flow flow) {
        if (!flow.serverOpen) {
            return;
        }
        if (nowNs - flow.heardNs < keepaliveNs) {
            at(flow.heardNs + keepaliveNs, () -> keepAlive(flow));
            return;
        }
        flow.heardNs = nowNs;
        after(keepaliveNs, () -> keepAlive(flow));
        cross(flow, false, false, () -> {
            if (flow.clientOpen) {
                flow.segmentsIn++;
                flow.bareSegmentsIn++;
                cross(flow, true, false, () -> flow.strangers++);
            }
        });
    }

    // ---- the path ------------------------------------------------------------------------------------------------

    private void say(Flow flow, boolean fromClient, Runnable deed) {
        transmit(new Segment(flow, fromClient, false, 0, deed));
    }

    private void transmit(Segment segment) {
        attempt(segment, segment.syn ? SYN_RTO_NS : Math.max(SHORTEST_RTO_NS, 2 * (rttNs + jitterNs)));
    }

    private void attempt(Segment segment, long rtoNs) {
        Flow flow = segment.flow;
        boolean senderOpen = segment.fromClient ? flow.clientOpen : flow.serverOpen;
        if (!senderOpen || segment.acknowledged) {
            return;
        }
        cross(flow, segment.fromClient, segment.syn, () -> arrive(segment));
        if (acknowledges && !segment.fromClient) {
            after(oneWayNs(), () -> segment.acknowledged |= !flow.known);
        }
        after(rtoNs, () -> attempt(segment, 2 * rtoNs));
    }

    private void arrive(Segment segment) {
        Flow flow = segment.flow;
        boolean receiverOpen = segment.fromClient ? flow.serverOpen || segment.syn : flow.clientOpen;
        if (!receiverOpen) {
            if (segment.fromClient) {
                cross(flow, false, false, () -> closedByPeer(flow, CloseKind.RESET));
            } else {
                cross(flow, true, false, () -> serverEnds(flow, FarReport.End.RESET));
            }
            return;
        }
        if (!segment.delivered) {
            segment.delivered = true;
            if (segment.fromClient) {
                flow.heardNs = nowNs;
            }
            segment.deed.run();
        } else if (!segment.fromClient && flow.isSilentAtClient(nowNs)) {
            flow.segmentsIn++;
        }
        Runnable acknowledging = () -> cross(flow, !segment.fromClient, false, () -> acknowledged(segment));
        if (segment.ackDelayNs > 0) {
            after(segment.ackDelayNs, acknowledging);
        } else {
            acknowledging.run();
        }
    }

    private void acknowledged(Segment segment) {
        Flow flow = segment.flow;
        segment.acknowledged = true;
        if (!segment.fromClient && flow.isSilentAtServer(nowNs)) {
            flow.strangers++;
        } else if (segment.fromClient && flow.isSilentAtClient(nowNs)) {
            flow.segmentsIn++;
            flow.bareSegmentsIn++;
        }
    }

    /** FIN, to whom it still reaches. */
    private void farewell(Flow flow, boolean fromClient) {
        cross(flow, fromClient, false, () -> {
            if (fromClient) {
                serverEnds(flow, FarReport.End.FIN);
                forget(flow);
            } else {
                closedByPeer(flow, CloseKind.FIN);
            }
        });
    }

    private long oneWayNs() {
        return rttNs / 2 + (jitterNs > 0 ? random.nextLong(jitterNs) / 2 : 0);
    }

    private void cross(Flow flow, boolean fromClient, boolean syn, Runnable arrives) {
        long halfNs = oneWayNs() / 2;
        after(halfNs, () -> {
            if (passes(flow, fromClient, syn)) {
                after(halfNs, arrives);
            }
        });
    }

    // ---- the box -------------------------------------------------------------------------------------------------

    private boolean passes(Flow flow, boolean fromClient, boolean syn) {
        boolean down = nowNs >= downFromNs && nowNs < downToNs;
        if (down || (loss > 0 && random.nextDouble() < loss)) {
            return false;
        }
        if (flow.known && nowNs - flow.createdNs >= lifetimeNs) {
            forget(flow);
            flow.blocked = true;
        }
        boolean forgetsByItself = atExpiry == AtExpiry.FORGETS && sweepNs == 0;
        if (flow.known && forgetsByItself && nowNs - flow.crossedNs >= flow.timeoutNs) {
            forget(flow);
        }
        if (flow.known) {
            flow.crossedNs = nowNs;
            return true;
        }
        boolean revives = !flow.blocked && (syn || (fromClient ? clientRevives : serverRevives));
        if (revives) {
            remember(flow, syn);
            return true;
        }
        if (fromClient && resetsClient) {
            after(oneWayNs() / 2, () -> closedByPeer(flow, CloseKind.RESET));
        } else if (!fromClient && resetsServer) {
            after(oneWayNs() / 2, () -> serverEnds(flow, FarReport.End.RESET));
        }
        return false;
    }

    private void remember(Flow flow, boolean syn) {
        if (entries.size() >= tableSize) {
            entries.values().stream()
                    .min(Comparator.comparingLong((Flow one) -> one.crossedNs).thenComparing(one -> one.id))
                    .ifPresent(this::forget);
        }
        flow.known = true;
        flow.crossedNs = nowNs;
        if (syn) {
            flow.createdNs = nowNs;
            if (lifetimeNs != NEVER && atExpiry != AtExpiry.FORGETS) {
                after(lifetimeNs, () -> expire(flow));
            }
        }
        entries.put(flow.id, flow);
        if (atExpiry != AtExpiry.FORGETS && sweepNs == 0 && flow.timeoutNs != NEVER) {
            watchForExpiry(flow);
        }
    }

    private void forget(Flow flow) {
        flow.known = false;
        entries.remove(flow.id);
    }

    private void watchForExpiry(Flow flow) {
        at(flow.crossedNs + flow.timeoutNs, () -> {
            if (flow.known && nowNs - flow.crossedNs >= flow.timeoutNs) {
                expire(flow);
            } else if (flow.known) {
                watchForExpiry(flow);
            }
        });
    }

    private void sweep() {
        entries.values().stream()
                .filter(flow -> nowNs - flow.crossedNs >= flow.timeoutNs)
                .toList()
                .forEach(this::expire);
        after(sweepNs, this::sweep);
    }

    private void expire(Flow flow) {
        forget(flow);
        flow.blocked = true;
        boolean fin = atExpiry == AtExpiry.SENDS_FIN;
        after(oneWayNs() / 2, () -> closedByPeer(flow, fin ? CloseKind.FIN : CloseKind.RESET));
        after(oneWayNs() / 2, () -> serverEnds(flow, fin ? FarReport.End.FIN : FarReport.End.RESET));
    }
}
