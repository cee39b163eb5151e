package hbprobe.dialect;

import io.netty.handler.codec.CorruptedFrameException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A message of a PostgreSQL server's (protocol 3, "Message Formats"). */
final class PostgresMessage {
    static final char AUTHENTICATION = 'R';
    static final char BACKEND_KEY = 'K';
    static final char ROW = 'D';
    static final char ERROR = 'E';
    static final char READY = 'Z';

    /** Not the server's letter for it: the byte that answers the question for TLS comes without one. */
    static final char TLS_ANSWER = 1;

    /** Nor that: the far end speaks something else. */
    static final char FOREIGN = 0;

    private final char type;
    private final byte[] body;

    PostgresMessage(char type, byte[] body) {
        this.type = type;
        this.body = body.clone();
    }

    char type() {
        return type;
    }

    byte[] body() {
        return body.clone();
    }

    /** The number that it begins with. */
    int number() {
        return read(ByteBuffer::getInt);
    }

    /** What follows that number. */
    byte[] afterNumber() {
        return read(in -> {
            in.getInt();
            byte[] rest = new byte[in.remaining()];
            in.get(rest);
            return rest;
        });
    }

    /** The texts that follow that number, each with a zero byte behind it, up to an empty one. */
    List<String> textsAfterNumber() {
        return read(in -> {
            in.getInt();
            List<String> texts = new ArrayList<>();
            for (String text = text(in); !text.isEmpty(); text = text(in)) {
                texts.add(text);
            }
            return texts;
        });
    }

    /** The parts of an error, by their letters. */
    Map<Character, String> parts() {
        return read(in -> {
            Map<Character, String> parts = new HashMap<>();
            for (char letter = (char) in.get(); letter != 0; letter = (char) in.get()) {
                parts.put(letter, text(in));
            }
            return parts;
        });
    }

    /** The columns of a row; null is an empty text. */
    List<String> columns() {
        return read(in -> {
            int count = in.getShort();
            List<String> columns = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int length = in.getInt();
                byte[] bytes = new byte[Math.max(0, Math.min(length, in.remaining() + 1))];
                in.get(bytes);
                columns.add(new String(bytes, StandardCharsets.UTF_8));
            }
            return columns;
        });
    }

    private static String text(ByteBuffer in) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte next = in.get(); next != 0; next = in.get()) {
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private interface Reader<T> {
        T from(ByteBuffer in);
    }

    private <T> T read(Reader<T> reader) {
        try {
            return reader.from(ByteBuffer.wrap(body));
        } catch (BufferUnderflowException e) {
            throw new CorruptedFrameException("a postgres message '" + type + "' is too short", e);
        }
    }

    @Override
    public String toString() {
        return "message '" + type + "' of " + body.length + " bytes";
    }
}
