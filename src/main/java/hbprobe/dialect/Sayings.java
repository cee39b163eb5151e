package hbprobe.dialect;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What a server says, in a form that is safe to print. */
final class Sayings {
    private static final int LONGEST = 60;

    /** RFC 8446, 5.1. */
    private static final int TLS_ALERT = 21;

    private static final int TLS_MAJOR_VERSION = 3;

    private Sayings() {}

    /** The first line of what can be read, without control characters, cut short. Reads nothing. */
    static String printable(ByteBuf in) {
        int length = Math.min(4 * LONGEST, in.readableBytes());
        return printable(in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1));
    }

    /** The same of what another protocol than the one expected begins with. */
    static String foreign(ByteBuf in) {
        boolean isTlsAlert = in.readableBytes() > 1
                && in.getByte(in.readerIndex()) == TLS_ALERT
                && in.getByte(in.readerIndex() + 1) == TLS_MAJOR_VERSION;
        return isTlsAlert ? "an alert of TLS, which it seems to expect from the first byte on" : printable(in);
    }

    /** The same of what is text already. */
    static String printable(String said) {
        String line = said.lines().findFirst().orElse("").replaceAll("[^ -~]", ".");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
