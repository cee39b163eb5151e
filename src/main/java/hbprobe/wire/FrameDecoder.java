package hbprobe.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Turns a stream of bytes into frames; anything else is a {@link BadFrameException}. */
public final class FrameDecoder extends ByteToMessageDecoder {
    private static final int SAMPLE_BYTES = 40;

    private final int longestFrameBytes;

    /** @param longestFrameBytes header included; a longer one is refused before it is buffered */
    public FrameDecoder(int longestFrameBytes) {
        this.longestFrameBytes = longestFrameBytes;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (!mayBeFrame(in)) {
            String sample = sample(in);
            in.skipBytes(in.readableBytes());
            throw new BadFrameException("the far end speaks something else: \"" + sample + "\"");
        }
        if (in.readableBytes() < Frames.HEADER_BYTES) {
            return;
        }
        int start = in.readerIndex();
        int version = in.getUnsignedByte(start + 4);
        int type = in.getUnsignedByte(start + 5);
        int length = in.getUnsignedShort(start + 6);
        if (version != Frames.VERSION) {
            throw bad(in, "the far end speaks version " + version + " of the protocol, not " + Frames.VERSION);
        }
        if (Frames.HEADER_BYTES + length > longestFrameBytes) {
            throw bad(
                    in,
                    "a frame of " + (Frames.HEADER_BYTES + length) + " bytes is longer than the limit of "
                            + longestFrameBytes);
        }
        if (in.readableBytes() < Frames.HEADER_BYTES + length) {
            return;
        }
        in.skipBytes(Frames.HEADER_BYTES);
        out.add(Frames.decodeBody(type, in.readSlice(length)));
    }

    /** Whether the bytes so far are the beginning of a frame: a decision that one byte allows in most cases. */
    public static boolean mayBeFrame(ByteBuf in) {
        int known = Math.min(Integer.BYTES, in.readableBytes());
        for (int i = 0; i < known; i++) {
            int wanted = Frames.MAGIC >>> (8 * (Integer.BYTES - 1 - i)) & 0xff;
            if (in.getUnsignedByte(in.readerIndex() + i) != wanted) {
                return false;
            }
        }
        return true;
    }

    private static BadFrameException bad(ByteBuf in, String message) {
        in.skipBytes(in.readableBytes());
        return new BadFrameException(message);
    }

    /** The first bytes in a form that is safe to print. */
    private static String sample(ByteBuf in) {
        int length = Math.min(SAMPLE_BYTES, in.readableBytes());
        String text = in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1);
        return text.replaceAll("[^ -~]", ".");
    }
}
