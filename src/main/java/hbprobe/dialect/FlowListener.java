package hbprobe.dialect;

import hbprobe.model.FarReport;
import hbprobe.model.Problem;
import hbprobe.model.ServerLimit;
import hbprobe.net.Closing;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Told what happens on a flow, in words that are the same for every dialect; on the event loop. */
public interface FlowListener {
    /** The code of a {@link #failed} whose cause is a limit on flows at the far end. */
    String FAR_END_IS_FULL = "far-end-full";

    /**
     * The flow is ready, and from now on silent.
     *
     * @param rttNs of the priming
     * @param farName of the flow at the far end; 0 where it has none
     * @param farInstance which far end it is; 0 where it doesn't say
     * @param mapped this end's address and port as the far end sees them; null where it doesn't say
     * @param silence how sure its beginning is
     */
    record Primed(
            long rttNs,
            long farName,
            long farInstance,
            @Nullable String mapped,
            Silence silence) {

        /** Of a connection: the kernel may know when the silence began. */
        public Primed(long rttNs, long farName, long farInstance, @Nullable String mapped) {
            // A middlebox saw the order's end up to a round trip later than the far end, which counts from it.
            this(rttNs, farName, farInstance, mapped, new Silence(OptionalLong.empty(), rttNs, 0));
        }
    }

    /**
     * How sure the beginning of a silence is.
     *
     * @param forNs how long it may have lasted already; empty where the kernel has to say
     * @param shorterNs by how much less of it than the far end counts a box may see
     * @param longerNs by how much more
     */
    record Silence(OptionalLong forNs, long shorterNs, long longerNs) {}

    /** Priming is done. */
    void primed(Primed primed);

    /**
     * The far end spoke as ordered.
     *
     * @param afterNs how long after the order, by the far end's clock
     * @param strangers segments without data that the far end saw during the silence
     */
    void pushed(long afterNs, int strangers);

    /**
     * The answer to what {@link Conversation#speak} wrote.
     *
     * @param mapped this end's address and port as the far end sees them now; null where it doesn't say
     */
    void answered(@Nullable String mapped);

    /**
     * Over UDP, an answer that should have come before another one did not: it was lost or is late. Told before the
     * other one.
     */
    void overtaken();

    /** The far end knows this of a flow; empty: it doesn't know the flow. */
    void reported(long farName, Optional<FarReport> report);

    /** A server has told of an idle limit of its own. */
    default void limited(ServerLimit limit) {}

    /** The server has ended the flows that {@link Conversation#dismiss} named. */
    default void dismissed() {}

    /** After this answer the server lets the connection do no more: so many requests and no more, whatever its age. */
    default void retired() {}

    /** The far end's opening words, which nobody asked for: the silence begins anew. */
    void greeted(String text);

    /** The far end spoke unasked, long after the flow was opened: a heartbeat of its own, or a farewell. */
    void heard(String text);

    /** The far end took leave in words before it closed. */
    void goodbye(String text);

    /** The far end can't or won't do what is needed; the flow is closed. */
    void failed(Problem problem);

    /** A defect of hbprobe's own. */
    void broken(Throwable defect);

    /**
     * The connection is gone.
     *
     * @param detail the kernel's words where it had any
     */
    void closed(Closing closing, String detail);
}
