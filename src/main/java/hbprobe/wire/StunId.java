package hbprobe.wire;

/**
 * What ties a STUN answer to its request: the 16 bytes after the length. In RFC 8489 the first four of them are the
 * magic cookie, in RFC 3489 all are chosen by the client.
 */
public record StunId(long high, long low) {
    /** Says that a message is of RFC 5389 or later (RFC 8489, section 5). */
    static final int MAGIC_COOKIE = 0x2112_A442;

    /** One of RFC 8489, from 96 bits that nobody can guess; the upper half of {@code high} is not used. */
    public static StunId modern(long high, long low) {
        return new StunId(((long) MAGIC_COOKIE << 32) | (high & 0xFFFF_FFFFL), low);
    }

    /** Whether it has the magic cookie; else the message is of RFC 3489. */
    public boolean isModern() {
        return high >>> 32 == MAGIC_COOKIE;
    }
}
