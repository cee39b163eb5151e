package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.Limits;
import hbprobe.model.MeasureSettings;
import hbprobe.net.ConnectFailure;
import hbprobe.net.KernelView;
import hbprobe.net.Network;
import hbprobe.wire.Bytes;
import hbprobe.wire.Datagram.Credential;
import hbprobe.wire.Datagram.Welcome;
import hbprobe.wire.Proof;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** hbprobe's own protocol over UDP: what {@code hbprobe respond} speaks there. */
public final class HbUdpDialect implements Dialect {
    private final Acquaintance far;

    /** @param token that the responder may demand */
    public HbUdpDialect(Optional<String> token) {
        this.far = new Acquaintance(token);
    }

    @Override
    public String name() {
        return "hb+udp";
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return new Abilities(
                Abilities.UDP_SERVER_FIRST,
                true,
                MeasureSettings.defaults().maxFlows(),
                false,
                Limits.SHORTEST_IDLE,
                Abilities.ONE_RETRANSMISSION,
                Duration.ZERO, // a push has several copies, and the last one's time counts
                List.of());
    }

    @Override
    public Channel open(
            Network network,
            InetSocketAddress remote,
            Duration timeout,
            ChannelHandler first,
            Consumer<ConnectFailure> onFailure) {
        return network.datagrams(remote, first, onFailure);
    }

    @Override
    public boolean obeys() {
        return true;
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new HbUdpTalk(far, priming, listener);
    }

    /**
     * What all flows of a run know of the far end. A cookie is good for an address, whatever its port: a flow that must
     * hear nothing before its push uses one that another flow was given. Used on the event loop only.
     */
    static final class Acquaintance {
        /** More than there are in the second that anybody asks about. */
        private static final int REMEMBERED = 1_000;

        private final Optional<String> token;
        private @Nullable Welcome welcome;
        private long welcomedNs;
        private long rttNs;
        private final Deque<Exchange> exchanges = new ArrayDeque<>();

        private record Exchange(long sentNs, long tookNs) {}

        Acquaintance(Optional<String> token) {
            this.token = token;
        }

        void learn(Welcome given, long nowNs) {
            welcome = given;
            welcomedNs = nowNs;
        }

        /** The first exchanges of a run wait for programs that are still being loaded: the shortest is the path's. */
        void took(long sentNs, long exchangeNs) {
            rttNs = rttNs == 0 ? exchangeNs : Math.min(rttNs, exchangeNs);
            exchanges.addLast(new Exchange(sentNs, exchangeNs));
            while (exchanges.size() > REMEMBERED) {
                exchanges.removeFirst();
            }
        }

        /** How long exchanges took that were begun since then, at most: so late may a busy far end have read. */
        long slowestSinceNs(long sinceNs) {
            return exchanges.stream()
                    .filter(one -> one.sentNs - sinceNs >= 0)
                    .mapToLong(Exchange::tookNs)
                    .max()
                    .orElse(rttNs);
        }

        /** Empty: it has to be asked for. */
        Optional<Welcome> fresh(long nowNs) {
            return Optional.ofNullable(welcome).filter(given -> nowNs - welcomedNs < given.cookieForNs() / 2);
        }

        /** The cookie was refused: it is no longer good, or never was for this address. */
        void forget() {
            welcome = null;
        }

        /** The newest there is; good for nothing if there is none. */
        Credential credential() {
            Welcome given = welcome;
            return given == null
                    ? Credential.NONE
                    : new Credential(
                            given.cookie(),
                            given.proofDemanded() && token.isPresent()
                                    ? Proof.of(token.get(), given.cookie())
                                    : Bytes.NONE);
        }

        boolean lacksToken() {
            return welcome != null && welcome.proofDemanded() && token.isEmpty();
        }

        /** Of the shortest exchange; 0 before the first. */
        long rttNs() {
            return rttNs;
        }
    }
}
