package hbprobe.dialect;

import io.netty.handler.codec.CorruptedFrameException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A packet of a MySQL server's, and how its parts are written (MySQL's client/server protocol, "Basic Types"). */
final class MysqlPacket {
    private static final int OK = 0;
    private static final int MORE = 1;
    private static final int END_OR_SWITCH = 0xfe;
    private static final int ERROR = 0xff;

    private static final int NULL = 0xfb;
    private static final int TWO_BYTES = 0xfc;
    private static final int THREE_BYTES = 0xfd;

    /** An end has warnings and a status behind its mark; whatever is longer is a row. */
    private static final int LONGEST_END = 5;

    private final int sequence;
    private final byte[] payload;

    MysqlPacket(int sequence, byte[] payload) {
        this.sequence = sequence;
        this.payload = payload.clone();
    }

    /** What a server says that is none: text of another protocol. */
    record Foreign(String heard) {}

    /** An error of the server's. */
    record Refusal(int code, String message) {}

    int sequence() {
        return sequence;
    }

    private int mark() {
        return payload.length == 0 ? OK : payload[0] & 0xff;
    }

    boolean isOk() {
        return mark() == OK;
    }

    boolean isError() {
        return mark() == ERROR;
    }

    /** Whether it ends a list of columns or of rows. */
    boolean isEnd() {
        return mark() == END_OR_SWITCH && payload.length <= LONGEST_END;
    }

    /** Whether the server wants another kind of login. */
    boolean isSwitch() {
        return mark() == END_OR_SWITCH;
    }

    /** Whether a login goes on. */
    boolean isMore() {
        return mark() == MORE;
    }

    /** Reads it as an error. */
    Refusal refusal() {
        return read(in -> {
            in.get();
            int code = in.getShort() & 0xffff;
            byte[] rest = rest(in);
            String words = new String(rest, StandardCharsets.UTF_8);
            // A state of SQL's stands before the words, except before the login.
            return new Refusal(code, words.matches("(?s)#.{5}.*") ? words.substring(6) : words);
        });
    }

    /** Reads it as a row of texts; null is an empty one. */
    List<String> row() {
        return read(in -> {
            List<String> row = new ArrayList<>();
            while (in.hasRemaining()) {
                byte[] text = new byte[length(in)];
                in.get(text);
                row.add(new String(text, StandardCharsets.UTF_8));
            }
            return row;
        });
    }

    private static int length(ByteBuffer in) {
        int first = in.get() & 0xff;
        int length = switch (first) {
            case NULL -> 0;
            case TWO_BYTES -> in.getShort() & 0xffff;
            case THREE_BYTES -> (in.getShort() & 0xffff) | (in.get() & 0xff) << 16;
            default -> first;
        };
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return length;
    }

    /** A text with a zero byte behind it; at the end of a packet that may be missing. */
    static String text(ByteBuffer in) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (in.hasRemaining()) {
            byte next = in.get();
            if (next == 0) {
                break;
            }
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** All that is left. */
    static byte[] rest(ByteBuffer in) {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }

    /** Reads it from its beginning. */
    interface Reader<T> {
        T from(ByteBuffer in);
    }

    /** Reads it, least significant bytes first; a packet that is too short is an error of the protocol. */
    <T> T read(Reader<T> reader) {
        try {
            return reader.from(ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN));
        } catch (BufferUnderflowException e) {
            throw new CorruptedFrameException("a MySQL packet is too short", e);
        }
    }

    @Override
    public String toString() {
        return "packet " + sequence + " of " + payload.length + " bytes";
    }
}
