package hbprobe.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hbprobe.wire.Frame.Deed;
import hbprobe.wire.Frame.End;
import hbprobe.wire.Frame.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FramesTest {
    private static final int LONGEST = 1_024;

    static Stream<Frame> everyFrame() {
        Stream<Frame> fixed = Stream.of(
                new Frame.Hello(7, Bytes.NONE),
                new Frame.Hello(Long.MAX_VALUE, Bytes.of(new byte[32])),
                new Frame.Echo(1, Bytes.of((byte) 1, (byte) 2)),
                new Frame.Ask(3, 4),
                new Frame.Welcome(5, 6, "[2001:db8::7]:1234", 7),
                new Frame.Challenge(Bytes.of(new byte[16])),
                new Frame.Echoed(8, Bytes.NONE),
                new Frame.Accepted(-9),
                new Frame.Pushed(10, 11, 12),
                new Frame.Beat(13, 14),
                new Frame.Refused(0, Reason.FLOWS, 512, "at most 512 flöws"));
        Stream<Frame> orders = Stream.of(Deed.values()).map(deed -> new Frame.Order(1, deed, 2));
        Stream<Frame> reports =
                Stream.of(End.values()).map(end -> new Frame.Report(1, 2, true, 3, 4, end == End.FIN, end));
        Stream<Frame> refusals = Stream.of(Reason.values()).map(reason -> new Frame.Refused(1, reason, 2, ""));
        return Stream.of(fixed, orders, reports, refusals).flatMap(frames -> frames);
    }

    private static ByteBuf encoded(Frame frame) {
        ByteBuf bytes = Unpooled.buffer();
        Frames.encode(frame, bytes);
        return bytes;
    }

    private static EmbeddedChannel decoder() {
        return new EmbeddedChannel(new FrameDecoder(LONGEST));
    }

    @ParameterizedTest
    @MethodSource("everyFrame")
    void comesBackAsItWasEvenByteByByte(Frame frame) {
        byte[] bytes = ByteBufUtil.getBytes(encoded(frame));
        EmbeddedChannel decoder = decoder();
        for (byte one : bytes) {
            decoder.writeInbound(Unpooled.wrappedBuffer(new byte[] {one}));
        }

        assertThat(decoder.<Frame>readInbound()).isEqualTo(frame);
        assertThat(decoder.<Frame>readInbound()).isNull();
        assertThat(bytes[0]).as("the first byte is no ASCII").isNegative();
    }

    @ParameterizedTest
    @MethodSource("everyFrame")
    void aBodyThatIsTooLongIsRefused(Frame frame) {
        ByteBuf bytes = encoded(frame);
        boolean endsOpen = frame instanceof Frame.Hello
                || frame instanceof Frame.Echo
                || frame instanceof Frame.Echoed
                || frame instanceof Frame.Challenge
                || frame instanceof Frame.Welcome
                || frame instanceof Frame.Refused;
        bytes.writeByte(0).setShort(6, bytes.readableBytes() - Frames.HEADER_BYTES);
        EmbeddedChannel decoder = decoder();

        if (endsOpen) {
            assertThat(decoder.writeInbound(bytes))
                    .as("a byte more is a byte more of its text")
                    .isTrue();
        } else {
            assertThatThrownBy(() -> decoder.writeInbound(bytes)).isInstanceOf(BadFrameException.class);
        }
    }

    @Test
    void twoFramesInOnePacketAreTwo() {
        EmbeddedChannel decoder = decoder();
        decoder.writeInbound(Unpooled.wrappedBuffer(encoded(new Frame.Accepted(1)), encoded(new Frame.Accepted(2))));

        assertThat(decoder.<Frame>readInbound()).isEqualTo(new Frame.Accepted(1));
        assertThat(decoder.<Frame>readInbound()).isEqualTo(new Frame.Accepted(2));
    }

    @Test
    void plainBytesAreShownSafelyInTheError() {
        ByteBuf text = Unpooled.copiedBuffer("220 mail\u0007\r\n", StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> decoder().writeInbound(text))
                .isInstanceOf(BadFrameException.class)
                .hasMessageContaining("220 mail...");
    }

    @Test
    void anotherVersionAndAnUnknownTypeAreNamed() {
        ByteBuf version = encoded(new Frame.Accepted(1)).setByte(4, 9);
        ByteBuf type = encoded(new Frame.Accepted(1)).setByte(5, 0x7f);

        assertThatThrownBy(() -> decoder().writeInbound(version)).hasMessageContaining("version 9");
        assertThatThrownBy(() -> decoder().writeInbound(type)).hasMessageContaining("0x7f");
    }

    @Test
    void aFrameBeyondTheLimitIsRefusedBeforeItIsThere() {
        ByteBuf header = encoded(new Frame.Accepted(1)).slice(0, 8).copy().setShort(6, LONGEST);

        assertThatThrownBy(() -> decoder().writeInbound(header))
                .isInstanceOf(BadFrameException.class)
                .hasMessageContaining(Integer.toString(LONGEST + Frames.HEADER_BYTES))
                .hasMessageContaining(Integer.toString(LONGEST));
    }

    @Test
    void randomBytesNeverMeetAnythingButABadFrame() {
        long seed = 20_261_123;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            ByteBuf input = Unpooled.buffer();
            if (random.nextBoolean()) {
                input.writeInt(Frames.MAGIC).writeByte(Frames.VERSION).writeByte(random.nextInt(256));
                input.writeShort(bytes.length);
            }
            input.writeBytes(bytes);
            EmbeddedChannel decoder = decoder();
            try {
                decoder.writeInbound(input);
            } catch (DecoderException e) {
                assertThat(e).as("round " + round + " of seed " + seed).isInstanceOf(BadFrameException.class);
            }
            decoder.releaseInbound();
        }
    }

    @Test
    void aProofHoldsForItsTokenAndItsChallengeOnly() {
        Bytes challenge = Bytes.of((byte) 1, (byte) 2);
        Bytes proof = Proof.of("open sesame", challenge);

        assertThat(Proof.holds("open sesame", challenge, proof)).isTrue();
        assertThat(Proof.holds("open barley", challenge, proof)).isFalse();
        assertThat(Proof.holds("open sesame", Bytes.of((byte) 1), proof)).isFalse();
        assertThat(Proof.holds("open sesame", challenge, Bytes.NONE)).isFalse();
    }
}
