package hbprobe.responder;

import hbprobe.wire.Datagram.Credential;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Whatever is sent to a responder, by whoever, nothing but a refusal comes of it, and no address is sent more than came
 * from there; the bench looks after that. The input is a row of steps: what to do, who does it, and what that takes.
 */
public final class DatagramServiceFuzz {
    private static final List<InetSocketAddress> SENDERS =
            List.of(DatagramBench.ALICE, DatagramBench.ALICES_OTHER_PORT, DatagramBench.MALLORY, DatagramBench.CAROL);

    /** Where the cookie is in each request that has one. */
    private static final int COOKIE_AT = 24;

    private DatagramServiceFuzz() {}

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuffer steps = ByteBuffer.wrap(input);
        try (DatagramBench bench = new DatagramBench(ResponderSettings.onPort(0))) {
            while (steps.hasRemaining()) {
                step(bench, steps);
            }
            bench.pass(1_000);
        } catch (BufferUnderflowException expected) {
            // The last step is cut short.
        }
    }

    private static void step(DatagramBench bench, ByteBuffer steps) {
        int what = steps.get();
        InetSocketAddress from = SENDERS.get(what & 3);
        switch (what >> 2 & 3) {
            case 0 -> bench.pass(steps.get() & 0xff);
            case 1 -> bench.skip(10L * (steps.getShort() & 0xffff));
            case 2 -> bench.send(from, bytes(steps));
            default -> bench.send(from, withCookie(bytes(steps), bench.credential(from)));
        }
    }

    private static byte[] bytes(ByteBuffer steps) {
        int paddingBytes = 4 * (steps.get() & 0xff);
        int length = Math.min(steps.get() & 0xff, steps.remaining());
        byte[] bytes = new byte[length + paddingBytes];
        steps.get(bytes, 0, length);
        return bytes;
    }

    /** A fuzzer can't guess one. */
    private static byte[] withCookie(byte[] bytes, Credential credential) {
        byte[] cookie = credential.cookie().toArray();
        if (bytes.length >= COOKIE_AT + cookie.length) {
            System.arraycopy(cookie, 0, bytes, COOKIE_AT, cookie.length);
        }
        return bytes;
    }
}
