package hbprobe.probe;

import hbprobe.dialect.StunListener;
import hbprobe.dialect.StunTalk;
import hbprobe.engine.NatAction;
import hbprobe.engine.NatAnswer;
import hbprobe.engine.NatDiscovery;
import hbprobe.engine.NatVerdict;
import hbprobe.model.Endpoint;
import hbprobe.model.NatSettings;
import hbprobe.model.Problem;
import hbprobe.net.Addresses;
import hbprobe.net.ConnectFailure;
import hbprobe.net.HostNetwork;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One {@code nat}: a {@link NatDiscovery} over sockets, all of it on one event loop. */
final class NatRun {
    /** Programs that start at the same moment reach for the same ports, each for eight in a row. */
    private static final int MOST_TRIALS = 32;

    private final NatSettings settings;
    private final InetSocketAddress server;
    private final HostNetwork network;
    private final EventLoop loop;
    private final Consumer<String> trace;
    private final TimerError timerError = new TimerError();
    private final StunTalk talk = new StunTalk();
    private final Map<Integer, Socket> sockets = new HashMap<>();
    private final CompletableFuture<Found> done = new CompletableFuture<>();
    private @Nullable EngineLoop<NatAction, NatDiscovery> running;
    private @Nullable InetAddress localAddress;
    private long startNs;

    /**
     * What came of it.
     *
     * @param timerErrorMsP99 null when no timer has fired
     */
    record Found(NatVerdict verdict, @Nullable Double timerErrorMsP99) {}

    /** @param trace told of every packet, in words */
    NatRun(NatSettings settings, InetSocketAddress server, HostNetwork network, Consumer<String> trace) {
        this.settings = settings;
        this.server = server;
        this.network = network;
        this.loop = network.loop();
        this.trace = trace;
    }

    /**
     * Begins. May be called from any thread.
     *
     * @param deadline bound on the whole run
     * @return completed on the event loop; exceptionally only by a defect
     */
    CompletableFuture<Found> start(Optional<Duration> deadline) {
        loop.execute(() -> {
            try {
                begin(deadline);
            } catch (RuntimeException | Error defect) {
                done.completeExceptionally(defect);
            }
        });
        return done;
    }

    private void begin(Optional<Duration> deadline) {
        startNs = nowNs();
        NatDiscovery discovery = new NatDiscovery(settings, endpoint(server), startNs);
        running = new EngineLoop<>(
                loop,
                discovery,
                this::carryOut,
                () -> done.complete(new Found(NatVerdict.of(discovery), timerError.p99Ms())),
                done::completeExceptionally,
                timerError);
        deadline.ifPresent(
                limit -> loop.schedule(() -> stop(NatDiscovery.End.DEADLINE), limit.toNanos(), TimeUnit.NANOSECONDS));
        tell(begun -> {});
    }

    /** Ends it with what is known. May be called from any thread, more than once. */
    void stop(NatDiscovery.End how) {
        EngineLoop.unlessOver(loop, () -> tell(discovery -> discovery.stop(how)));
    }

    private void tell(Consumer<NatDiscovery> event) {
        if (running != null && !done.isDone()) {
            running.tell(event);
        }
    }

    private long nowNs() {
        return loop.ticker().nanoTime();
    }

    private void carryOut(NatAction action) {
        if (action instanceof NatAction.Open open) {
            open(open);
        } else if (action instanceof NatAction.Ask ask) {
            Socket socket = sockets.get(ask.socket());
            if (socket != null && socket.channel != null) {
                trace(ask.socket(), "request " + ask.request() + " to " + ask.to() + wish(ask));
                talk.ask(socket.channel, ask.request(), address(ask.to()), ask.changeAddress(), ask.changePort());
            }
        }
    }

    private static String wish(NatAction.Ask ask) {
        if (ask.changeAddress()) {
            return ", to be answered from the other address and port";
        }
        return ask.changePort() ? ", to be answered from the other port" : "";
    }

    private void open(NatAction.Open open) {
        Socket socket = new Socket(open);
        sockets.put(open.socket(), socket);
        open(socket);
    }

    private void open(Socket socket) {
        if (socket.purpose.connected()) {
            network.datagrams(server, new WhenOpen(socket), socket::notOpened);
            return;
        }
        InetAddress at = localAddress;
        if (at == null) {
            throw new IllegalStateException("socket " + socket.number + " is wanted before the connected one is open");
        }
        ChannelFuture binding = network.bindFreshDatagrams(at, new WhenOpen(socket));
        binding.addListener(bound -> {
            Throwable error = bound.cause();
            if (error != null) {
                socket.notOpened(ConnectFailure.of(new InetSocketAddress(at, 0), error));
            }
        });
    }

    private void trace(int socket, String what) {
        trace.accept(String.format(Locale.ROOT, "%9.3f  socket %d  %s", (nowNs() - startNs) / 1e9, socket, what));
    }

    private static Endpoint endpoint(InetSocketAddress address) {
        return new Endpoint(Addresses.print(address.getAddress()), address.getPort());
    }

    private static InetSocketAddress address(Endpoint endpoint) {
        try {
            return new InetSocketAddress(InetAddress.getByName(endpoint.address()), endpoint.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(endpoint + " was an address", e);
        }
    }

    /** Once a socket is open its pipeline is the talk alone. */
    private final class WhenOpen extends ChannelInboundHandlerAdapter {
        private final Socket socket;

        WhenOpen(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.pipeline().replace(this, "stun", talk.handler(socket));
            socket.opened(context.channel());
        }
    }

    private final class Socket implements StunListener {
        private final NatAction.Open purpose;
        private final int number;
        private @Nullable Channel channel;
        private int trials = 1;

        Socket(NatAction.Open purpose) {
            this.purpose = purpose;
            this.number = purpose.socket();
        }

        void opened(Channel open) {
            channel = open;
            InetSocketAddress local = (InetSocketAddress) open.localAddress();
            if (localAddress == null) {
                localAddress = local.getAddress();
            }
            trace(number, "open at " + Addresses.print(local));
            // A server can't know this host's name of a link, which a link-local address ends in.
            Endpoint seen = endpoint(local);
            Endpoint plain = new Endpoint(seen.address().replaceFirst("%.*", ""), seen.port());
            tell(discovery -> discovery.onOpened(number, plain, nowNs()));
        }

        void notOpened(ConnectFailure failure) {
            trace(number, failure.message());
            // A port that was free when it was looked at: another program was quicker.
            if (failure.kind() == ConnectFailure.Kind.NO_PORTS && trials < MOST_TRIALS) {
                trials++;
                open(this);
                return;
            }
            tell(discovery ->
                    discovery.onFailed(number, new Problem(failure.kind().code(), failure.message()), nowNs()));
        }

        @Override
        public void onAnswer(int request, InetSocketAddress from, Answer answer) {
            trace(
                    number,
                    "answer to " + request + " from " + Addresses.print(from) + ": "
                            + Addresses.print(answer.mapped()));
            NatAnswer its = new NatAnswer(
                    endpoint(answer.mapped()),
                    answer.other().map(NatRun::endpoint),
                    answer.software(),
                    answer.isRewritten());
            tell(discovery -> discovery.onAnswer(request, endpoint(from), its, nowNs()));
        }

        @Override
        public void onRefused(int request, int code, String reason) {
            trace(number, "request " + request + " refused: " + code + " " + reason);
            tell(discovery -> discovery.onRefused(request, code, reason, nowNs()));
        }

        @Override
        public void onLooped(int request, InetSocketAddress from) {
            trace(number, "request " + request + " came back from " + Addresses.print(from));
            tell(discovery -> discovery.onLooped(request, endpoint(from), nowNs()));
        }

        @Override
        public void onIcmp(Throwable error) {
            Problem problem = icmp(error);
            trace(number, problem.message());
            tell(discovery -> discovery.onFailed(number, problem, nowNs()));
        }

        private Problem icmp(Throwable error) {
            if (error instanceof PortUnreachableException) {
                return new Problem(
                        ConnectFailure.Kind.REFUSED.code(),
                        "ask " + Addresses.print(server) + ": port unreachable; no STUN server runs there");
            }
            ConnectFailure failure = ConnectFailure.of(server, error);
            return new Problem(failure.kind().code(), failure.message());
        }
    }
}
