package hbprobe.responder;

import hbprobe.net.Addresses;
import hbprobe.net.HostNetwork;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a responder listens on: for each address a TCP socket, and UDP ones at the same port. */
final class Sockets {
    private static final int BACKLOG = 4_096;

    /** A port that TCP picked may be taken for UDP; so many in a row never are. */
    private static final int ATTEMPTS = 16;

    private final HostNetwork network;
    private final ServerBootstrap tcp;
    private final Optional<? extends ChannelHandler> udp;
    private final List<Channel> connections = new ArrayList<>();
    private final List<Channel> datagrams = new ArrayList<>();
    private final List<Channel> besides = new ArrayList<>();

    /**
     * Listens nowhere yet.
     *
     * @param tcp serves each connection
     * @param udp serves all datagrams; absent: none are wanted
     */
    Sockets(HostNetwork network, ChannelHandler tcp, Optional<? extends ChannelHandler> udp) {
        this.network = network;
        this.udp = udp;
        this.tcp = new ServerBootstrap()
                .group(network.loop())
                .channel(network.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                // Never refresh a path that is being tested.
                .childOption(ChannelOption.SO_KEEPALIVE, false)
                .childHandler(tcp);
    }

    /** @throws IOException when it can't be listened there; the message names the address */
    void listen(InetSocketAddress address) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Channel connection = bound(tcp.bind(address), address);
            InetSocketAddress same = (InetSocketAddress) connection.localAddress();
            try {
                if (udp.isPresent()) {
                    listenForDatagrams(same, udp.get());
                }
                connections.add(connection);
                return;
            } catch (IOException e) {
                connection.close().awaitUninterruptibly();
                if (address.getPort() != 0 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static Channel bound(ChannelFuture binding, InetSocketAddress address) throws IOException {
        Throwable error = binding.awaitUninterruptibly().cause();
        if (error != null) {
            throw new IOException("listen on " + Addresses.print(address) + ": " + reason(error), error);
        }
        return binding.channel();
    }

    private static String reason(Throwable error) {
        String text = String.valueOf(error.getMessage());
        return text.contains("Address already in use")
                ? "another program listens there; choose another port with --port"
                : text;
    }

    private void listenForDatagrams(InetSocketAddress address, ChannelHandler handler) throws IOException {
        if (!address.getAddress().isAnyLocalAddress()) {
            datagrams.add(bound(network.bindDatagrams(address, handler), address));
            return;
        }
        datagrams.add(bound(network.bindDatagramsBeside(address, handler), address));
        // A datagram is answered by the socket that it came to, and so from the address that it was sent to. What is
        // sent to an address that wasn't there at the start comes to the socket above: there the kernel chooses one.
        for (InetSocketAddress own : Addresses.ofThisHost(address.getPort())) {
            ChannelFuture binding = network.bindDatagramsBeside(own, handler).awaitUninterruptibly();
            if (binding.isSuccess()) {
                besides.add(binding.channel());
            }
        }
    }

    /** Where it listens for connections. */
    List<SocketAddress> addresses() {
        return connections.stream().map(Channel::localAddress).toList();
    }

    /** Where it listens for datagrams. */
    List<SocketAddress> datagramAddresses() {
        return datagrams.stream().map(Channel::localAddress).toList();
    }

    void close() {
        List.of(connections, datagrams, besides).forEach(sockets -> sockets.forEach(Channel::close));
    }
}
