package hbprobe.responder;

import hbprobe.model.Limits;
import hbprobe.model.ResponderEvent;
import hbprobe.net.HostNetwork;
import hbprobe.net.KernelView;
import hbprobe.runtime.Host;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The far end: listens, echoes, obeys orders. Everything happens on one event loop. */
public final class Responder {
    /** How long {@code --once} waits for another flow of the same client: a run of bisection has gaps. */
    private static final long ONCE_GRACE_S = 5;

    private final ResponderSettings settings;
    private final EventLoop loop;
    private final KernelView kernel;
    private final EventLog log;
    private final Flows flows = new Flows();
    private final long instance = Host.unguessable();
    private final DatagramService datagrams;
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    private @Nullable Sockets sockets;
    private @Nullable Future<?> lastOneOut;

    /** A responder that listens nowhere yet: {@link #flowHandler} serves what others accept. */
    Responder(
            ResponderSettings settings,
            EventLoop loop,
            KernelView kernel,
            Consumer<ResponderEvent> events,
            InstantSource wall) {
        this.settings = settings;
        this.loop = loop;
        this.kernel = kernel;
        this.log = new EventLog(events, wall);
        this.datagrams = new DatagramService(this, loop);
    }

    /**
     * Starts to listen.
     *
     * @param events told of everything that happens, on the event loop; must not block
     * @throws IOException when an address can't be listened on; the message names it
     */
    public static Responder start(
            ResponderSettings settings, HostNetwork network, Consumer<ResponderEvent> events, InstantSource wall)
            throws IOException {
        Responder responder = new Responder(settings, network.loop(), network.kernel(), events, wall);
        responder.listen(network);
        settings.maxDuration()
                .ifPresent(limit -> responder.loop.schedule(responder::stop, limit.toNanos(), TimeUnit.NANOSECONDS));
        return responder;
    }

    private void listen(HostNetwork network) throws IOException {
        List<InetSocketAddress> addresses = settings.listen().isEmpty()
                ? List.of(new InetSocketAddress(settings.port())) // the wildcard: IPv6 and IPv4 at once
                : settings.listen().stream()
                        .map(address -> new InetSocketAddress(address, settings.port()))
                        .toList();
        sockets = new Sockets(
                network, flowHandler(), Optional.of(datagramHandler()).filter(handler -> settings.udp()));
        try {
            for (InetSocketAddress address : addresses) {
                sockets.listen(address);
            }
        } catch (IOException e) {
            stop();
            throw e;
        }
        loop.execute(() -> {
            addresses().forEach(log::listening);
            datagramAddresses().forEach(log::listeningForDatagrams);
        });
    }

    /** What serves one connection, whoever accepted it. */
    ChannelHandler flowHandler() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Admission(Responder.this), new Recogniser(Responder.this));
            }
        };
    }

    /** What serves every datagram, whoever received it; may be added to several pipelines. */
    ChannelHandler datagramHandler() {
        return datagrams;
    }

    /** Where it listens for connections. */
    public List<SocketAddress> addresses() {
        return sockets == null ? List.of() : sockets.addresses();
    }

    /** Where it listens for datagrams; at the wildcard one stands for all. */
    public List<SocketAddress> datagramAddresses() {
        return sockets == null ? List.of() : sockets.datagramAddresses();
    }

    /** Done when it has stopped listening. */
    public CompletableFuture<@Nullable Void> stopped() {
        return stopped;
    }

    /** Stops listening; flows that are open end with the event loop. May be called from any thread, more than once. */
    public void stop() {
        loop.execute(() -> {
            if (!stopped.isDone()) {
                if (sockets != null) {
                    sockets.close();
                }
                log.stopped();
                stopped.complete(null);
            }
        });
    }

    /** Every limit in force, as one line for each. */
    public List<String> limits() {
        List<String> limits = new ArrayList<>(List.of(
                "at most " + settings.maxFlows() + " flows, " + settings.maxFlowsPerAddress() + " of one address",
                "orders up to " + hbprobe.model.Durations.print(settings.maxDelay()) + " ahead, beats every "
                        + hbprobe.model.Durations.print(Limits.RESPONDER_SHORTEST_BEAT) + " at most",
                "frames up to " + Limits.MAX_FRAME_BYTES + " bytes, " + Limits.RESPONDER_FRAMES_PER_SECOND
                        + " a second on one flow",
                settings.token().isPresent() ? "a token is demanded" : "no token is demanded",
                settings.tls().isPresent() ? "TLS is spoken beside plain TCP" : "TLS is not spoken"));
        if (settings.udp()) {
            limits.add("over UDP no more bytes out than in, " + Limits.RESPONDER_DATAGRAMS_PER_SECOND
                    + " requests a second of one address, " + Limits.RESPONDER_DATAGRAMS_PER_SECOND_OF_ALL + " of all");
            limits.add("over UDP without a cookie " + Limits.RESPONDER_STRANGERS_PER_SECOND
                    + " answers a second to one address, " + Limits.RESPONDER_STRANGERS_PER_SECOND_OF_ALL
                    + " to all");
        }
        return limits;
    }

    void oneIsGone() {
        if (!settings.once() || flows.held() > 0) {
            return;
        }
        if (lastOneOut != null) {
            lastOneOut.cancel(false);
        }
        lastOneOut = loop.schedule(
                () -> {
                    if (flows.held() == 0) {
                        stop();
                    }
                },
                ONCE_GRACE_S,
                TimeUnit.SECONDS);
    }

    ResponderSettings settings() {
        return settings;
    }

    KernelView kernel() {
        return kernel;
    }

    EventLog log() {
        return log;
    }

    Flows flows() {
        return flows;
    }

    long instance() {
        return instance;
    }

    /** The address a client on this host would use, for tests and the demo. */
    public InetSocketAddress loopback() {
        int port = ((InetSocketAddress) addresses().get(0)).getPort();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
