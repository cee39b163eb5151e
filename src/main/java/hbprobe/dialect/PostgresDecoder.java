package hbprobe.dialect;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;

/** Bytes of a PostgreSQL server's to messages: a letter, a length that counts itself, and a body. */
final class PostgresDecoder extends ByteToMessageDecoder {
    /** Notices and parameters have a few hundred bytes; nothing that is asked for has more. */
    static final int LONGEST_BODY = 64 * 1_024;

    private static final int LETTER_BYTES = 1;
    private static final int LENGTH_BYTES = 4;

    /** Of all that a server says to simple queries and before them. */
    private static final String LETTERS = "RKZSEDTCINAv";

    private boolean awaitsTlsAnswer;
    private boolean isForeign;

    /** The next byte answers whether there will be TLS. */
    void awaitTlsAnswer() {
        awaitsTlsAnswer = true;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (isForeign) {
            in.skipBytes(in.readableBytes());
        } else if (awaitsTlsAnswer && (in.getByte(in.readerIndex()) == 'S' || in.getByte(in.readerIndex()) == 'N')) {
            awaitsTlsAnswer = false;
            out.add(new PostgresMessage(PostgresMessage.TLS_ANSWER, bytes(in, 1)));
            if (in.isReadable()) {
                // Somebody in between could have put it there, to be taken for what comes under TLS.
                throw new CorruptedFrameException("more than the answer whether there will be TLS");
            }
        } else {
            decodeMessage(in, out);
        }
    }

    private void decodeMessage(ByteBuf in, List<Object> out) {
        boolean begins = LETTERS.indexOf((char) in.getUnsignedByte(in.readerIndex())) >= 0;
        if (begins && in.readableBytes() < LETTER_BYTES + LENGTH_BYTES) {
            return;
        }
        int length = begins ? in.getInt(in.readerIndex() + LETTER_BYTES) : 0;
        if (length < LENGTH_BYTES || length > LENGTH_BYTES + LONGEST_BODY) {
            isForeign = true;
            out.add(new PostgresMessage(PostgresMessage.FOREIGN, bytes(in, in.readableBytes())));
        } else if (in.readableBytes() >= LETTER_BYTES + length) {
            char letter = (char) in.readUnsignedByte();
            in.skipBytes(LENGTH_BYTES);
            out.add(new PostgresMessage(letter, bytes(in, length - LENGTH_BYTES)));
        }
    }

    private static byte[] bytes(ByteBuf in, int count) {
        byte[] bytes = new byte[count];
        in.readBytes(bytes);
        return bytes;
    }
}
