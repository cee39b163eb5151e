package hbprobe.responder;

import hbprobe.model.ResponderEvent;
import hbprobe.net.KernelView;
import hbprobe.wire.Bytes;
import hbprobe.wire.Datagram;
import hbprobe.wire.Datagram.Credential;
import hbprobe.wire.Datagram.Deed;
import hbprobe.wire.Datagram.Order;
import hbprobe.wire.Datagram.Welcome;
import hbprobe.wire.Datagrams;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A responder over UDP whose time and whose datagrams, each one of them, are in a test's hands. */
final class DatagramBench implements AutoCloseable {
    static final long MS = 1_000_000;
    static final InetSocketAddress ALICE = new InetSocketAddress("192.0.2.2", 40_000);
    static final InetSocketAddress ALICES_OTHER_PORT = new InetSocketAddress("192.0.2.2", 40_001);
    static final InetSocketAddress MALLORY = new InetSocketAddress("203.0.113.9", 666);
    static final InetSocketAddress CAROL = new InetSocketAddress("2001:db8::7", 40_000);

    final List<ResponderEvent> events = new ArrayList<>();
    final Responder responder;

    private static final InetSocketAddress SERVER = new InetSocketAddress("198.51.100.2", 7_400);

    /** Of Ethernet with IPv4, less than what the program counts with: what holds for both holds for IPv6 too. */
    private static final int LEAST_OVERHEAD_BYTES = 28;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel channel;
    private final List<Heard> heard = new ArrayList<>();
    private final Map<InetSocketAddress, long[]> inMinusOut = new HashMap<>();
    private long nonces = 1_000;

    /** A datagram of the responder's, and when it was sent, since the beginning. */
    record Heard(Datagram datagram, InetSocketAddress to, long atMs) {}

    DatagramBench(ResponderSettings settings) {
        EmbeddedChannel made = EmbeddedChannel.builder().ticker(ticker).build();
        KernelView none = (KernelView) Proxy.newProxyInstance(
                KernelView.class.getClassLoader(), new Class<?>[] {KernelView.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("UDP has nothing to ask a kernel: " + method);
                });
        responder = new Responder(settings, made.eventLoop(), none, events::add, () -> Instant.EPOCH);
        made.pipeline().addLast(responder.datagramHandler());
        channel = made;
    }

    static byte[] encoded(Datagram datagram) {
        ByteBuf bytes = Unpooled.buffer();
        Datagrams.encode(datagram, bytes);
        return ByteBufUtil.getBytes(bytes);
    }

    long nonce() {
        return nonces++;
    }

    void send(InetSocketAddress from, Datagram datagram) {
        send(from, encoded(datagram));
    }

    void send(InetSocketAddress from, byte[] bytes) {
        account(from, bytes.length, 1);
        channel.writeInbound(new DatagramPacket(Unpooled.wrappedBuffer(bytes), SERVER, from));
        collect();
    }

    private void account(InetSocketAddress address, int bytes, int sign) {
        long[] balance = inMinusOut.computeIfAbsent(address, added -> new long[2]);
        balance[0] += (long) sign * Datagrams.sentFor(bytes);
        balance[1] += (long) sign * (bytes + LEAST_OVERHEAD_BYTES);
    }

    /** What came from there less what was sent there, headers counted, at the worst so far. */
    long balance(InetSocketAddress address) {
        long[] balance = inMinusOut.getOrDefault(address, new long[2]);
        return Math.min(balance[0], balance[1]);
    }

    /** Lets time pass, a millisecond after the other. */
    void pass(long ms) {
        for (long i = 0; i < ms; i++) {
            ticker.advance(1, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            collect();
        }
    }

    /** Lets time pass at once: what is due meanwhile is late. */
    void skip(long ms) {
        ticker.advance(ms, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        collect();
    }

    private void collect() {
        channel.checkException();
        for (DatagramPacket packet = channel.readOutbound(); packet != null; packet = channel.readOutbound()) {
            InetSocketAddress to = packet.recipient();
            account(to, packet.content().readableBytes(), -1);
            if (balance(to) < 0) {
                throw new AssertionError(to + " was sent " + -balance(to) + " bytes more than came from there");
            }
            long atMs = TimeUnit.NANOSECONDS.toMillis(ticker.nanoTime() - ticker.initialNanoTime());
            heard.add(new Heard(Datagrams.decode(packet.content()), to, atMs));
            packet.release();
        }
    }

    /** What has been sent since this was last asked. */
    List<Heard> heard() {
        List<Heard> all = List.copyOf(heard);
        heard.clear();
        return all;
    }

    /** The same, without addresses and times. */
    List<Datagram> said() {
        return heard().stream().map(Heard::datagram).toList();
    }

    /** The only one. */
    Datagram answer() {
        List<Datagram> all = said();
        if (all.size() != 1) {
            throw new AssertionError("one answer, not " + all);
        }
        return all.get(0);
    }

    Datagram ask(InetSocketAddress from, Datagram datagram) {
        heard.clear();
        send(from, datagram);
        return answer();
    }

    Welcome welcome(InetSocketAddress from) {
        return (Welcome) ask(from, new Datagram.Hello(nonce()));
    }

    Credential credential(InetSocketAddress from) {
        return new Credential(welcome(from).cookie(), Bytes.NONE);
    }

    static Order push(long nonce, long flow, Credential credential, long delayMs) {
        return new Order(nonce, flow, credential, Deed.PUSH, false, delayMs * MS, 0, 0);
    }

    static Order beat(long nonce, long flow, Credential credential, long periodMs) {
        return new Order(nonce, flow, credential, Deed.BEAT, false, 0, 0xffff, periodMs * MS);
    }

    static Order mute(long nonce, long flow, Credential credential, long forMs) {
        return new Order(nonce, flow, credential, Deed.MUTE, false, forMs * MS, 0, 0);
    }

    static Order cancel(long nonce, long flow, Credential credential) {
        return new Order(nonce, flow, credential, Deed.CANCEL, true, 0, 0, 0);
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
