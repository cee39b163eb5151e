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
    record Foreign(String words) implements Recognition {}

    /** It must not be measured this way, or can't be. */
    record Refused(Problem problem) implements Recognition {}
}
