package hbprobe.dialect;

import hbprobe.model.Problem;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * MySQL and MariaDB count connections that end before a login, and after {@code max_connect_errors} of them, 100 by
 * default, block the whole address until an administrator flushes it: they must not be measured by bare connections.
 */
final class MysqlGreeting {
    /** Three bytes of length, least significant first, and a sequence number. */
    private static final int HEADER_BYTES = 4;

    private static final int PROTOCOL_VERSION = 10;
    private static final int ERROR = 0xff;

    /** A greeting holds at least a version, a thread number, and the beginning of a challenge. */
    private static final int SHORTEST_GREETING = 20;

    private static final int LONGEST_PACKET = 1_024;
    private static final int LONGEST_VERSION = 60;

    private MysqlGreeting() {}

    /** Why this server must not be measured, if the bytes are a MySQL server's first packet or its refusal. */
    static Optional<Problem> objection(ByteBuf bytes) {
        if (bytes.readableBytes() < HEADER_BYTES + 3) {
            return Optional.empty();
        }
        int start = bytes.readerIndex();
        int length = bytes.getUnsignedMediumLE(start);
        int sequence = bytes.getUnsignedByte(start + 3);
        int type = bytes.getUnsignedByte(start + HEADER_BYTES);
        if (sequence != 0 || length > LONGEST_PACKET || bytes.readableBytes() < HEADER_BYTES + length) {
            return Optional.empty();
        }
        if (type == ERROR && length > 3) {
            String text = bytes.toString(start + HEADER_BYTES + 3, length - 3, StandardCharsets.ISO_8859_1);
            return Optional.of(new Problem(
                    "mysql", "the far end is a MySQL server and refuses: " + text.replaceAll("[^ -~]", ".")));
        }
        return type == PROTOCOL_VERSION && length >= SHORTEST_GREETING && isVersion(bytes, start + HEADER_BYTES + 1)
                ? Optional.of(new Problem(
                        "mysql",
                        "the far end is a MySQL server: it counts connections without a login, and blocks the whole"
                                + " address after 100 of them; measure it with mysql://"))
                : Optional.empty();
    }

    /** A text that starts with a digit and ends with a zero byte. */
    private static boolean isVersion(ByteBuf bytes, int from) {
        int end = bytes.indexOf(from, Math.min(bytes.writerIndex(), from + LONGEST_VERSION), (byte) 0);
        return end > from && Character.isDigit(bytes.getByte(from));
    }
}
