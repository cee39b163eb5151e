package hbprobe.probe;

import hbprobe.dialect.Conversation;
import hbprobe.dialect.Dialect;
import hbprobe.dialect.FlowListener;
import hbprobe.engine.FlowAction;
import hbprobe.engine.FlowEngine;
import hbprobe.engine.Search;
import hbprobe.model.FarReport;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.KernelTimers;
import hbprobe.model.Problem;
import hbprobe.model.Transport;
import hbprobe.net.Closing;
import hbprobe.net.ConnectFailure;
import hbprobe.net.KernelView;
import hbprobe.net.Network;
import hbprobe.net.Sysctl;
import hbprobe.net.Tally;
import hbprobe.net.TcpInfo;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FlowEngine} over real or simulated flows, all of it on one event loop.
 *
 * @param <E> the engine
 */
final class FlowRun<E extends FlowEngine> {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** How often a flow whose fault is over is looked at, until something arrives. */
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;

    private final E engine;
    private final InetSocketAddress remote;
    private final Dialect dialect;
    private final Network network;
    private final KernelView kernel;
    private final EventLoop loop;
    private final Transport transport;
    private final Optional<FaultStage> lab;
    private final Consumer<String> trace;
    private final EngineLoop<FlowAction, E> running;
    private final Map<Integer, Flow> flows = new HashMap<>();
    private final Leftovers leftovers;
    private final CompletableFuture<E> done = new CompletableFuture<>();
    private final long startNs;

    /**
     * A run that has not begun. Made and used on the event loop.
     *
     * @param trace told of every event on a flow, in words
     * @param timerError learns how late timers fire
     */
    FlowRun(
            E engine,
            InetSocketAddress remote,
            Dialect dialect,
            Network network,
            Optional<FaultStage> lab,
            Consumer<String> trace,
            TimerError timerError) {
        this.engine = engine;
        this.remote = remote;
        this.dialect = dialect;
        this.network = network;
        this.kernel = network.kernel();
        this.loop = network.loop();
        this.transport = dialect.abilities(kernel.seesSegments()).transport();
        this.lab = lab;
        this.leftovers = new Leftovers(dialect, remote, network);
        this.trace = trace;
        this.running =
                new EngineLoop<>(loop, engine, this::carryOut, this::finish, done::completeExceptionally, timerError);
        this.startNs = running.nowNs();
    }

    /** Begins. Completed on the event loop; exceptionally only by a defect. */
    CompletableFuture<E> start() {
        running.tell(begun -> {});
        return done;
    }

    /** Ends with what is known. */
    void stop(Search.Conclusion how) {
        running.tell(stopped -> stopped.stop(how, running.nowNs()));
    }

    E engine() {
        return engine;
    }

    private void finish() {
        flows.values().forEach(Flow::close);
        leftovers.dismiss().thenRun(() -> done.complete(engine));
    }

    private void carryOut(FlowAction action) {
        if (action instanceof FlowAction.Open open) {
            open(open);
        } else if (action instanceof FlowAction.Speak speak) {
            flow(speak.flow()).ifPresent(flow -> flow.conversation.speak());
        } else if (action instanceof FlowAction.Beat beat) {
            flow(beat.flow()).ifPresent(flow -> flow.conversation.beat());
        } else if (action instanceof FlowAction.Order order) {
            flow(order.flow()).ifPresent(flow -> flow.order(order));
        } else if (action instanceof FlowAction.Stage stage) {
            flow(stage.flow()).ifPresent(flow -> flow.stage(stage.fault()));
        } else if (action instanceof FlowAction.Heal heal) {
            flow(heal.flow()).ifPresent(Flow::heal);
        } else if (action instanceof FlowAction.Count count) {
            flow(count.flow()).ifPresent(Flow::count);
        } else if (action instanceof FlowAction.Ask ask) {
            flow(ask.flow()).ifPresent(flow -> flow.ask(ask.about()));
        } else if (action instanceof FlowAction.Close close) {
            flow(close.flow()).ifPresent(Flow::close);
        } else if (action instanceof FlowAction.StageLab stage) {
            inLab(faults -> faults.stage(stage.kind()), told -> told.onLabStaged(running.nowNs()));
        } else if (action instanceof FlowAction.HealLab heal) {
            inLab(faults -> faults.heal(heal.kind()), told -> told.onLabHealed(running.nowNs()));
        }
    }

    private Optional<Flow> flow(int id) {
        return Optional.ofNullable(flows.get(id));
    }

    private void open(FlowAction.Open open) {
        Flow flow = new Flow(open);
        flows.put(open.flow(), flow);
        flow.channel = dialect.open(network, remote, CONNECT_TIMEOUT, flow.handler(), flow::notConnected);
    }

    /** On a thread of its own, since it blocks. */
    private void inLab(Consumer<FaultStage> deed, Consumer<E> whenDone) {
        FaultStage faults = lab.orElseThrow(() -> new IllegalStateException("a fault of the lab without a lab"));
        CompletableFuture.runAsync(() -> deed.accept(faults), task -> {
                    Thread thread = new Thread(task, "lab");
                    thread.setDaemon(true);
                    thread.start();
                })
                .whenComplete((nothing, error) -> loop.execute(() -> running.tell(
                        error == null
                                ? whenDone
                                : told -> told.onLabFailed(
                                        running.nowNs(),
                                        String.valueOf(cause(error).getMessage())))));
    }

    private static Throwable cause(Throwable error) {
        return error.getCause() == null ? error : error.getCause();
    }

    /** One flow: what the engine knows by number, with its channel. */
    private final class Flow implements FlowListener {
        private final int id;
        private final FlowAction.Open open;
        private final Conversation conversation;
        private final Optional<Tally> tally;
        private @Nullable Channel channel;
        private boolean awaitsTraffic;
        private long farName;
        private boolean closed;

        Flow(FlowAction.Open open) {
            this.id = open.flow();
            this.open = open;
            this.conversation = dialect.converse(
                    new Dialect.Priming(Optional.empty(), open.pushAfterNs(), open.longestSilenceNs(), false),
                    kernel,
                    this);
            this.tally = transport == Transport.UDP ? Optional.of(new Tally(remote)) : Optional.empty();
        }

        ChannelHandler handler() {
            return new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel made) {
                    tally.ifPresent(counter -> made.pipeline().addLast(counter));
                    made.pipeline().addLast(conversation.handler());
                }
            };
        }

        private void trace(String what) {
            trace.accept(
                    String.format(Locale.ROOT, "%9.3f  flow %-4d %s", (running.nowNs() - startNs) / 1e9, id, what));
        }

        private Optional<TcpInfo> info() {
            return channel == null ? Optional.empty() : kernel.tcpInfo(channel);
        }

        // ---- what the engine wants -------------------------------------------------------------------------------

        void order(FlowAction.Order order) {
            trace("orders " + order.deed());
            if (!conversation.order(order.deed(), order.durationNs())) {
                running.tell(told -> told.onNotStaged(
                        id, running.nowNs(), "the far end of " + dialect.name() + ":// takes no orders"));
            }
        }

        void stage(Fault fault) {
            info().ifPresent(seen -> running.tell(told -> told.onTimers(id, timers(seen))));
            boolean done = channel != null
                    && (fault.kind() == Fault.Kind.LOSS
                            ? kernel.loseInbound(channel, fault.lossShare())
                            : kernel.discardInbound(channel));
            long nowNs = running.nowNs();
            trace(done ? fault.word() + " begins" : fault.word() + " could not be staged");
            running.tell(told -> {
                if (done) {
                    told.onStaged(id, nowNs);
                } else {
                    told.onNotStaged(id, nowNs, "this host refused the socket filter (SO_ATTACH_FILTER); try hang");
                }
            });
        }

        void heal() {
            Optional<Long> before = info().map(TcpInfo::segmentsIn);
            if (channel != null) {
                kernel.deliverInbound(channel);
            }
            trace("the fault is over");
            running.tell(told -> told.onHealed(id, running.nowNs()));
            before.ifPresent(this::lookLater);
            awaitsTraffic = before.isEmpty();
        }

        private void lookLater(long segmentsBefore) {
            loop.schedule(() -> look(segmentsBefore), LOOK_NS, TimeUnit.NANOSECONDS);
        }

        private void look(long segmentsBefore) {
            Optional<TcpInfo> now = info();
            if (closed || now.isEmpty()) {
                return;
            }
            if (now.get().segmentsIn() > segmentsBefore) {
                trace("traffic flows again");
                running.tell(told -> told.onTraffic(id, running.nowNs()));
            } else {
                lookLater(segmentsBefore);
            }
        }

        void count() {
            tally.ifPresent(counted ->
                    running.tell(told -> told.onCounted(id, running.nowNs(), counted.packets(), counted.bytes())));
            info().ifPresent(seen -> {
                running.tell(told -> told.onTimers(id, timers(seen)));
                long packets = seen.segmentsIn() + seen.segmentsOut();
                long header = (long) seen.headerBytes()
                        + (remote.getAddress() instanceof Inet6Address ? IPV6_BYTES : IPV4_BYTES);
                long bytes = packets * header + seen.bytesSent() + seen.bytesReceived();
                running.tell(told -> told.onCounted(id, running.nowNs(), packets, bytes));
            });
        }

        void ask(int about) {
            Flow other = flows.get(about);
            if (other == null || other.farName == 0) {
                running.tell(told -> told.onReported(id, running.nowNs(), about, Optional.empty()));
            } else {
                conversation.ask(other.farName);
            }
        }

        void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (channel != null) {
                kernel.deliverInbound(channel); // so that the far end's answer to the close is heard
            }
            conversation.leave();
            if (channel != null) {
                channel.close();
            }
        }

        // ---- what happens ----------------------------------------------------------------------------------------

        void notConnected(ConnectFailure failure) {
            if (!closed) {
                closed = true;
                trace(failure.message());
                running.tell(told -> told.onFailed(
                        id, running.nowNs(), new Problem(failure.kind().code(), failure.message())));
            }
        }

        @Override
        public void primed(Primed primed) {
            Channel mine = channel;
            if (closed || mine == null) {
                return;
            }
            farName = primed.farName();
            leftovers.add(farName);
            boolean equipped = open.keepalive()
                            .map(wanted -> kernel.keepalive(mine, wanted.idle(), wanted.interval(), wanted.count()))
                            .orElse(true)
                    && open.userTimeout()
                            .map(limit -> kernel.userTimeout(mine, limit))
                            .orElse(true);
            if (!equipped) {
                failed(new Problem("unsupported", "this host can't set keepalive times or TCP_USER_TIMEOUT"));
                close();
                return;
            }
            Optional<Keepalive> keepalive = open.keepalive().flatMap(wanted -> kernel.keepalive(mine));
            Optional<Duration> userTimeout = open.userTimeout().flatMap(limit -> kernel.userTimeout(mine));
            Optional<TcpInfo> info = info();
            trace("primed");
            running.tell(told -> told.onPrimed(
                    id,
                    running.nowNs(),
                    new FlowEngine.Primed(
                            primed.rttNs(),
                            info.map(seen -> TimeUnit.MICROSECONDS.toNanos(seen.leastRttUs())),
                            keepalive,
                            userTimeout)));
        }

        @Override
        public void answered(@Nullable String mapped) {
            if (awaitsTraffic) {
                awaitsTraffic = false;
                running.tell(told -> told.onTraffic(id, running.nowNs()));
            }
            running.tell(told -> told.onAnswered(id, running.nowNs()));
        }

        @Override
        public void pushed(long afterNs, int strangers) {
            trace("pushed by the far end");
            running.tell(told -> told.onPushed(id, running.nowNs()));
        }

        @Override
        public void overtaken() {
            running.tell(told -> told.onOvertaken(id, running.nowNs()));
        }

        @Override
        public void reported(long far, Optional<FarReport> report) {
            OptionalInt about = flows.values().stream()
                    .filter(flow -> flow.farName == far)
                    .mapToInt(flow -> flow.id)
                    .findFirst();
            about.ifPresent(other -> running.tell(told -> told.onReported(id, running.nowNs(), other, report)));
        }

        @Override
        public void greeted(String text) {
            trace("greeted: " + text);
        }

        @Override
        public void heard(String text) {
            trace("heard: " + text);
        }

        @Override
        public void goodbye(String text) {
            trace("goodbye: " + text);
        }

        @Override
        public void failed(Problem problem) {
            if (!closed) {
                closed = true;
                trace(problem.message());
                running.tell(told -> told.onFailed(id, running.nowNs(), problem));
            }
        }

        @Override
        public void broken(Throwable defect) {
            done.completeExceptionally(defect);
        }

        @Override
        public void closed(Closing closing, String detail) {
            if (closed) {
                return;
            }
            closed = true;
            trace("closed: " + closing + (detail.isEmpty() ? "" : " (" + detail + ")"));
            running.tell(told -> told.onClosed(id, running.nowNs(), CloseKinds.of(closing), detail));
        }
    }

    private static KernelTimers timers(TcpInfo seen) {
        KernelTimers usual = KernelTimers.usual();
        return new KernelTimers(
                Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(seen.rtoUs())),
                number("net/ipv4/tcp_retries2", usual.retries()),
                number("net/ipv4/tcp_early_retrans", 3) >= 3,
                Duration.ofMillis(number(
                        "net/ipv4/tcp_rto_max_ms", (int) usual.longestRto().toMillis())));
    }

    private static int number(String sysctl, int otherwise) {
        try {
            return Sysctl.read(sysctl).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
