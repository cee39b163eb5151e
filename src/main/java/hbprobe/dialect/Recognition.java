package hbprobe.dialect;

import hbprobe.model.Problem;

/** What speaks at the far end, as far as an {@link Introduction} can tell. */
public sealed interface Recognition {
    /** It answered the hello: {@code hbprobe respond}. */
    record Responder() implements Recognition {}

    /** The hello came back verbatim. */
    record Echo() implements Recognition {}

    /**
     * A server of another kind.
     *
     * @param words what it said, printable; empty when it said nothing
     */
    record Foreign(String words) implements Recognition {
        /** In place of words: how a server of HTTP/2 begins. */
        public static final String HTTP2 = "settings of HTTP/2";

        /** In place of words: how a server of TLS answers what is no TLS. */
        public static final String TLS = "an alert of TLS, which it seems to expect from the first byte on";
    }

    /** It must not be measured this way, or can't be. */
    record Refused(Problem problem) implements Recognition {}
}
