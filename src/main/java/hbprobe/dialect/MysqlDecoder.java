package hbprobe.dialect;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Bytes of a MySQL server's to packets: three bytes of length, least significant first, a number, and a payload. */
final class MysqlDecoder extends ByteToMessageDecoder {
    /** Nothing that is asked for has more; any text taken for a length has, for its third sign is 0x20 at least. */
    static final int LONGEST_PAYLOAD = 64 * 1_024;

    private static final int HEADER_BYTES = 4;

    private boolean isForeign;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (isForeign) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < HEADER_BYTES) {
            return;
        }
        int length = in.getUnsignedMediumLE(in.readerIndex());
        if (length > LONGEST_PAYLOAD) {
            isForeign = true;
            out.add(new MysqlPacket.Foreign(Sayings.foreign(in)));
            in.skipBytes(in.readableBytes());
        } else if (in.readableBytes() >= HEADER_BYTES + length) {
            in.skipBytes(HEADER_BYTES - 1);
            int sequence = in.readUnsignedByte();
            byte[] payload = new byte[length];
            in.readBytes(payload);
            out.add(new MysqlPacket(sequence, payload));
        }
    }
}
