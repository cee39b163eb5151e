package hbprobe.sim;

/**
 * What crosses a path: a TCP segment.
 *
 * @param kind what it is for
 * @param seq of its first byte
 * @param ackNo next byte that its sender expects
 * @param data none for most kinds
 */
record Segment(Kind kind, long seq, long ackNo, byte[] data) {
    private static final byte[] NONE = new byte[0];

    /** What a segment is for. */
    enum Kind {
        SYN,
        SYN_ACK,
        DATA,
        ACK,
        FIN,
        RESET,
        /** Sent by a kernel, or by a box, to provoke an acknowledgement: one byte before what is expected, no data. */
        KEEPALIVE
    }

    static Segment bare(Kind kind, long seq, long ackNo) {
        return new Segment(kind, seq, ackNo, NONE);
    }

    boolean is(Kind one) {
        return kind == one;
    }

    /** How much of the sequence it takes. */
    long length() {
        return switch (kind) {
            case SYN, SYN_ACK, FIN -> 1;
            case DATA -> data.length;
            case ACK, RESET, KEEPALIVE -> 0;
        };
    }
}
