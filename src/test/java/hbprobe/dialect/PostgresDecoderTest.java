package hbprobe.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of a PostgreSQL server's, whole, in pieces, and broken. */
class PostgresDecoderTest {
    private final PostgresDecoder decoder = new PostgresDecoder();
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    private static ByteBuf bytes(String latin1) {
        return Unpooled.copiedBuffer(latin1, StandardCharsets.ISO_8859_1);
    }

    private List<PostgresMessage> decoded() {
        List<PostgresMessage> messages = new ArrayList<>();
        for (PostgresMessage next = channel.readInbound(); next != null; next = channel.readInbound()) {
            messages.add(next);
        }
        return messages;
    }

    @Test
    void twoMessagesByteByByte() {
        String both = "R\0\0\0\10\0\0\0\3" + "Z\0\0\0\5I";
        both.chars().forEach(next -> channel.writeInbound(bytes(Character.toString(next))));

        List<PostgresMessage> messages = decoded();
        assertThat(messages).extracting(PostgresMessage::type).containsExactly('R', 'Z');
        assertThat(messages.get(0).number()).isEqualTo(3);
        assertThat(messages.get(1).body()).containsExactly('I');
    }

    @Test
    void aBodyMayBeEmptyAndAsLongAsTheLongest() {
        channel.writeInbound(bytes("I\0\0\0\4"));
        channel.writeInbound(bytes("N").writeInt(4 + PostgresDecoder.LONGEST_BODY));
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[PostgresDecoder.LONGEST_BODY]));

        assertThat(decoded())
                .extracting(message -> message.body().length)
                .containsExactly(0, PostgresDecoder.LONGEST_BODY);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 3, 4 + PostgresDecoder.LONGEST_BODY + 1, Integer.MAX_VALUE})
    void anImpossibleLengthIsAnotherProtocol(int length) {
        channel.writeInbound(bytes("N").writeInt(length));

        assertThat(decoded()).extracting(PostgresMessage::type).containsExactly(PostgresMessage.FOREIGN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 mail.example ESMTP\r\n", "-ERR unknown command\r\n", "HTTP/1.1 400 Bad Request\r\n"})
    void anotherProtocolIsTakenDownOnce(String greeting) {
        channel.writeInbound(bytes(greeting));
        channel.writeInbound(bytes("Z\0\0\0\5I"));

        assertThat(decoded()).singleElement().satisfies(message -> {
            assertThat(message.type()).isEqualTo(PostgresMessage.FOREIGN);
            assertThat(new String(message.body(), StandardCharsets.ISO_8859_1)).isEqualTo(greeting);
        });
    }

    @Test
    void oneByteAnswersWhetherThereWillBeTls() {
        decoder.awaitTlsAnswer();
        channel.writeInbound(bytes("N"));
        channel.writeInbound(bytes("N\0\0\0\4"));

        assertThat(decoded()).extracting(PostgresMessage::type).containsExactly(PostgresMessage.TLS_ANSWER, 'N');
    }

    @Test
    void nothingMayFollowThatAnswerInClear() {
        decoder.awaitTlsAnswer();

        assertThatThrownBy(() -> channel.writeInbound(bytes("SR\0\0\0\10\0\0\0\0")))
                .isInstanceOf(CodecException.class);
    }

    @Test
    void anErrorInPlaceOfThatAnswerIsRead() {
        decoder.awaitTlsAnswer();
        channel.writeInbound(bytes("E\0\0\0\22SFATAL\0Mfull\0\0"));

        assertThat(decoded().get(0).parts()).isEqualTo(Map.of('S', "FATAL", 'M', "full"));
    }

    @Test
    void columnsOfARow() {
        PostgresMessage row =
                new PostgresMessage('D', bytes("\0\2\0\0\0\1t\377\377\377\377").array());

        assertThat(row.columns()).containsExactly("t", "");
    }

    @Test
    void mechanismsOfALogin() {
        byte[] body = "\0\0\0\12SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(new PostgresMessage('R', body).textsAfterNumber())
                .containsExactly("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256");
    }

    /** Whatever is cut off is an error of the protocol, never one of this program. */
    @Test
    void bodiesThatAreTooShort() {
        byte[] row = "\0\2\0\0\0\1t\0\0\0\2xy".getBytes(StandardCharsets.ISO_8859_1);
        byte[] error = "SFATAL\0Mfull\0\0".getBytes(StandardCharsets.ISO_8859_1);
        for (int length = 0; length < row.length; length++) {
            PostgresMessage cut = new PostgresMessage('D', Arrays.copyOf(row, length));
            assertThatThrownBy(cut::columns).isInstanceOf(CorruptedFrameException.class);
        }
        for (int length = 0; length < error.length; length++) {
            PostgresMessage cut = new PostgresMessage('E', Arrays.copyOf(error, length));
            assertThatThrownBy(cut::parts).isInstanceOf(CorruptedFrameException.class);
        }
        assertThatThrownBy(() -> new PostgresMessage('R', new byte[3]).number())
                .isInstanceOf(CorruptedFrameException.class);
        assertThatThrownBy(() -> new PostgresMessage('R', new byte[3]).afterNumber())
                .isInstanceOf(CorruptedFrameException.class);
        assertThatThrownBy(() ->
                        new PostgresMessage('R', new byte[5]).textsAfterNumber().get(0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
