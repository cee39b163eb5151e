package hbprobe.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.IdleTest;
import hbprobe.model.Scheme;
import hbprobe.model.TargetSpec;
import hbprobe.net.TlsSetup;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** An idle flow of {@code grpc://}, with a server's frames (RFC 9113, 4.1) as they come over the wire. */
class H2DialectTest {
    private static final String SETTINGS = "000000 04 00 00000000";
    private static final String SETTINGS_ACK = "000000 04 01 00000000";

    private final Told listener = new Told();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    private static TlsSetup none() {
        throw new AssertionError("no TLS here");
    }

    private Conversation talk() {
        TargetSpec target = new TargetSpec("grpc://server", Scheme.server("grpc", "grpc", 50_051), "server", 50_051);
        Access access =
                new Access(target, Optional.empty(), Optional.empty(), H2DialectTest::none, H2DialectTest::none);
        Conversation talk = new H2Dialect(access)
                .converse(
                        new Dialect.Priming(Optional.of(IdleTest.TCP_1), OptionalLong.empty(), 0, false),
                        new SetKernel(listener.told),
                        listener);
        channel.freezeTime();
        channel.pipeline().addLast(talk.handler());
        channel.pipeline().fireChannelActive();
        return talk;
    }

    private void hear(String hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", ""))));
    }

    /** What was written since the last look, in hexadecimal. */
    private String written() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.append(ByteBufUtil.hexDump(next));
            next.release();
        }
        return all.toString();
    }

    @Test
    void aPingPrimesAndAPingAsks() {
        Conversation talk = talk();
        hear(SETTINGS + SETTINGS_ACK);
        assertThat(written()).endsWith("0000080600000000000000000000000001");
        assertThat(listener.told).isEmpty();
        hear("000008 06 01 00000000 0000000000000001");
        assertThat(listener.told).containsExactly("quick ACK", "primed in 0 ns");
        assertThat(written()).isEmpty();
        talk.speak();
        assertThat(written()).isEqualTo("0000080600000000000000000000000002");
        hear("000008 06 01 00000000 0000000000000002");
        assertThat(listener.told).last().isEqualTo("answered");
    }

    @Test
    void aServerThatTakesPingsForAbuseIsObeyed() {
        Conversation talk = talk();
        hear(SETTINGS + SETTINGS_ACK);
        hear("000008 06 01 00000000 0000000000000001");
        talk.speak();
        // ENHANCE_YOUR_CALM, and gRPC's words for it: too_many_pings.
        hear("000016 07 00 00000000 00000000 0000000b 746f6f5f6d616e795f70696e6773");
        assertThat(listener.told).last().isEqualTo("failed: enhance-your-calm");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anotherFarewellIsToldAsSuch() {
        talk();
        hear(SETTINGS + SETTINGS_ACK);
        hear("000008 06 01 00000000 0000000000000001");
        hear("000008 07 00 00000000 00000000 00000000");
        assertThat(listener.told).last().isEqualTo("heard: GOAWAY NO_ERROR");
        assertThat(channel.isOpen()).isTrue();
    }
}
