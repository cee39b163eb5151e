package hbprobe.dialect;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What a server says, in a form that is safe to print. */
final class Sayings {
    private static final int LONGEST = 60;

    /** RFC 8446, 5.1. */
    private static final int TLS_ALERT = 21;

    private static final int TLS_MAJOR_VERSION = 3;

    /** RFC 9113, 4.1 and 6.5: a frame's length takes three bytes, and its stream's number the last four of nine. */
    private static final int H2_TYPE_AT = 3;

    private static final int H2_STREAM_AT = 5;
    private static final int H2_HEADER = 9;
    private static final int H2_SETTINGS = 4;

    private Sayings() {}

    /** The first line of what can be read, without control characters, cut short. Reads nothing. */
    static String printable(ByteBuf in) {
        int length = Math.min(4 * LONGEST, in.readableBytes());
        return printable(in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1));
    }

    /** The same of what another protocol than the one expected begins with. */
    static String foreign(ByteBuf in) {
        int start = in.readerIndex();
        if (in.readableBytes() > 1 && in.getByte(start) == TLS_ALERT && in.getByte(start + 1) == TLS_MAJOR_VERSION) {
            return Recognition.Foreign.TLS;
        }
        boolean isSettings = in.readableBytes() >= H2_HEADER
                && in.getByte(start) == 0
                && in.getByte(start + H2_TYPE_AT) == H2_SETTINGS
                && in.getInt(start + H2_STREAM_AT) == 0;
        return isSettings ? Recognition.Foreign.HTTP2 : printable(in);
    }

    /** The same of what is text already. */
    static String printable(String said) {
        String line = said.lines().findFirst().orElse("").replaceAll("[^ -~]", ".");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
