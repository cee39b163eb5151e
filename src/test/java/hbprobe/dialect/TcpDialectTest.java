package hbprobe.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.FarReport;
import hbprobe.model.Problem;
import hbprobe.net.Closing;
import hbprobe.net.KernelView;
import hbprobe.net.TcpInfo;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A silent flow's conversation, with a kernel that says what the test wants. */
class TcpDialectTest {
    private final List<String> told = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Kernel kernel = new Kernel();
    private Conversation talk;

    /** Counters that the test sets, and whether keepalive was asked for. */
    private final class Kernel implements KernelView {
        boolean sees = true;
        boolean canKeepalive = true;
        long segmentsIn = 1;
        long lastAckMs = 5_000;
        String keepalive = "";

        @Override
        public boolean seesSegments() {
            return sees;
        }

        @Override
        public Optional<TcpInfo> tcpInfo(Channel of) {
            return sees
                    ? Optional.of(
                            new TcpInfo(true, 0, 0, lastAckMs, 300, 0, segmentsIn, segmentsIn, 0, 0, 0, 0, 0, 0, true))
                    : Optional.empty();
        }

        @Override
        public boolean keepalive(Channel of, Duration idle, Duration interval, int count) {
            keepalive = idle + " " + interval + " " + count;
            return canKeepalive;
        }

        @Override
        public void quickAck(Channel of) {
            told.add("quick ACK");
        }

        @Override
        public boolean userTimeout(Channel of, Duration timeout) {
            return false;
        }

        @Override
        public void keepaliveOff(Channel of) {}

        @Override
        public void reportIcmp(Channel of) {}

        @Override
        public void resetOnClose(Channel of) {}
    }

    private final class Listener implements FlowListener {
        @Override
        public void primed(Primed primed) {
            told.add("primed in " + primed.rttNs() + " ns");
        }

        @Override
        public void pushed(long afterNs, int strangers) {
            told.add("pushed");
        }

        @Override
        public void answered(String mapped) {
            told.add("answered");
        }

        @Override
        public void overtaken() {
            told.add("overtaken");
        }

        @Override
        public void reported(long farName, Optional<FarReport> report) {
            told.add("reported");
        }

        @Override
        public void greeted(String text) {
            told.add("greeted: " + text);
        }

        @Override
        public void heard(String text) {
            told.add("heard: " + text);
        }

        @Override
        public void goodbye(String text) {
            told.add("goodbye");
        }

        @Override
        public void failed(Problem problem) {
            told.add("failed: " + problem.code());
        }

        @Override
        public void broken(Throwable defect) {
            throw new AssertionError(defect);
        }

        @Override
        public void closed(Closing closing, String detail) {
            told.add("closed: " + closing);
        }
    }

    private void connect() {
        channel.freezeTime();
        talk = new TcpDialect()
                .converse(new Dialect.Priming(Optional.empty(), OptionalLong.empty(), 0, true), kernel, new Listener());
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
