package hbprobe.dialect;

import hbprobe.net.ConnectFailure;
import hbprobe.net.KernelView;
import hbprobe.net.Network;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Another network, whose TCP connections are under TLS from the first byte on. */
final class TlsNetwork implements Network {
    private final Network inner;
    private final Access access;
    private final List<String> protocols;

    /** @param protocols to choose from by ALPN (RFC 7301); none: it isn't used */
    TlsNetwork(Network inner, Access access, List<String> protocols) {
        this.inner = inner;
        this.access = access;
        this.protocols = protocols;
    }

    @Override
    public EventLoop loop() {
        return inner.loop();
    }

    @Override
    public String transport() {
        return inner.transport();
    }

    @Override
    public KernelView kernel() {
        return inner.kernel();
    }

    @Override
    public Channel connect(
            InetSocketAddress remote, Duration timeout, ChannelHandler first, Consumer<ConnectFailure> onFailure) {
        ChannelInitializer<Channel> underTls = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                TlsGate.install(
                        channel.pipeline(),
                        access.tls(),
                        access.target().host(),
                        access.target().port(),
                        protocols);
                channel.pipeline().addLast(first);
            }
        };
        return inner.connect(remote, timeout, underTls, onFailure);
    }

    @Override
    public Channel datagrams(InetSocketAddress remote, ChannelHandler first, Consumer<ConnectFailure> onFailure) {
        return inner.datagrams(remote, first, onFailure);
    }
}
