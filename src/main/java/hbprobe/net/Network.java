package hbprobe.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** Where flows are opened: this host's sockets, or a simulated network. */
public interface Network {
    /** The one event loop of the run. Its ticker is the clock of everything on it. */
    EventLoop loop();

    /** {@code epoll} or {@code nio}. */
    String transport();

    /** What the kernel knows of this network's channels. */
    KernelView kernel();

    /**
     * Opens a TCP connection, from a fresh local port.
     *
     * @param first the handler that its pipeline starts with
     * @param onFailure told, on the event loop, when the connection does not come about
     * @return the channel, possibly still connecting
     */
    Channel connect(
            InetSocketAddress remote, Duration timeout, ChannelHandler first, Consumer<ConnectFailure> onFailure);

    /**
     * Opens a UDP flow: a connected socket, from a local port that no run has used lately. An ICMP error that comes
     * back is an exception in its pipeline.
     *
     * @param first the handler that its pipeline starts with; what arrives is a {@code DatagramPacket}, what is written
     *     may be a {@code ByteBuf}
     * @param onFailure told, on the event loop, when the socket can't be had
     * @return the channel, possibly not open yet
     */
    Channel datagrams(InetSocketAddress remote, ChannelHandler first, Consumer<ConnectFailure> onFailure);
}
