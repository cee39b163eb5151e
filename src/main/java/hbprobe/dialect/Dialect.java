package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.IdleTest;
import hbprobe.net.ConnectFailure;
import hbprobe.net.KernelView;
import hbprobe.net.Network;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A protocol that flows can speak. */
public interface Dialect {
    /** The scheme of its targets. */
    String name();

    /**
     * Opens a flow.
     *
     * @param timeout of a TCP handshake
     * @param first the handler that its pipeline starts with, from {@link Conversation#handler}
     * @param onFailure told, on the event loop, when it does not come about
     */
    default Channel open(
            Network network,
            InetSocketAddress remote,
            Duration timeout,
            ChannelHandler first,
            Consumer<ConnectFailure> onFailure) {
        return network.connect(remote, timeout, first, onFailure);
    }

    /**
     * What can be done with it on this host.
     *
     * @param seesSegments whether the kernel tells what crosses a connection ({@link KernelView#seesSegments})
     */
    Abilities abilities(boolean seesSegments);

    /** Whether its flows are put under TLS by words of the protocol's own, whatever the scheme says. */
    default boolean startsTls() {
        return false;
    }

    /** Whether its far end hangs, beats and closes when told to: only a responder does. */
    default boolean obeys() {
        return false;
    }

    /**
     * What a new flow is primed for.
     *
     * @param test what it carries before its silence; only over UDP that makes a difference. Empty: it is never idle
     * @param pushAfterNs the far end is to speak after this long; empty: this end will
     * @param longestSilenceNs that the flow may have; the far end must not take it for dead before
     * @param insists over UDP, whether what {@link Conversation#speak} wrote is sent again until it is answered
     */
    record Priming(Optional<IdleTest> test, OptionalLong pushAfterNs, long longestSilenceNs, boolean insists) {}

    /** One flow's conversation, not yet connected. */
    Conversation converse(Priming priming, KernelView kernel, FlowListener listener);
}
