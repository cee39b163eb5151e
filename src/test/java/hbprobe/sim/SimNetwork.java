package hbprobe.sim;

import hbprobe.net.ConnectFailure;
import hbprobe.net.KernelView;
import hbprobe.net.Network;
import hbprobe.sim.Segment.Kind;
import hbprobe.sim.SimFlow.Crossing;
import hbprobe.sim.SimFlow.Side;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two hosts, the path between them and the boxes on it, in virtual time: everything happens in the calling thread, in
 * the order of its time.
 */
final class SimNetwork implements Network {
    static final InetSocketAddress SERVER = new InetSocketAddress("198.51.100.2", 7400);

    private static final String CLIENT = "192.0.2.2";
    private static final String NAT = "198.51.100.1";
    private static final int FIRST_PORT = 30_000;
    private static final int MOST_STEPS = 2_000_000;

    private final SimTime time;
    private final Random random;
    private final PathSettings path;
    private final List<SimBox> boxes;
    private final SimLoop clientLoop;
    private final SimLoop serverLoop;
    private final SimKernel kernel = new SimKernel();
    private final Supplier<ChannelHandler> server;
    private final Set<SimChannel> serverChannels = new HashSet<>();
    private final Map<Integer, SimDatagramChannel> sockets = new HashMap<>();
    private final @Nullable SimNat nat;
    private @Nullable SimDatagramChannel serverSocket;
    private long serverLateNs;
    private long serverHeldUntilNs = SimTime.NEVER;
    private int flows;
    private int open;
    private int mostOpen;
    private boolean down;
    private boolean serverGone;

    /**
     * A network.
     *
     * @param boxes each flow meets one of them
     * @param server makes the first handler of each connection at the far end
     */
    SimNetwork(SimTime time, Random random, PathSettings path, List<BoxSettings> boxes, FarEnd server) {
        this.time = time;
        this.random = random;
        this.path = path;
        this.boxes = boxes.stream()
                .map(settings -> new SimBox(time, settings, this::forge))
                .toList();
        this.clientLoop = new SimLoop(time.ticker());
        this.serverLoop = new SimLoop(time.ticker());
        this.server = server.on(serverLoop, kernel);
        this.nat = null;
    }

    /**
     * A network for UDP.
     *
     * @param server makes the handler of the far end's socket, and another one after each restart
     */
    SimNetwork(SimTime time, Random random, PathSettings path, NatSettings nat, FarEnd server) {
        this.time = time;
        this.random = random;
        this.path = path;
        this.boxes = List.of();
        this.clientLoop = new SimLoop(time.ticker());
        this.serverLoop = new SimLoop(time.ticker());
        this.server = server.on(serverLoop, kernel);
        this.nat = new SimNat(time, random, nat);
        startServer();
    }

    /** Makes a far end for a loop and a kernel. */
    interface FarEnd {
        Supplier<ChannelHandler> on(EventLoop loop, KernelView kernel);
    }

    // ---- what happens to it --------------------------------------------------------------------------------------

    void down(boolean isDown) {
        down = isDown;
    }

    void flush() {
        boxes.forEach(SimBox::flush);
        if (nat != null) {
            nat.flush();
        }
    }

    /** The far end's program dies: its kernel closes what it had open, and refuses what comes. */
    void killServer() {
        serverGone = true;
        List.copyOf(serverChannels).forEach(channel -> channel.unsafe().close(channel.voidPromise()));
        if (serverSocket != null) {
            serverSocket.unsafe().close(serverSocket.voidPromise());
            serverSocket = null;
        }
    }

    /** The far end's program begins anew, knowing nothing, where it listens over UDP. */
    void startServer() {
        SimDatagramChannel socket = new SimDatagramChannel(SERVER, null, this::sendToClient, () -> {});
        socket.pipeline().addLast(server.get());
        onServer().register(socket);
        serverSocket = socket;
    }

    /** How late the far end's timers fire. */
    void serverTimersLate(long ns) {
        serverLateNs = ns;
    }

    int mostOpen() {
        return mostOpen;
    }

    int openNow() {
        return open;
    }

    // ---- the client ----------------------------------------------------------------------------------------------

    @Override
    public EventLoop loop() {
        return clientLoop;
    }

    private EventLoop onServer() {
        return serverLoop;
    }

    @Override
    public String transport() {
        return "epoll";
    }

    @Override
    public KernelView kernel() {
        return kernel;
    }

    @Override
    public Channel connect(
            InetSocketAddress remote, Duration timeout, ChannelHandler first, Consumer<ConnectFailure> onFailure) {
        SimFlow flow = new SimFlow(FIRST_PORT + flows++, time, this::cross);
        flow.box = boxes.get(random.nextInt(boxes.size()));
        mostOpen = Math.max(mostOpen, ++open);
        SimChannel channel =
                new SimChannel(flow.client, new InetSocketAddress(CLIENT, flow.port), remote, () -> open--);
        channel.pipeline().addLast(first);
        loop().register(channel);
        channel.connect(remote).addListener(done -> {
            Throwable why = done.cause();
            if (why != null) {
                onFailure.accept(ConnectFailure.of(remote, why));
            }
        });
        clientLoop.schedule(channel::giveUpConnecting, timeout.toNanos(), TimeUnit.NANOSECONDS);
        return channel;
    }

    @Override
    public Channel datagrams(InetSocketAddress remote, ChannelHandler first, Consumer<ConnectFailure> onFailure) {
        int port = FIRST_PORT + flows++;
        mostOpen = Math.max(mostOpen, ++open);
        SimDatagramChannel channel = new SimDatagramChannel(
                new InetSocketAddress(CLIENT, port), remote, (data, to) -> sendToServer(port, data), () -> {
                    open--;
                    sockets.remove(port);
                });
        sockets.put(port, channel);
        channel.pipeline().addLast(first);
        loop().register(channel);
        clientLoop.execute(() -> channel.connect(remote)); // never within the call: the caller has no channel yet
        return channel;
    }

    // ---- datagrams -----------------------------------------------------------------------------------------------

    private void sendToServer(int port, byte[] data) {
        time.after(halfWayNs(), () -> {
            if (isLost(Side.CLIENT)) {
                return;
            }
            InetSocketAddress from = new InetSocketAddress(NAT, nat.outbound(port));
            time.after(halfWayNs(), () -> {
                if (!isLost(Side.CLIENT) && serverSocket != null) {
                    serverSocket.receive(data, from);
                }
            });
        });
    }

    private void sendToClient(byte[] data, InetSocketAddress to) {
        time.after(halfWayNs(), () -> {
            if (isLost(Side.SERVER)) {
                return;
            }
            nat.inbound(to.getPort())
                    .ifPresent(port -> time.after(halfWayNs(), () -> {
                        if (!isLost(Side.SERVER) && sockets.containsKey(port)) {
                            sockets.get(port).receive(data, SERVER);
                        }
                    }));
        });
    }

    // ---- the path ------------------------------------------------------------------------------------------------

    private void cross(Crossing crossing) {
        time.after(halfWayNs(), () -> {
            if (!isLost(crossing.from()) && crossing.flow().box.passes(crossing)) {
                deliver(crossing.flow(), crossing.from().other(), crossing.segment());
            }
        });
    }

    private void deliver(SimFlow flow, Side to, Segment segment) {
        time.after(halfWayNs(), () -> {
            if (isLost(to.other())) {
                return;
            }
            if (to == Side.SERVER && segment.is(Kind.SYN) && !accept(flow)) {
                flow.server.refuse(segment);
                return;
            }
            flow.end(to).receive(segment);
        });
    }

    /** A segment of the box's own; a rejected one is answered with RST. */
    private void forge(Crossing cause, Side to) {
        boolean answers = cause.from() == to;
        Segment segment = answers ? cause.flow().end(to).forged(Kind.RESET) : cause.segment();
        deliver(cause.flow(), to, segment);
    }

    private long halfWayNs() {
        return path.rttNs() / 4 + (path.jitterNs() == 0 ? 0 : random.nextLong(path.jitterNs()));
    }

    /** Each crossing has two halves. */
    private boolean isLost(Side from) {
        double loss = (from == Side.CLIENT ? path.lossToServer() : path.lossToClient()) / 2;
        return down || (loss > 0 && random.nextDouble() < loss);
    }

    // ---- the far end ---------------------------------------------------------------------------------------------

    /** Whether somebody listens there, and has this connection or takes it. */
    private boolean accept(SimFlow flow) {
        if (serverGone) {
            return false;
        }
        if (flow.accepted) {
            return true;
        }
        flow.accepted = true;
        SimChannel[] made = new SimChannel[1];
        SimChannel channel = new SimChannel(
                flow.server, SERVER, new InetSocketAddress(NAT, flow.port), () -> serverChannels.remove(made[0]));
        made[0] = channel;
        serverChannels.add(channel);
        channel.pipeline().addLast(server.get());
        channel.registerWhenEstablished(serverLoop);
        return true;
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    /** Lets time pass until something holds. */
    void runUntil(BooleanSupplier holds) {
        for (int step = 0; !holds.getAsBoolean(); step++) {
            if (step > MOST_STEPS) {
                throw new AssertionError("no end in sight after " + time.nowNs() / 1e9 + " s");
            }
            clientLoop.runNow();
            runServer();
            if (holds.getAsBoolean()) {
                return;
            }
            long untilNs = Math.min(Math.min(time.untilNextNs(), clientLoop.untilNextNs()), untilServerNs());
            if (untilNs == Long.MAX_VALUE) {
                throw new AssertionError("nothing will ever happen again, at " + time.nowNs() / 1e9 + " s");
            }
            time.advance(untilNs);
            time.runDue();
        }
    }

    /** A slow far end hears its timers late. */
    private void runServer() {
        if (serverLoop.untilNextNs() > 0 || serverLateNs == 0) {
            serverHeldUntilNs = SimTime.NEVER; // what was due has been cancelled meanwhile
            serverLoop.runNow();
        } else if (serverHeldUntilNs == SimTime.NEVER) {
            serverHeldUntilNs = time.nowNs() + serverLateNs;
        } else if (time.nowNs() >= serverHeldUntilNs) {
            serverHeldUntilNs = SimTime.NEVER;
            serverLoop.runNow();
        }
    }

    private long untilServerNs() {
        return serverHeldUntilNs == SimTime.NEVER
                ? serverLoop.untilNextNs()
                : Math.max(0, serverHeldUntilNs - time.nowNs());
    }
}
