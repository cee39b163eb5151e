package hbprobe.dialect;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a client says to a PostgreSQL server (protocol 3, "Message Formats"). */
final class PostgresRequest {
    private static final int PROTOCOL_3_0 = 3 << 16;

    /** Chosen so that no version of the protocol is ever called the same. */
    private static final int TLS = 1234 << 16 | 5679;

    private PostgresRequest() {}

    /** Asks whether the connection may go on under TLS. */
    static ByteBuf tls() {
        return Unpooled.buffer().writeInt(Integer.BYTES + Integer.BYTES).writeInt(TLS);
    }

    /** The first message of a login. */
    static ByteBuf startup(Map<String, String> parameters) {
        ByteBuf body = Unpooled.buffer().writeInt(PROTOCOL_3_0);
        parameters.forEach((name, value) -> {
            text(body, name);
            text(body, value);
        });
        body.writeByte(0);
        return framed(Unpooled.buffer(), body);
    }

    /** A password, or what proves it. */
    static ByteBuf password(String password) {
        return message('p', text(Unpooled.buffer(), password));
    }

    /** Begins a proof of the password by one of SASL's mechanisms. */
    static ByteBuf saslBegin(String mechanism, String first) {
        byte[] bytes = first.getBytes(StandardCharsets.UTF_8);
        ByteBuf body = text(Unpooled.buffer(), mechanism).writeInt(bytes.length).writeBytes(bytes);
        return message('p', body);
    }

    /** Goes on with it. */
    static ByteBuf saslContinue(String words) {
        return message('p', Unpooled.copiedBuffer(words, StandardCharsets.UTF_8));
    }

    /** Statements; an empty text is one that does nothing. */
    static ByteBuf query(String sql) {
        return message('Q', text(Unpooled.buffer(), sql));
    }

    /** Goodbye. */
    static ByteBuf terminate() {
        return message('X', Unpooled.EMPTY_BUFFER);
    }

    private static ByteBuf message(char letter, ByteBuf body) {
        return framed(Unpooled.buffer().writeByte(letter), body);
    }

    private static ByteBuf framed(ByteBuf out, ByteBuf body) {
        out.writeInt(Integer.BYTES + body.readableBytes()).writeBytes(body);
        body.release();
        return out;
    }

    private static ByteBuf text(ByteBuf out, String text) {
        return out.writeBytes(text.getBytes(StandardCharsets.UTF_8)).writeByte(0);
    }
}
