package hbprobe.dialect;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Bytes of an AMQP 0-9-1 server's to methods and heartbeats (section 4.2.3); other frames are passed over. */
final class AmqpDecoder extends ByteToMessageDecoder {
    /** What RabbitMQ tells of itself in its first frame has half a kilobyte; nothing that is asked for has more. */
    static final int LONGEST_PAYLOAD = 64 * 1_024;

    private static final int HEADER_BYTES = 7;
    private static final int HIGHEST_TYPE = 8;

    private boolean isForeign;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int start = in.readerIndex();
        int type = in.getUnsignedByte(start);
        if (isForeign) {
            in.skipBytes(in.readableBytes());
        } else if (type == 0 || type > HIGHEST_TYPE) {
            foreign(in, out);
        } else if (in.readableBytes() >= HEADER_BYTES) {
            long length = in.getUnsignedInt(start + HEADER_BYTES - Integer.BYTES);
            if (length > LONGEST_PAYLOAD) {
                foreign(in, out);
            } else if (in.readableBytes() > HEADER_BYTES + length) {
                frame(in, type, (int) length, out);
            }
        }
    }

    private void frame(ByteBuf in, int type, int length, List<Object> out) {
        if (in.getUnsignedByte(in.readerIndex() + HEADER_BYTES + length) != AmqpMethod.FRAME_END
                || (type == AmqpMethod.METHOD_FRAME && length < Integer.BYTES)) {
            foreign(in, out);
            return;
        }
        in.skipBytes(HEADER_BYTES);
        if (type == AmqpMethod.METHOD_FRAME) {
            int name = in.readInt();
            byte[] arguments = new byte[length - Integer.BYTES];
            in.readBytes(arguments);
            out.add(new AmqpMethod(name, arguments));
        } else {
            in.skipBytes(length);
            if (type == AmqpMethod.HEARTBEAT_FRAME) {
                out.add(AmqpMethod.Heartbeat.ARRIVED);
            }
        }
        in.skipBytes(1);
    }

    private void foreign(ByteBuf in, List<Object> out) {
        isForeign = true;
        out.add(new AmqpMethod.Foreign(Sayings.foreign(in)));
        in.skipBytes(in.readableBytes());
    }
}
