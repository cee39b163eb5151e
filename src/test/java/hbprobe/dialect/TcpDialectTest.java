package hbprobe.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A silent flow's conversation, with a kernel that says what the test wants. */
class TcpDialectTest {
    private final Told listener = new Told();
    private final List<String> told = listener.told;
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final SetKernel kernel = new SetKernel(told);
    private Conversation talk;

    private void connect() {
        channel.freezeTime();
        talk = new TcpDialect()
                .converse(new Dialect.Priming(Optional.empty(), OptionalLong.empty(), 0, true), kernel, listener);
        channel.pipeline().addLast(talk.handler());
        channel.pipeline().fireChannelActive();
    }

    private void pass(long ms) {
        channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void hear(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    @Test
    void aFlowIsSilentFromTheStartAndNothingIsEverWritten() {
        connect();
        talk.speak();
        pass(3_000);
        talk.leave();

        assertThat(told).containsExactly("primed in 300000 ns", "closed: LOCAL");
        assertThat(channel.<Object>readOutbound()).isNull();
    }

    @Test
    void anAcknowledgementAfterTheProbeIsAnAnswer() {
        connect();
        talk.speak();
        assertThat(kernel.keepalive).isEqualTo("PT1S PT1S 120");
        pass(1_000);
        assertThat(told).doesNotContain("answered");
        kernel.segmentsIn++;
        kernel.lastAckMs = 15;
        pass(20);

        assertThat(told).containsOnlyOnce("answered");
        pass(5_000);
        assertThat(told).containsOnlyOnce("answered");
    }

    @Test
    void aSegmentThatAcknowledgesNothingIsNoAnswer() {
        connect();
        talk.speak();
        kernel.segmentsIn++;
        pass(4_000);

        assertThat(told).doesNotContain("answered");
    }

    @Test
    void anAcknowledgementOfEarlierIsNoAnswer() {
        connect();
        kernel.lastAckMs = 0;
        talk.speak();
        kernel.lastAckMs = 20;
        pass(20);

        assertThat(told).doesNotContain("answered");
    }

    @Test
    void aSecondProbeIsNotAnsweredByTheAcknowledgementOfTheFirst() {
        connect();
        talk.speak();
        kernel.segmentsIn++;
        kernel.lastAckMs = 10;
        pass(20);
        pass(1_000);
        talk.speak();
        kernel.lastAckMs = 1_050;
        pass(40);
        assertThat(told).containsOnlyOnce("answered");
        kernel.segmentsIn++;
        kernel.lastAckMs = 1;
        pass(20);

        assertThat(told.stream().filter("answered"::equals)).hasSize(2);
    }

    @Test
    void whereNobodyCountsAConnectionThatThreeProbesDidNotEndIsAlive() {
        kernel.sees = false;
        connect();
        talk.speak();
        assertThat(kernel.keepalive).isEqualTo("PT1S PT1S 3");
        pass(3_999);
        assertThat(told).doesNotContain("answered");
        pass(1);

        assertThat(told).contains("answered");
    }

    @Test
    void whereKeepaliveCantBeSetThereIsNoMeasuring() {
        kernel.canKeepalive = false;
        connect();
        talk.speak();

        assertThat(told).contains("failed: no-keepalive");
    }

    @Test
    void earlyWordsAreAGreetingLateOnesAreNot() {
        connect();
        pass(5_000);
        hear("220 ready\r\n");
        pass(1);
        hear("250 still here\r\n");

        assertThat(told).containsSubsequence("quick ACK", "greeted: 220 ready", "heard: 250 still here");
    }

    @Test
    void itSaysWhatItCannotTest() {
        assertThat(new TcpDialect().abilities(true).untested()).hasSize(2);
        assertThat(new TcpDialect().abilities(true).shortestReply()).isEqualTo(Duration.ofSeconds(3));
        assertThat(new TcpDialect().abilities(false).shortestReply()).isGreaterThan(Duration.ofSeconds(4));
        assertThat(new TcpDialect().abilities(true).serverFirst()).isFalse();
    }
}
