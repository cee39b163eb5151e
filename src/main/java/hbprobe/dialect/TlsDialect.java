package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.net.ConnectFailure;
import hbprobe.net.KernelView;
import hbprobe.net.Network;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Another dialect under TLS. */
public final class TlsDialect implements Dialect {
    private final Dialect inner;
    private final Access access;
    private final List<String> protocols;

    /** @param protocols to choose from by ALPN (RFC 7301); none: it isn't used */
    public TlsDialect(Dialect inner, Access access, List<String> protocols) {
        this.inner = inner;
        this.access = access;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public String name() {
        return access.target().scheme().word();
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return inner.abilities(seesSegments);
    }

    @Override
    public boolean obeys() {
        return inner.obeys();
    }

    @Override
    public Channel open(
            Network network,
            InetSocketAddress remote,
            Duration timeout,
            ChannelHandler first,
            Consumer<ConnectFailure> onFailure) {
        return inner.open(new TlsNetwork(network, access, protocols), remote, timeout, first, onFailure);
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return inner.converse(priming, kernel, listener);
    }
}
