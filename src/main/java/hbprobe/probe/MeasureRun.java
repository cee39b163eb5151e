package hbprobe.probe;

import hbprobe.dialect.Conversation;
import hbprobe.dialect.Dialect;
import hbprobe.dialect.FlowListener;
import hbprobe.engine.Action;
import hbprobe.engine.Search;
import hbprobe.engine.Verdict;
import hbprobe.model.Abilities;
import hbprobe.model.Durations;
import hbprobe.model.FarReport;
import hbprobe.model.Ladder;
import hbprobe.model.MeasureProgress;
import hbprobe.model.MeasureSettings;
import hbprobe.model.Problem;
import hbprobe.model.ServerLimit;
import hbprobe.net.Addresses;
import hbprobe.net.Closing;
import hbprobe.net.ConnectFailure;
import hbprobe.net.KernelView;
import hbprobe.net.Network;
import hbprobe.net.TcpInfo;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One {@code measure}: a {@link Search} over real or simulated flows, all of it on one event loop. */
public final class MeasureRun {
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /**
     * By then the last delayed acknowledgement is in, and what was sent again because one was lost: Linux delays an
     * acknowledgement by at most 200 ms (TCP_DELACK_MAX) and waits for one at least that long (TCP_RTO_MIN), or two
     * round trips.
     */
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final double SETTLE_ROUND_TRIPS = 2.5;

    private static final long TICK_MS = 250;

    /** How much longer than its planned silence a flow may have to wait for the end of the search. */
    private static final long SILENCE_SLACK_NS = TimeUnit.MINUTES.toNanos(1);

    private final MeasureSettings settings;
    private final InetSocketAddress remote;
    private final Dialect dialect;
    private final Network network;
    private final KernelView kernel;
    private final Abilities abilities;
    private final EventLoop loop;
    private final InstantSource wall;
    private final Consumer<String> trace;
    private final TimerError timerError = new TimerError();
    private final Map<Integer, Flow> flows = new HashMap<>();
    private final Set<ServerLimit> serverLimits = new LinkedHashSet<>();
    private final Leftovers leftovers;
    private final CompletableFuture<Measured> done = new CompletableFuture<>();
    private @Nullable Search search;
    private @Nullable EngineLoop<Action, Search> running;
    private long startNs;
    private volatile @Nullable MeasureProgress progress;

    /**
     * What came of it.
     *
     * @param timerErrorMsP99 null when no timer has fired
     * @param serverLimits idle limits of its own that the server told of
     */
    public record Measured(
            Verdict verdict, int leftAtTheFarEnd, @Nullable Double timerErrorMsP99, Set<ServerLimit> serverLimits) {}

    /**
     * A run that has not begun.
     *
     * @param trace told of every event on a flow, in words
     */
    public MeasureRun(
            MeasureSettings settings,
            InetSocketAddress remote,
            Dialect dialect,
            Network network,
            InstantSource wall,
            Consumer<String> trace) {
        this.settings = settings;
        this.remote = remote;
        this.dialect = dialect;
        this.network = network;
        this.kernel = network.kernel();
        this.abilities = dialect.abilities(kernel.seesSegments());
        this.loop = network.loop();
        this.wall = wall;
        this.trace = trace;
        this.leftovers = new Leftovers(dialect, remote, network);
    }

    /**
     * Begins. May be called from any thread.
     *
     * @param deadline bound on the whole run
     * @return completed on the event loop; exceptionally only by a defect
     */
    public CompletableFuture<Measured> start(Optional<Duration> deadline) {
        guarded(() -> {
            startNs = nowNs();
            Search engine = new Search(settings, abilities, startNs);
            search = engine;
            running = new EngineLoop<>(
                    loop, engine, this::carryOut, () -> finish(engine), done::completeExceptionally, timerError);
            ClockWatch clocks = new ClockWatch(wall.instant(), startNs);
            tick(clocks);
            deadline.ifPresent(limit ->
                    loop.schedule(() -> stop(Search.Conclusion.DEADLINE), limit.toNanos(), TimeUnit.NANOSECONDS));
            told(begun -> {});
        });
        return done;
    }

    /** Ends the run with what is known. May be called from any thread, more than once. */
    public void stop(Search.Conclusion why) {
        EngineLoop.unlessOver(loop, () -> told(engine -> engine.stop(why)));
    }

    /** Where it stands; empty before it began. May be called from any thread. */
    public Optional<MeasureProgress> progress() {
        return Optional.ofNullable(progress);
    }

    private void guarded(Runnable task) {
        loop.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error defect) {
                done.completeExceptionally(defect);
            }
        });
    }

    private long nowNs() {
        return loop.ticker().nanoTime();
    }

    /** A look at the clocks and at the progress, a few times a second. */
    private void tick(ClockWatch clocks) {
        if (done.isDone() || search == null) {
            return;
        }
        long nowNs = nowNs();
        clocks.look(wall.instant(), nowNs).ifPresent(lost -> told(engine -> engine.onSuspended(nowNs, lost)));
        if (search != null) {
            progress = search.progress(nowNs);
        }
        loop.schedule(() -> tick(clocks), TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** Tells the engine something, then does what it wants done. */
    private void told(Consumer<Search> event) {
        if (running != null && !done.isDone()) {
            running.tell(event);
        }
    }

    private void finish(Search engine) {
        Measured measured =
                new Measured(Verdict.of(engine, nowNs()), engine.leftAtTheFarEnd(), timerError.p99Ms(), serverLimits);
        leftovers.dismiss().thenRun(() -> done.complete(measured));
    }

    private void carryOut(Action action) {
        if (action instanceof Action.Open open) {
            open(open);
            return;
        }
        Flow flow = flows.get(action.flow());
        if (flow == null) {
            return;
        }
        if (action instanceof Action.Speak) {
            flow.speak();
        } else if (action instanceof Action.Look) {
            flow.look();
        } else if (action instanceof Action.Ask ask) {
            Flow about = flows.get(ask.about());
            if (about == null || about.farName == 0) {
                told(engine -> engine.onReported(flow.id, nowNs(), ask.about(), Optional.empty()));
            } else {
                flow.conversation.ask(about.farName);
            }
        } else if (action instanceof Action.Close) {
            flow.close();
        }
    }

    private void open(Action.Open open) {
        Flow flow = new Flow(
                open,
                new Dialect.Priming(
                        open.ladder().map(Ladder::test),
                        open.isServerFirst() ? OptionalLong.of(open.idleNs()) : OptionalLong.empty(),
                        open.idleNs() + SILENCE_SLACK_NS,
                        true));
        flows.put(open.flow(), flow);
        Duration patience = settings.replyTimeout()
                .filter(timeout -> timeout.compareTo(CONNECT_TIMEOUT) > 0)
                .orElse(CONNECT_TIMEOUT);
        flow.channel = dialect.open(network, remote, patience, flow.conversation.handler(), flow::notConnected);
    }

    private void trace(Flow flow, String what) {
        trace.accept(
                String.format(java.util.Locale.ROOT, "%9.3f  flow %-4d %s", (nowNs() - startNs) / 1e9, flow.id, what));
    }

    /** One flow: what the engine knows by number, with its channel and its counters. */
    private final class Flow implements FlowListener {
        private final int id;
        private final long openedNs;
        private final Action.Open purpose;
        private final Conversation conversation;
        private @Nullable Channel channel;
        private Optional<TcpInfo> baseline = Optional.empty();
        private long settledAtNs;
        private int settlings;
        private int heard;
        private long farName;
        private long rttNs;
        private boolean closed;

        Flow(Action.Open open, Dialect.Priming priming) {
            this.id = open.flow();
            this.openedNs = nowNs();
            this.purpose = open;
            this.conversation = dialect.converse(priming, kernel, this);
        }

        void notConnected(ConnectFailure failure) {
            if (!closed) {
                closed = true;
                trace(this, failure.message());
                told(engine -> engine.onFailed(
                        id,
                        nowNs(),
                        new Problem(failure.kind().code(), failure.message()),
                        failure.kind().isExhaustion()));
            }
        }

        void speak() {
            int refreshes = purpose.purpose() == Action.Purpose.RUNG ? refreshesSinceSettled() : 0;
            if (refreshes > 0 && heard == 0 && answeredOurKernel()) {
                told(Search::onOwnKeepalive);
            }
            if (channel != null && purpose.purpose() == Action.Purpose.RUNG) {
                kernel.reportIcmp(channel);
            }
            long beforeNs = nowNs();
            conversation.speak();
            if (purpose.purpose() == Action.Purpose.RUNG) {
                // What is not written here is sent by a timer of the kernel's, which may have to wait for its tick.
                long spokenNs = nowNs() + (abilities.writes() ? 0 : TimeUnit.MILLISECONDS.toNanos(TcpInfo.GRAIN_MS));
                trace(this, "speaks after " + Durations.seconds(purpose.idleNs()) + " s");
                told(engine -> engine.onSpoken(id, beforeNs, spokenNs, refreshes));
            }
        }

        void look() {
            Optional<TcpInfo> now = info();
            boolean acknowledged = now.filter(info -> abilities.writes() && info.established())
                    .map(info -> info.unacked() == 0)
                    .orElse(false);
            int refreshes = purpose.isServerFirst() ? refreshesSinceSettled() : 0;
            trace(this, acknowledged ? "acknowledged, no answer" : "no answer in time");
            told(engine -> engine.onLooked(id, nowNs(), acknowledged, refreshes));
        }

        /** Words of the far end's are counted as such: each comes with segments that acknowledge it or its answer. */
        private int refreshesSinceSettled() {
            return heard > 0 ? heard : segmentsSinceSettled();
        }

        /** How many arrived since the silence had settled; 0 where the kernel doesn't say. */
        private int segmentsSinceSettled() {
            Optional<TcpInfo> now = info();
            return baseline.isEmpty() || now.isEmpty()
                    ? 0
                    : (int) Math.max(0, now.get().segmentsIn() - baseline.get().segmentsIn());
        }

        /** A far end's keepalive probe is no acknowledgement of anything; what answers a probe of ours is. */
        private boolean answeredOurKernel() {
            long settledMs = TimeUnit.NANOSECONDS.toMillis(nowNs() - settledAtNs);
            return baseline.isPresent()
                    && info().filter(now -> now.lastAckReceivedMs() + 2 * TcpInfo.GRAIN_MS
                                    < baseline.get().lastAckReceivedMs() + settledMs)
                            .isPresent();
        }

        /** A retransmission on a flow that works shows that the path loses segments. */
        private void lookForLoss() {
            if (info().filter(TcpInfo::hasLost).isPresent()) {
                trace(this, "a segment was lost");
                told(Search::onLoss);
            }
        }

        private Optional<TcpInfo> info() {
            return channel == null ? Optional.empty() : kernel.tcpInfo(channel);
        }

        void close() {
            if (closed) {
                return;
            }
            closed = true;
            conversation.leave();
            if (channel != null) {
                channel.close();
            }
        }

        @Override
        public void primed(Primed primed) {
            if (closed || channel == null) {
                return;
            }
            farName = primed.farName();
            leftovers.add(farName);
            rttNs = primed.rttNs();
            trace(this, "primed in " + Durations.seconds(primed.rttNs()) + " s");
            settleLater();
            String local = Addresses.print(channel.localAddress());
            long nowNs = nowNs();
            Silence silence = primed.silence();
            long silentForNs = silence.forNs().orElseGet(() -> silentForAtMostNs(nowNs));
            told(engine -> engine.onPrimed(
                    id,
                    nowNs,
                    new Search.Primed(
                            primed.rttNs(),
                            silentForNs,
                            silence.shorterNs(),
                            silence.longerNs(),
                            primed.farInstance(),
                            local,
                            primed.mapped())));
        }

        /** Since the last segment arrived, by the kernel's word; where it has none, since the flow was opened. */
        private long silentForAtMostNs(long nowNs) {
            long openForNs = nowNs - openedNs;
            return info().map(seen -> Math.min(
                            openForNs,
                            TimeUnit.MILLISECONDS.toNanos(
                                    Math.min(seen.lastDataReceivedMs(), seen.lastAckReceivedMs()) + TcpInfo.GRAIN_MS)))
                    .orElse(openForNs);
        }

        private void settleLater() {
            Optional<TcpInfo> atOnce = info();
            baseline = Optional.empty();
            int mine = ++settlings;
            long settleNs = Math.min(purpose.idleNs() / 2, SETTLE_NS + (long) (SETTLE_ROUND_TRIPS * rttNs));
            if (purpose.idleNs() > 0) {
                loop.schedule(() -> settle(mine, atOnce), settleNs, TimeUnit.NANOSECONDS);
            }
        }

        private void settle(int mine, Optional<TcpInfo> atOnce) {
            if (mine != settlings) {
                return; // the silence has begun anew
            }
            baseline = info();
            settledAtNs = nowNs();
            lookForLoss(); // not before: a host that was busy sends again what was not lost, and hears so a little
            // later
            boolean stirred = baseline.isPresent()
                    && atOnce.isPresent()
                    && (baseline.get().segmentsIn() != atOnce.get().segmentsIn()
                            || baseline.get().segmentsOut() != atOnce.get().segmentsOut());
            if (stirred && !closed) {
                told(engine -> engine.onStirred(id, nowNs()));
            }
        }

        @Override
        public void pushed(long afterNs, int strangers) {
            int refreshes = Math.max(strangers, segmentsSinceSettled() - 1); // one of them was the push
            trace(this, "pushed by the far end after " + Durations.seconds(afterNs) + " s");
            told(engine -> engine.onPushed(id, nowNs(), afterNs, refreshes));
        }

        @Override
        public void answered(@Nullable String mapped) {
            if (purpose.purpose() != Action.Purpose.BUSY) {
                trace(this, "answered");
                lookForLoss();
            } else {
                loop.schedule(this::lookForLoss, SETTLE_NS, TimeUnit.NANOSECONDS);
            }
            told(engine -> engine.onAnswered(id, nowNs(), mapped));
        }

        @Override
        public void overtaken() {
            trace(this, "a datagram was lost, or is late");
            told(Search::onLoss);
        }

        @Override
        public void reported(long far, Optional<FarReport> report) {
            int about = flows.values().stream()
                    .filter(flow -> flow.farName == far)
                    .mapToInt(flow -> flow.id)
                    .findFirst()
                    .orElse(0);
            trace(
                    this,
                    "far end on flow " + about + ": "
                            + report.map(known -> known.pushes() + " pushed, " + known.end())
                                    .orElse("unknown"));
            told(engine -> engine.onReported(id, nowNs(), about, report));
        }

        @Override
        public void broken(Throwable defect) {
            done.completeExceptionally(defect);
        }

        @Override
        public void greeted(String text) {
            trace(this, "greeted: " + text);
            settleLater();
            long nowNs = nowNs();
            long silentForNs = silentForAtMostNs(nowNs);
            told(engine -> engine.onGreeted(id, nowNs, silentForNs, text));
        }

        @Override
        public void heard(String text) {
            trace(this, "heard: " + text);
            if (settlings > 0) {
                heard++;
            }
            told(engine -> engine.onHeard(id, nowNs(), text));
        }

        @Override
        public void goodbye(String text) {
            trace(this, "goodbye: " + text);
        }

        @Override
        public void retired() {
            trace(this, "has done what it may: the server closes it");
            told(engine -> engine.onRetired(id, nowNs()));
        }

        @Override
        public void limited(ServerLimit limit) {
            serverLimits.add(limit);
        }

        @Override
        public void failed(Problem problem) {
            if (!closed) {
                closed = true;
                trace(this, problem.message());
                told(engine ->
                        engine.onFailed(id, nowNs(), problem, problem.code().equals(FAR_END_IS_FULL)));
            }
        }

        @Override
        public void closed(Closing closing, String detail) {
            if (closed) {
                return;
            }
            closed = true;
            trace(this, "closed: " + closing + (detail.isEmpty() ? "" : " (" + detail + ")"));
            told(engine -> engine.onClosed(id, nowNs(), CloseKinds.of(closing), detail));
        }
    }
}
