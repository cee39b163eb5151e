package hbprobe.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

/**
 * Any bytes in a stream are frames that survive being written and read again, or a {@link BadFrameException}. The first
 * byte says where the stream is cut in two.
 */
public final class FramesFuzz {
    private static final int LONGEST = 1_024;

    private FramesFuzz() {}

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int cut = Math.min(input.length, 1 + (input[0] & 0xff));
        EmbeddedChannel stream = new EmbeddedChannel(new FrameDecoder(LONGEST));
        try {
            stream.writeInbound(Unpooled.wrappedBuffer(input, 1, cut - 1));
            stream.writeInbound(Unpooled.wrappedBuffer(input, cut, input.length - cut));
            stream.finish();
        } catch (BadFrameException expected) {
            // What came before it stands.
        }
        for (Frame frame = stream.readInbound(); frame != null; frame = stream.readInbound()) {
            comesBack(frame);
        }
    }

    private static void comesBack(Frame frame) {
        ByteBuf bytes = Unpooled.buffer();
        Frames.encode(frame, bytes);
        EmbeddedChannel stream =
                new EmbeddedChannel(new FrameDecoder(3 * LONGEST)); // a byte that is no UTF-8 becomes three
        stream.writeInbound(bytes);
        Frame again = stream.readInbound();
        if (!frame.equals(again)) {
            throw new AssertionError(frame + " came back as " + again);
        }
        stream.finishAndReleaseAll();
    }
}
