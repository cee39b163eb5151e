package hbprobe.e2e.faults;

import hbprobe.wire.Bytes;
import hbprobe.wire.Datagram;
import hbprobe.wire.Datagram.Ask;
import hbprobe.wire.Datagram.Credential;
import hbprobe.wire.Datagram.Deed;
import hbprobe.wire.Datagram.Echo;
import hbprobe.wire.Datagram.Hello;
import hbprobe.wire.Datagram.Order;
import hbprobe.wire.Datagram.Pulse;
import hbprobe.wire.Datagram.Welcome;
import hbprobe.wire.Datagrams;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A program of its own: sends a responder what it must not be moved by. Only the first of its addresses ever listens
 * and so has a cookie; it sends under all the others as somebody would who forges them.
 */
final class Flood {
    private static final int ADDRESSES = 60;
    private static final int TICK_US = 500;
    private static final int LONGEST = 1_400;

    private final Random random = new Random(7);
    private final InetSocketAddress server;
    private final List<DatagramChannel> senders = new ArrayList<>();
    private final AtomicBoolean isWanted = new AtomicBoolean(true);
    private final byte[] replayed;
    private final Credential credential;

    private Flood(InetSocketAddress server, String network) throws IOException {
        this.server = server;
        for (int i = 1; i <= ADDRESSES; i++) {
            senders.add(DatagramChannel.open().bind(new InetSocketAddress(network + i, 0)));
        }
        this.credential = fetchCredential();
        for (DatagramChannel sender : senders) {
            sender.configureBlocking(false);
        }
        this.replayed = encoded(order(4_711, 0));
    }

    private Credential fetchCredential() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(LONGEST);
        senders.get(0).send(ByteBuffer.wrap(encoded(new Hello(1))), server);
        senders.get(0).receive(answer);
        return new Credential(((Welcome) Datagrams.decode(Unpooled.wrappedBuffer(answer.flip()))).cookie(), Bytes.NONE);
    }

    private Order order(long nonce, long delayNs) {
        return new Order(nonce, nonce, credential, Deed.PUSH, false, delayNs, 0, 0);
    }

    private static byte[] encoded(Datagram datagram) {
        ByteBuf bytes = Unpooled.buffer();
        Datagrams.encode(datagram, bytes);
        return ByteBufUtil.getBytes(bytes);
    }

    /**
     * Arguments: the server, the first three bytes of this one's addresses, how many at least, and how many a second.
     * Begins at the first byte on its stdin and goes on until that ends.
     */
    public static void main(String[] arguments) throws IOException {
        Flood flood = new Flood(new InetSocketAddress(InetAddress.getByName(arguments[0]), 7_400), arguments[1]);
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        Thread end = new Thread(flood::awaitEnd);
        end.setDaemon(true);
        end.start();
        System.out.println("sent " + flood.send(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3])));
    }

    private void awaitEnd() {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            // The other end is gone.
        }
        isWanted.set(false);
    }

    private int send(int count, int perSecond) throws IOException {
        long startNs = System.nanoTime();
        int sent = 0;
        while (sent < count || isWanted.get()) {
            long due = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startNs) * perSecond / 1_000_000;
            while (sent < due) {
                sendOne();
                sent++;
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(TICK_US));
        }
        return sent;
    }

    private void sendOne() throws IOException {
        DatagramChannel known = senders.get(0);
        DatagramChannel forged = senders.get(1 + random.nextInt(ADDRESSES - 1));
        switch (random.nextInt(10)) {
            case 0, 1 -> send(forged, garbage());
            case 2 -> send(forged, Arrays.copyOf(replayed, random.nextInt(replayed.length)));
            case 3 -> send(forged, replayed);
            case 4 -> send(forged, encoded(new Hello(random.nextLong())));
            case 5 -> send(forged, encoded(guess()));
            case 6 -> send(known, replayed);
            case 7 -> send(known, encoded(order(random.nextLong(), TimeUnit.HOURS.toNanos(1))));
            case 8 -> send(known, encoded(harmless()));
            default -> send(known, Arrays.copyOf(encoded(harmless()), 60 + random.nextInt(LONGEST - 60)));
        }
    }

    private byte[] garbage() {
        byte[] bytes = new byte[random.nextInt(LONGEST)];
        random.nextBytes(bytes);
        if (random.nextBoolean() && bytes.length > 6) {
            System.arraycopy(replayed, 0, bytes, 0, 6);
        }
        return bytes;
    }

    /** With a cookie of nobody's. */
    private Datagram guess() {
        byte[] cookie = new byte[Credential.COOKIE_BYTES];
        random.nextBytes(cookie);
        return new Echo(random.nextLong(), random.nextLong(), new Credential(Bytes.of(cookie), Bytes.NONE));
    }

    private Datagram harmless() {
        long flow = random.nextInt(5_000);
        return switch (random.nextInt(3)) {
            case 0 -> new Echo(random.nextLong(), flow, credential);
            case 1 -> new Ask(random.nextLong(), flow, credential);
            default -> new Pulse(random.nextLong(), flow, credential);
        };
    }

    private void send(DatagramChannel from, byte[] bytes) throws IOException {
        from.send(ByteBuffer.wrap(bytes), server);
    }
}
