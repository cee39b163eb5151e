package hbprobe.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** This host's sockets, on one event loop: epoll where there is one, else NIO. */
public final class HostNetwork implements Network, AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;

    /** What hbprobe takes of a datagram: more than it ever sends, and as much as an Ethernet frame holds. */
    private static final int DATAGRAM_BYTES = 1_500;

    /** Read by one call of the kernel. */
    private static final int BATCH = 32;

    /** Holds what comes in while a busy machine does something else; the kernel gives what it allows of it. */
    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

    /** Kept here, or its level would be forgotten with it. What Netty logs is about errors that are told anyway. */
    private static final Logger NETTY = Logger.getLogger("io.netty");

    static {
        NETTY.setLevel(Level.OFF);
    }

    private final boolean epoll;
    private final MultiThreadIoEventLoopGroup group;
    private final KernelView kernel;
    private final Local local;

    /**
     * Where flows start from.
     *
     * @param address local address; absent: the kernel's choice
     * @param device interface; absent: the kernel's choice
     */
    public record Local(Optional<InetAddress> address, Optional<String> device) {
        /** The kernel's choice. */
        public static final Local ANY = new Local(Optional.empty(), Optional.empty());
    }

    private HostNetwork(boolean epoll, Local local) {
        this.epoll = epoll;
        this.group =
                new MultiThreadIoEventLoopGroup(1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.kernel = new HostKernelView(epoll);
        this.local = local;
    }

    /**
     * Opens the network.
     *
     * @param wantedTransport {@code nio} to do without epoll even where there is one
     */
    public static HostNetwork open(Optional<String> wantedTransport, Local local) {
        return new HostNetwork(!wantedTransport.filter("nio"::equals).isPresent() && Epoll.isAvailable(), local);
    }

    /** Lets Netty's own log be heard, for those who look for a defect. */
    public static void hearNetty() {
        NETTY.setLevel(Level.ALL);
    }

    /** Why there is no epoll here; empty where there is. */
    public static Optional<String> lackOfEpoll() {
        return Optional.ofNullable(Epoll.unavailabilityCause()).map(why -> String.valueOf(why.getMessage()));
    }

    /** {@code epoll} or {@code nio}: what {@link #open} would take. */
    public static String availableTransport() {
        return Epoll.isAvailable() ? "epoll" : "nio";
    }

    @Override
    public EventLoop loop() {
        return group.next();
    }

    @Override
    public String transport() {
        return epoll ? "epoll" : "nio";
    }

    @Override
    public KernelView kernel() {
        return kernel;
    }

    /** The class of listening sockets that fits {@link #loop()}. */
    public Class<? extends ServerSocketChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    private Class<? extends SocketChannel> clientChannel() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    @Override
    public Channel connect(
            InetSocketAddress remote, Duration timeout, ChannelHandler first, Consumer<ConnectFailure> onFailure) {
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(clientChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()))
                .option(ChannelOption.TCP_NODELAY, true)
                // The silence must be silent: no keepalive but one that was ordered.
                .option(ChannelOption.SO_KEEPALIVE, false)
                .handler(first);
        bindToDevice(bootstrap);
        ChannelFuture connecting = local.address()
                .map(address -> bootstrap.connect(remote, new InetSocketAddress(address, 0)))
                .orElseGet(() -> bootstrap.connect(remote));
        connecting.addListener(done -> {
            Throwable error = done.cause();
            if (error != null) {
                onFailure.accept(ConnectFailure.of(remote, error));
            }
        });
        return connecting.channel();
    }

    private void bindToDevice(Bootstrap bootstrap) {
        if (epoll && local.device().isPresent()) {
            byte[] name = local.device().get().getBytes(StandardCharsets.US_ASCII);
            bootstrap.option(
                    new RawUnixChannelOption("SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, name.length),
                    ByteBuffer.allocateDirect(name.length).put(name).flip());
        }
    }

    @Override
    public Channel datagrams(InetSocketAddress remote, ChannelHandler first, Consumer<ConnectFailure> onFailure) {
        InetAddress from = local.address().orElseGet(() -> anyAddress(remote.getAddress()));
        ChannelFuture connecting = datagramBootstrap(remote.getAddress(), first)
                .connect(remote, new InetSocketAddress(from, FreshPorts.SHARED.next(from)));
        connecting.addListener(done -> {
            Throwable error = done.cause();
            if (error != null) {
                onFailure.accept(ConnectFailure.of(remote, error));
            }
        });
        return connecting.channel();
    }

    /**
     * Opens a UDP socket that is connected to nobody: it takes what comes from anywhere.
     *
     * @param at address and port of this end; port 0 for any free one
     * @param first the handler that its pipeline starts with; what arrives is a {@code DatagramPacket}
     */
    public ChannelFuture bindDatagrams(InetSocketAddress at, ChannelHandler first) {
        return receiving(at.getAddress(), first).bind(at);
    }

    /** The same, leaving room for others at that port: what comes to the address of one of them comes to that one. */
    public ChannelFuture bindDatagramsBeside(InetSocketAddress at, ChannelHandler first) {
        return receiving(at.getAddress(), first)
                .option(ChannelOption.SO_REUSEADDR, true)
                .bind(at);
    }

    private Bootstrap receiving(InetAddress at, ChannelHandler first) {
        Bootstrap bootstrap = datagramBootstrap(at, first)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM_BYTES));
        if (epoll) {
            bootstrap
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(BATCH * DATAGRAM_BYTES));
        }
        return bootstrap;
    }

    /** The same at a port of that address that no run has used lately. */
    public ChannelFuture bindFreshDatagrams(InetAddress at, ChannelHandler first) {
        return bindDatagrams(new InetSocketAddress(at, FreshPorts.SHARED.next(at)), first);
    }

    private Bootstrap datagramBootstrap(InetAddress address, ChannelHandler first) {
        SocketProtocolFamily family =
                address instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        ChannelFactory<DatagramChannel> sockets =
                () -> epoll ? new EpollDatagramChannel(family) : new NioDatagramChannel(family);
        Bootstrap bootstrap =
                new Bootstrap().group(group).channelFactory(sockets).handler(first);
        bindToDevice(bootstrap);
        return bootstrap;
    }

    private static InetAddress anyAddress(InetAddress ofFamily) {
        try {
            return InetAddress.getByAddress(new byte[ofFamily.getAddress().length]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + ofFamily + "'s length", e);
        }
    }

    /** Ends the event loop and closes what is still open on it. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
}
