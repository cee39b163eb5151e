package hbprobe.responder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hbprobe.net.Addresses;
import hbprobe.net.HostNetwork;
import hbprobe.runtime.Host;
import hbprobe.wire.Datagram.Hello;
import hbprobe.wire.Datagram.Welcome;
import hbprobe.wire.Datagrams;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a responder listens, over real sockets of both kinds. */
@ParameterizedClass
@ValueSource(strings = {"epoll", "nio"})
class SocketsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int PATIENCE_MS = 10_000;

    @Parameter
    String transport;

    private HostNetwork network;

    @BeforeEach
    void open() {
        network = HostNetwork.open(Optional.of(transport), HostNetwork.Local.ANY);
    }

    @AfterEach
    void close() {
        network.close();
    }

    private Responder responder(List<InetAddress> listen, int port, boolean udp) throws IOException {
        ResponderSettings settings = new ResponderSettings(
                listen,
                port,
                udp,
                100,
                100,
                Duration.ofSeconds(30),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
        return Responder.start(settings, network, event -> {}, InstantSource.system());
    }

    private static int port(Responder responder) {
        return responder.loopback().getPort();
    }

    private static InetAddress withoutZone(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A socket that is connected takes answers from nowhere else. */
    private static Welcome greet(InetAddress from, InetAddress to, int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(from, 0))) {
            socket.connect(to, port);
            return greet(socket, from, new InetSocketAddress(to, port));
        }
    }

    private static Welcome greet(DatagramSocket socket, InetAddress from, InetSocketAddress to) throws IOException {
        socket.setSoTimeout(PATIENCE_MS);
        byte[] hello = DatagramBench.encoded(new Hello(1));
        socket.send(new DatagramPacket(hello, hello.length, to));
        DatagramPacket answer = new DatagramPacket(new byte[1_500], 1_500);
        socket.receive(answer);
        Welcome welcome = (Welcome) Datagrams.decode(Unpooled.wrappedBuffer(answer.getData(), 0, answer.getLength()));
        assertThat(welcome.mapped()).isEqualTo(Addresses.print(new InetSocketAddress(from, socket.getLocalPort())));
        return welcome;
    }

    @Test
    void anAnswerLeavesFromTheAddressThatWasAsked() throws Exception {
        int port = port(responder(List.of(), 0, true));
        List<InetAddress> own = Addresses.ofThisHost(port).stream()
                .map(InetSocketAddress::getAddress)
                .filter(address -> !address.isLinkLocalAddress())
                .map(SocketsTest::withoutZone)
                .toList();

        assertThat(own).contains(LOOPBACK);
        for (InetAddress asked : own) {
            // From the loopback address, so that the kernel would answer from there if it were left to choose.
            greet(asked instanceof Inet4Address ? LOOPBACK : asked, asked, port);
        }
    }

    /** It comes to the one socket for everything, which is IPv6's: neither end may be taken for an IPv6 one. */
    @Test
    void whatComesToAnAddressThatWasNotThereIsAnsweredToo() throws Exception {
        Assumptions.assumeTrue(Host.isLinux(), "only Linux has all of 127.0.0.0/8");
        int port = port(responder(List.of(), 0, true));
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            greet(socket, LOOPBACK, new InetSocketAddress("127.0.0.2", port));
        }
    }

    @Test
    void udpHasThePortThatTcpPicked() throws Exception {
        Responder responder = responder(List.of(LOOPBACK), 0, true);

        assertThat(responder.datagramAddresses()).isEqualTo(responder.addresses());
        assertThat(greet(LOOPBACK, LOOPBACK, port(responder)).instance()).isEqualTo(responder.instance());
    }

    @Test
    void aPortThatIsTakenForUdpAloneIsTaken() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> responder(List.of(LOOPBACK), port, true))
                    .isInstanceOf(IOException.class)
                    .hasMessage("listen on 127.0.0.1:" + port
                            + ": another program listens there; choose another port with --port");
            network.close();
            new ServerSocket(port, 1, LOOPBACK).close(); // TCP's is free again
        }
    }

    @Test
    void withoutUdpNothingIsTaken() throws Exception {
        Responder responder = responder(List.of(LOOPBACK), 0, false);

        assertThat(responder.datagramAddresses()).isEmpty();
        new DatagramSocket(new InetSocketAddress(LOOPBACK, port(responder))).close();
    }

    @Test
    void aStoppedResponderLetsGoOfEverySocket() throws Exception {
        Responder responder = responder(List.of(), 0, true);
        int port = port(responder);
        responder.stop();
        responder.stopped().join();
        network.close();

        for (InetSocketAddress own : Addresses.ofThisHost(port)) {
            new DatagramSocket(own).close();
        }
    }
}
