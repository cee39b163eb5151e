package hbprobe.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.wire.Bytes;
import hbprobe.wire.Frame;
import hbprobe.wire.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an introduction takes a far end for, in virtual time. */
class IntroductionTest {
    private final List<Recognition> known = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    private void connect() {
        channel.freezeTime();
        channel.pipeline().addLast(new Introduction(known::add));
        channel.pipeline().fireChannelActive();
    }

    private void pass(long ms) {
        channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void hear(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    private static ByteBuf frame(Frame frame) {
        ByteBuf bytes = Unpooled.buffer();
        Frames.encode(frame, bytes);
        return bytes;
    }

    private ByteBuf hello() {
        pass(1_000);
        ByteBuf hello = channel.readOutbound();
        assertThat(hello).as("the hello").isNotNull();
        return hello;
    }

    @Test
    void aServerThatGreetsIsForeignAndNeverGetsAHello() {
        connect();
        pass(700);
        hear("220 mail.example ESMTP\r\n250 more");
        pass(100);

        assertThat(known).containsExactly(new Recognition.Foreign("220 mail.example ESMTP"));
        pass(10_000);
        assertThat(channel.<Object>readOutbound()).isNull();
        assertThat(channel.isOpen()).isFalse();
    }

    /** Its first frame (RFC 9113, 3.4) is no text. */
    @Test
    void aServerOfHttp2IsNamed() {
        connect();
        hear("\0\0\6\4\0\0\0\0\0\0\3\0\0\0\144");
        pass(1_000);
        assertThat(known).containsExactly(new Recognition.Foreign("settings of HTTP/2"));
    }

    @Test
    void aServerOfTlsIsNamed() {
        connect();
        hear("\25\3\3\0\2\2\106");
        pass(1_000);
        assertThat(known)
                .containsExactly(
                        new Recognition.Foreign("an alert of TLS, which it seems to expect from the first byte on"));
    }

    @Test
    void theHelloWaitsForAGreeting() {
        connect();
        pass(999);
        assertThat(channel.<Object>readOutbound()).isNull();
        assertThat(hello().readableBytes()).isPositive();
    }

    @Test
    void whoAnswersTheHelloIsAResponder() {
        connect();
        hello();
        ByteBuf welcome = frame(new Frame.Welcome(1, 2, "192.0.2.1:5", 3));
        channel.writeInbound(welcome.readRetainedSlice(5));
        assertThat(known).isEmpty();
        channel.writeInbound(welcome);

        assertThat(known).containsExactly(new Recognition.Responder());
    }

    @Test
    void whoDemandsATokenIsAResponder() {
        connect();
        hello();
        channel.writeInbound(frame(new Frame.Challenge(Bytes.of(new byte[16]))));

        assertThat(known).containsExactly(new Recognition.Responder());
    }

    @Test
    void whoSendsTheHelloBackIsAnEchoServer() {
        connect();
        ByteBuf hello = hello();
        channel.writeInbound(hello.readRetainedSlice(9));
        assertThat(known).isEmpty();
        channel.writeInbound(hello);

        assertThat(known).containsExactly(new Recognition.Echo());
    }

    @Test
    void whoAnswersTheHelloInWordsIsForeign() {
        connect();
        hello();
        hear("HTTP/1.1 400 Bad Request\r\n");
        pass(100);

        assertThat(known).containsExactly(new Recognition.Foreign("HTTP/1.1 400 Bad Request"));
    }

    @Test
    void whoSaysNothingIsForeign() {
        connect();
        hello();
        pass(2_999);
        assertThat(known).isEmpty();
        pass(1);

        assertThat(known).containsExactly(new Recognition.Foreign(""));
    }

    @Test
    void whoHangsUpOnTheHelloIsForeign() {
        connect();
        hello();
        channel.close();

        assertThat(known).containsExactly(new Recognition.Foreign(""));
    }

    @Test
    void whoHangsUpAtOnceCantBeMeasured() {
        connect();
        pass(10);
        channel.close();

        assertThat(known)
                .singleElement()
                .isInstanceOfSatisfying(
                        Recognition.Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo("closed"));
    }

    @Test
    void aMysqlServerIsRefusedHoweverLateItsGreetingComes() {
        connect();
        hello();
        byte[] rest = new byte[30];
        ByteBuf greeting = Unpooled.buffer()
                .writeMediumLE(1 + 8 + rest.length)
                .writeByte(0)
                .writeByte(10)
                .writeBytes("10.11.6\0".getBytes(StandardCharsets.US_ASCII))
                .writeBytes(rest);
        channel.writeInbound(greeting);

        assertThat(known)
                .singleElement()
                .isInstanceOfSatisfying(
                        Recognition.Refused.class,
                        refused -> assertThat(refused.problem().message()).contains("mysql://"));
    }

    @Test
    void whatAMysqlServerSaysInRefusalIsToldOn() {
        connect();
        String words = "Host '192.0.2.1' is blocked because of many connection errors";
        channel.writeInbound(Unpooled.buffer()
                .writeMediumLE(3 + words.length())
                .writeByte(0)
                .writeByte(0xff)
                .writeShortLE(1129)
                .writeBytes(words.getBytes(StandardCharsets.US_ASCII)));

        assertThat(known)
                .singleElement()
                .isInstanceOfSatisfying(
                        Recognition.Refused.class,
                        refused -> assertThat(refused.problem().message()).contains(words));
    }

    @Test
    void controlCharactersOfAGreetingAreNotPrinted() {
        connect();
        hear("\u001b[31mred\u0007");
        pass(100);

        assertThat(known).containsExactly(new Recognition.Foreign(".[31mred."));
    }
}
