package hbprobe.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.FarDeed;
import hbprobe.wire.Bytes;
import hbprobe.wire.Datagram;
import hbprobe.wire.Datagram.Accepted;
import hbprobe.wire.Datagram.Echo;
import hbprobe.wire.Datagram.Echoed;
import hbprobe.wire.Datagram.Hello;
import hbprobe.wire.Datagram.Order;
import hbprobe.wire.Datagram.Welcome;
import hbprobe.wire.Datagrams;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HbUdpTalkTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress("198.51.100.2", 7_400);
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.2", 40_000);
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final FlowListener deaf = (FlowListener) Proxy.newProxyInstance(
            FlowListener.class.getClassLoader(), new Class<?>[] {FlowListener.class}, (proxy, method, args) -> null);

    private static List<Datagram> said(EmbeddedChannel channel) {
        List<Datagram> said = new ArrayList<>();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            said.add(Datagrams.decode(bytes));
        }
        return said;
    }

    private static void hear(EmbeddedChannel channel, Datagram datagram) {
        ByteBuf bytes = Unpooled.buffer();
        Datagrams.encode(datagram, bytes);
        channel.writeInbound(new DatagramPacket(bytes, CLIENT, SERVER));
    }

    private void pass(EmbeddedChannel channel, long seconds) {
        for (long i = 0; i < 10 * seconds; i++) {
            ticker.advance(SECOND_NS / 10, TimeUnit.NANOSECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    /** Sent again it would begin anew: a hang would never end, and beats further apart would never come. */
    @ParameterizedTest
    @EnumSource(
            value = FarDeed.class,
            names = {"MUTE", "BEAT"})
    void anOrderThatIsAcceptedIsNotSentAgain(FarDeed deed) {
        Conversation talk = new HbUdpDialect(Optional.empty())
                .converse(new Dialect.Priming(Optional.empty(), OptionalLong.empty(), 0, false), null, deaf);
        EmbeddedChannel channel = EmbeddedChannel.builder()
                .ticker(ticker)
                .handlers(talk.handler())
                .build();
        Hello hello = (Hello) said(channel).get(0);
        hear(channel, new Welcome(hello.nonce(), Bytes.of(new byte[16]), 240 * SECOND_NS, 1, 0, false, "192.0.2.2:1"));
        said(channel).forEach(said -> hear(channel, new Echoed(((Echo) said).nonce(), "192.0.2.2:1")));

        talk.order(deed, 5 * SECOND_NS);
        pass(channel, 1);
        List<Datagram> unanswered = said(channel);
        assertThat(unanswered).hasSizeGreaterThan(1).hasOnlyElementsOfType(Order.class);
        hear(channel, new Accepted(((Order) unanswered.get(0)).nonce()));
        pass(channel, 60);

        assertThat(said(channel)).isEmpty();
    }
}
