package hbprobe.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of an AMQP server's, whole, in pieces, and broken. */
class AmqpDecoderTest {
    private static final String QOS_OK = "\1\0\1\0\0\0\4\0\74\0\13\316";
    private static final String BODY = "\3\0\1\0\0\0\1x\316";
    private static final String HEARTBEAT = "\10\0\0\0\0\0\0\316";

    private final EmbeddedChannel channel = new EmbeddedChannel(new AmqpDecoder());

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void arrives(String latin1) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes(latin1)));
    }

    @Test
    void methodsAndHeartbeatsByteByByte() {
        String three = QOS_OK + HEARTBEAT + BODY + QOS_OK;
        three.chars().forEach(next -> arrives(Character.toString(next)));

        assertThat(channel.inboundMessages()).hasSize(3);
        AmqpMethod method = channel.readInbound();
        assertThat(method.name()).isEqualTo(AmqpMethod.QOS_OK);
        assertThat(channel.<Object>readInbound()).isEqualTo(AmqpMethod.Heartbeat.ARRIVED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AMQP\0\1\0\0", // another version
                "HTTP/1.1 400 Bad Request\r\n",
                "-ERR unknown command\r\n",
                "\0\0\0\0\0\0\0\316",
                "\1\0\1\0\1\0\1", // longer than any
                "\1\0\1\177\377\377\377",
                "\1\0\1\377\377\377\377",
                "\1\0\1\0\0\0\3\0\74\0\316", // shorter than any method
                "\1\0\1\0\0\0\4\0\74\0\13\0" // no end
            })
    void anotherProtocolIsTakenDownOnce(String greeting) {
        arrives(greeting);
        arrives(QOS_OK);

        assertThat(channel.inboundMessages()).singleElement().isInstanceOf(AmqpMethod.Foreign.class);
    }

    @Test
    void anAlertOfTlsIsNamed() {
        arrives("\25\3\3\0\2\2\106");

        AmqpMethod.Foreign foreign = channel.readInbound();
        assertThat(foreign.heard()).contains("TLS");
    }

    @Test
    void whyAServerCloses() {
        AmqpMethod whole = new AmqpMethod(AmqpMethod.CLOSE, bytes("\1\223\4full\0\0\0\0"));

        assertThat(whole.reason()).isEqualTo(new AmqpMethod.Reason(403, "full"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, ''", "1, 0, ''", "2, 403, ''", "3, 403, ''", "5, 403, fu"})
    void whatIsCutOffHasNoMoreWords(int length, int code, String words) {
        byte[] cut = Arrays.copyOf(bytes("\1\223\4full"), length);

        assertThat(new AmqpMethod(AmqpMethod.CLOSE, cut).reason()).isEqualTo(new AmqpMethod.Reason(code, words));
    }

    @Test
    void limitsAreTheServersAndHeartbeatsOurs() {
        AmqpMethod tune = new AmqpMethod(AmqpMethod.TUNE, bytes("\7\377\0\2\0\0\0\74"));

        assertThat(ByteBufUtil.hexDump(AmqpMethod.tuneOk(tune, 40)))
                .isEqualTo("01" + "0000" + "0000000c" + "000a001f" + "07ff" + "00020000" + "0028" + "ce");
    }

    /** No heartbeat falls into the silence, and the server takes nobody for dead in it. */
    @ParameterizedTest
    @CsvSource({"PT0S, 10", "PT4S, 10", "PT4.999S, 10", "PT5S, 12", "PT15M, 1802", "PT9H5M, 65402", "PT9H7M, 0"})
    void heartbeatsComeAfterTheSilence(Duration silence, int seconds) {
        assertThat(AmqpDialect.heartbeatSeconds(silence.toNanos())).isEqualTo(seconds);
    }

    /** RabbitMQ beats twice an interval: never later than asked, at most half a second earlier. */
    @ParameterizedTest
    @CsvSource({"PT1S, 2", "PT1.499S, 2", "PT1.5S, 3", "PT6.999S, 13", "PT7S, 14", "PT10H, 65535"})
    void theFirstHeartbeatIsThePush(Duration after, int seconds) {
        assertThat(AmqpDialect.heartbeatForPush(after.toNanos())).isEqualTo(seconds);
    }
}
