package hbprobe.wire;

import java.net.InetSocketAddress;
import java.util.List;

/** An attribute of STUN, as far as behaviour discovery needs it (RFC 8489, section 14; RFC 5780, section 7). */
public sealed interface StunAttribute {
    /** Its number on the wire; up to 0x7FFF a receiver that doesn't know it must refuse the request. */
    int type();

    /** MAPPED-ADDRESS: where the request seemed to come from, in the clear. */
    record Mapped(InetSocketAddress address) implements StunAttribute {
        static final int TYPE = 0x0001;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** XOR-MAPPED-ADDRESS: the same, hidden from boxes that rewrite the addresses that they find in a payload. */
    record XorMapped(InetSocketAddress address) implements StunAttribute {
        static final int TYPE = 0x0020;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** CHANGE-REQUEST: answer from another address, another port, or both. */
    record Change(boolean address, boolean port) implements StunAttribute {
        static final int TYPE = 0x0003;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** SOURCE-ADDRESS of RFC 3489: where the answer was sent from. */
    record Source(InetSocketAddress address) implements StunAttribute {
        static final int TYPE = 0x0004;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** CHANGED-ADDRESS of RFC 3489: the server's other address and other port. */
    record Changed(InetSocketAddress address) implements StunAttribute {
        static final int TYPE = 0x0005;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** RESPONSE-ORIGIN: where the answer was sent from. */
    record Origin(InetSocketAddress address) implements StunAttribute {
        static final int TYPE = 0x802B;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** OTHER-ADDRESS: the server's other address and other port. */
    record Other(InetSocketAddress address) implements StunAttribute {
        static final int TYPE = 0x802C;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** RESPONSE-PORT: the answer is wanted at that port of the client. */
    record ResponsePort(int port) implements StunAttribute {
        static final int TYPE = 0x0027;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** PADDING: zeroes, to make a message longer than a packet. */
    record Padding(int length) implements StunAttribute {
        static final int TYPE = 0x0026;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** SOFTWARE: who speaks. */
    record Software(String text) implements StunAttribute {
        static final int TYPE = 0x8022;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** ERROR-CODE: why there is no answer; 300 to 699. */
    record Refusal(int code, String reason) implements StunAttribute {
        static final int TYPE = 0x0009;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** UNKNOWN-ATTRIBUTES: what the server did not understand, by number. */
    record Unknown(List<Integer> types) implements StunAttribute {
        static final int TYPE = 0x000A;

        /** Copies the list. */
        public Unknown {
            types = List.copyOf(types);
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** FINGERPRINT: a checksum of all that goes before it. Written last; one that is wrong is never read. */
    record Fingerprint() implements StunAttribute {
        static final int TYPE = 0x8028;

        @Override
        public int type() {
            return TYPE;
        }
    }

    /** One that is of no use here, passed over. */
    record Foreign(int type) implements StunAttribute {}
}
