package hbprobe.responder;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.ResponderEvent;
import hbprobe.net.HostNetwork;
import hbprobe.wire.Bytes;
import hbprobe.wire.Frame;
import hbprobe.wire.Frame.Deed;
import hbprobe.wire.Frame.Reason;
import hbprobe.wire.FrameDecoder;
import hbprobe.wire.Frames;
import hbprobe.wire.Proof;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A responder in this process, asked over real sockets to do each of its deeds. */
class OrdersTest {
    private static final long MS = 1_000_000;

    private final Queue<ResponderEvent> events = new ConcurrentLinkedQueue<>();
    private HostNetwork network;

    @BeforeEach
    void open() {
        network = HostNetwork.open(Optional.empty(), HostNetwork.Local.ANY);
    }

    @AfterEach
    void close() {
        network.close();
    }

    private Responder responder(Optional<String> token, int flowsPerAddress) throws IOException {
        ResponderSettings settings = new ResponderSettings(
                List.of(),
                0,
                true,
                100,
                flowsPerAddress,
                Duration.ofSeconds(30),
                token,
                Optional.empty(),
                false,
                Optional.empty());
        return Responder.start(settings, network, events::add, InstantSource.system());
    }

    /** A client's end of one flow. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final EmbeddedChannel decoder = new EmbeddedChannel(new FrameDecoder(1_024));

        Client(Responder responder) throws IOException {
            socket = new Socket(
                    responder.loopback().getAddress(), responder.loopback().getPort());
            socket.setSoTimeout(10_000);
        }

        void say(Frame frame) throws IOException {
            ByteBuf bytes = Unpooled.buffer();
            Frames.encode(frame, bytes);
            bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
            socket.getOutputStream().flush();
        }

        Frame hear() throws IOException {
            Frame frame = decoder.readInbound();
            while (frame == null) {
                byte[] buffer = new byte[256];
                int count = socket.getInputStream().read(buffer);
                assertThat(count).as("closed instead of an answer").isPositive();
                decoder.writeInbound(Unpooled.copiedBuffer(buffer, 0, count));
                frame = decoder.readInbound();
            }
            return frame;
        }

        Frame ask(Frame frame) throws IOException {
            say(frame);
            return hear();
        }

        Frame.Welcome greet() throws IOException {
            return (Frame.Welcome) ask(new Frame.Hello(0, Bytes.NONE));
        }

        void hearsNothingFor(int ms) throws IOException {
            socket.setSoTimeout(ms);
            try {
                assertThat(hear()).as("nothing was to come").isNull();
            } catch (SocketTimeoutException expected) {
                socket.setSoTimeout(10_000);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void aPushComesWhenItWasOrderedAndRepeatsTheNonce() throws Exception {
        try (Client client = new Client(responder(Optional.empty(), 10))) {
            client.greet();
            assertThat(client.ask(new Frame.Order(42, Deed.PUSH, 300 * MS))).isEqualTo(new Frame.Accepted(42));
            Frame.Pushed pushed = (Frame.Pushed) client.hear();

            assertThat(pushed.nonce()).isEqualTo(42);
            assertThat(pushed.afterNs()).isGreaterThanOrEqualTo(300 * MS);
            assertThat(pushed.strangers()).isZero();
        }
    }

    @Test
    void whatBecameOfAFlowIsToldWhileItLivesAndAfterwards() throws Exception {
        Responder responder = responder(Optional.empty(), 10);
        try (Client asker = new Client(responder)) {
            asker.greet();
            long flow;
            try (Client pushed = new Client(responder)) {
                flow = pushed.greet().flow();
                Frame.Report before = (Frame.Report) asker.ask(new Frame.Ask(1, flow));
                assertThat(before.known()).isTrue();
                assertThat(before.pushes()).isZero();
                assertThat(before.end()).isEqualTo(Frame.End.OPEN);

                pushed.ask(new Frame.Order(2, Deed.PUSH, 0));
                pushed.hear();
                pushed.socket.setSoLinger(true, 0);
            }
            Frame.Report after = (Frame.Report) asker.ask(new Frame.Ask(3, flow));
            while (after.end() == Frame.End.OPEN) {
                after = (Frame.Report) asker.ask(new Frame.Ask(3, flow));
            }
            assertThat(after.pushes()).isEqualTo(1);
            assertThat(after.end()).isEqualTo(Frame.End.RESET);

            Frame.Report unknown = (Frame.Report) asker.ask(new Frame.Ask(4, flow + 1));
            assertThat(unknown.known()).isFalse();
        }
    }

    @Test
    void beatsComeUntilTheyAreCancelled() throws Exception {
        try (Client client = new Client(responder(Optional.empty(), 10))) {
            client.greet();
            client.ask(new Frame.Order(7, Deed.BEAT, 100 * MS));
            assertThat(client.hear()).isEqualTo(new Frame.Beat(7, 1));
            assertThat(client.hear()).isEqualTo(new Frame.Beat(7, 2));
            client.say(new Frame.Order(8, Deed.CANCEL, 0));
            Frame heard = client.hear();
            while (heard instanceof Frame.Beat) {
                heard = client.hear();
            }
            assertThat(heard).isEqualTo(new Frame.Accepted(8));
            client.hearsNothingFor(300);
        }
    }

    @Test
    void aMutedFlowAnswersNothingAndThenAgain() throws Exception {
        try (Client client = new Client(responder(Optional.empty(), 10))) {
            client.greet();
            client.ask(new Frame.Order(1, Deed.MUTE, 400 * MS));
            client.say(new Frame.Echo(2, Bytes.NONE));
            client.hearsNothingFor(600);

            assertThat(client.ask(new Frame.Echo(3, Bytes.NONE))).isEqualTo(new Frame.Echoed(3, Bytes.NONE));
        }
    }

    @Test
    void closesWithFinAndWithRst() throws Exception {
        Responder responder = responder(Optional.empty(), 10);
        try (Client client = new Client(responder)) {
            client.greet();
            client.ask(new Frame.Order(1, Deed.CLOSE, 50 * MS));
            assertThat(client.socket.getInputStream().read()).as("FIN").isEqualTo(-1);
        }
        try (Client client = new Client(responder)) {
            client.greet();
            client.ask(new Frame.Order(1, Deed.RESET, 50 * MS));
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> client.socket.getInputStream().read()))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void keepaliveIsTakenWhereTheHostCan() throws Exception {
        try (Client client = new Client(responder(Optional.empty(), 10))) {
            client.greet();
            assertThat(client.ask(new Frame.Order(1, Deed.KEEPALIVE, 5_000 * MS)))
                    .isEqualTo(new Frame.Accepted(1));
        }
    }

    @Test
    void eachRefusalSaysWhichLimit() throws Exception {
        Responder responder = responder(Optional.empty(), 2);
        try (Client client = new Client(responder);
                Client second = new Client(responder)) {
            assertThat(((Frame.Refused) second.ask(new Frame.Echo(1, Bytes.NONE))).reason())
                    .isEqualTo(Reason.HELLO_FIRST);
            client.greet();
            Frame.Refused tooLong = (Frame.Refused) client.ask(new Frame.Order(1, Deed.PUSH, 31_000 * MS));
            assertThat(tooLong.reason()).isEqualTo(Reason.DELAY);
            assertThat(tooLong.limit()).isEqualTo(30_000 * MS);
            Frame.Refused tooFast = (Frame.Refused) client.ask(new Frame.Order(2, Deed.BEAT, 1 * MS));
            assertThat(tooFast.reason()).isEqualTo(Reason.PERIOD);
            assertThat(tooFast.limit()).isEqualTo(100 * MS);
            try (Client third = new Client(responder)) {
                Frame.Refused full = (Frame.Refused) third.hear();
                assertThat(full.reason()).isEqualTo(Reason.FLOWS_PER_ADDRESS);
                assertThat(full.limit()).isEqualTo(2);
            }
        }
    }

    @Test
    void framesBeyondTheRateAreRefused() throws Exception {
        try (Client client = new Client(responder(Optional.empty(), 10))) {
            client.greet();
            for (int i = 0; i < 3_000; i++) {
                client.say(new Frame.Ask(i, 0));
            }
            Frame heard = client.hear();
            while (heard instanceof Frame.Report) {
                heard = client.hear();
            }
            assertThat(((Frame.Refused) heard).reason()).isEqualTo(Reason.RATE);
        }
    }

    @Test
    void aTokenIsProvedNotSent() throws Exception {
        Responder responder = responder(Optional.of("open sesame"), 10);
        try (Client client = new Client(responder)) {
            Frame.Challenge challenge = (Frame.Challenge) client.ask(new Frame.Hello(0, Bytes.NONE));
            assertThat(client.ask(new Frame.Hello(0, Proof.of("open sesame", challenge.nonce()))))
                    .isInstanceOf(Frame.Welcome.class);
        }
        try (Client client = new Client(responder)) {
            Frame.Challenge challenge = (Frame.Challenge) client.ask(new Frame.Hello(0, Bytes.NONE));
            Frame.Refused refused =
                    (Frame.Refused) client.ask(new Frame.Hello(0, Proof.of("open barley", challenge.nonce())));
            assertThat(refused.reason()).isEqualTo(Reason.TOKEN);
            assertThat(client.socket.getInputStream().read())
                    .as("closed after that")
                    .isEqualTo(-1);
        }
    }

    @Test
    void halfAMagicAndThenPlainBytesIsEchoed() throws Exception {
        try (Client client = new Client(responder(Optional.empty(), 10))) {
            byte[] almost = {(byte) 0x89, 'H', 'B', 'X', '\n'};
            client.socket.getOutputStream().write(almost, 0, 3);
            client.socket.getOutputStream().flush();
            client.socket.getOutputStream().write(almost, 3, 2);
            client.socket.getOutputStream().flush();

            assertThat(client.socket.getInputStream().readNBytes(5)).isEqualTo(almost);
        }
    }

    @Test
    void aBrokenFrameIsToldAndEndsTheFlow() throws Exception {
        try (Client client = new Client(responder(Optional.empty(), 10))) {
            client.greet();
            client.socket.getOutputStream().write(new byte[] {'o', 'o', 'p', 's'});
            client.socket.getOutputStream().flush();

            assertThat(((Frame.Refused) client.hear()).reason()).isEqualTo(Reason.UNKNOWN);
            assertThat(client.socket.getInputStream().read()).isEqualTo(-1);
        }
    }
}
