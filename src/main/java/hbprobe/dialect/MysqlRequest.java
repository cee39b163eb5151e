package hbprobe.dialect;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** What a client says to a MySQL server. */
final class MysqlRequest {
    private static final int QUIT = 1;
    private static final int QUERY = 3;
    private static final int PING = 14;

    private MysqlRequest() {}

    /** A packet with that number. */
    static ByteBuf packet(int sequence, ByteBuf payload) {
        ByteBuf out = Unpooled.buffer()
                .writeMediumLE(payload.readableBytes())
                .writeByte(sequence)
                .writeBytes(payload);
        payload.release();
        return out;
    }

    /** Asks for a sign of life. */
    static ByteBuf ping() {
        return packet(0, Unpooled.buffer().writeByte(PING));
    }

    /** A statement. */
    static ByteBuf query(String sql) {
        return packet(0, Unpooled.buffer().writeByte(QUERY).writeBytes(sql.getBytes(StandardCharsets.UTF_8)));
    }

    /** Goodbye. */
    static ByteBuf quit() {
        return packet(0, Unpooled.buffer().writeByte(QUIT));
    }
}
