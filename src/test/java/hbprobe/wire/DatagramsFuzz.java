package hbprobe.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Any bytes are a datagram that survives being written and read again, or a {@link BadFrameException}. */
public final class DatagramsFuzz {
    private DatagramsFuzz() {}

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        Datagram datagram;
        try {
            datagram = Datagrams.decode(Unpooled.wrappedBuffer(input));
        } catch (BadFrameException expected) {
            return;
        }
        ByteBuf bytes = Unpooled.buffer();
        Datagrams.encode(datagram, bytes);
        if (bytes.readableBytes() > Datagrams.LONGEST) {
            throw new AssertionError(datagram + " takes " + bytes.readableBytes() + " bytes");
        }
        Datagram again = Datagrams.decode(bytes);
        if (!datagram.equals(again)) {
            throw new AssertionError(datagram + " came back as " + again);
        }
    }
}
