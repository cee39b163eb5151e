package hbprobe.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.IdleTest;
import hbprobe.model.Scheme;
import hbprobe.model.TargetSpec;
import hbprobe.net.TlsSetup;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An idle flow of {@code redis://} whose server was told to speak after seven seconds: how long was it silent? */
class RedisDialectTest {
    private final Told listener = new Told();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    private static TlsSetup none() {
        throw new AssertionError("no TLS here");
    }

    /** Ordered with a ping whose answer was read 20 ms later: late, by the kernel's round trip. */
    private void fallSilent() {
        TargetSpec target = new TargetSpec("redis://server", Scheme.server("redis", "redis", 6_379), "server", 6_379);
        Access access =
                new Access(target, Optional.empty(), Optional.empty(), RedisDialectTest::none, RedisDialectTest::none);
        Conversation talk = new RedisDialect(access)
                .converse(
                        new Dialect.Priming(
                                Optional.of(IdleTest.TCP_1), OptionalLong.of(7_000_000_000L), 7_000_000_000L, false),
                        new SetKernel(listener.told),
                        listener);
        channel.freezeTime();
        channel.pipeline().addLast(talk.handler());
        channel.pipeline().fireChannelActive();
        hear(":11\r\n+PONG\r\n");
        assertThat(written()).contains("PING").contains("BLPOP").contains("7.000");
        channel.advanceTimeBy(20, TimeUnit.MILLISECONDS);
        hear("+PONG\r\n");
        assertThat(listener.told).last().isEqualTo("primed in 300000 ns");
    }

    private void hear(String words) {
        channel.writeInbound(Unpooled.copiedBuffer(words, StandardCharsets.US_ASCII));
    }

    private String written() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.append(next.toString(StandardCharsets.US_ASCII));
            next.release();
        }
        return all.toString();
    }

    @Test
    void theOrderLeftBeforeTheSilenceBegan() {
        fallSilent();
        assertThat(listener.silence.shorterNs()).isEqualTo(20_000_000);
    }

    @Test
    void aPushThatIsReadLateMakesNoSilenceLonger() {
        fallSilent();
        channel.advanceTimeBy(7_300, TimeUnit.MILLISECONDS);
        hear("*-1\r\n");
        assertThat(listener.told).last().isEqualTo("pushed after 6999000000 ns");
    }

    @Test
    void aPushThatComesEarlyWasASilenceUntilThen() {
        fallSilent();
        channel.advanceTimeBy(6_980, TimeUnit.MILLISECONDS);
        hear("*-1\r\n");
        assertThat(listener.told).last().isEqualTo("pushed after 6980000000 ns");
    }
}
