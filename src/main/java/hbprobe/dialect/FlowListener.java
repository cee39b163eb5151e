package hbprobe.dialect;

import hbprobe.model.FarReport;
import hbprobe.model.Problem;
import hbprobe.net.Closing;
import java.util.Optional;
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
     */
    record Primed(
            long rttNs,
            long farName,
            long farInstance,
            @Nullable String mapped) {}

    /** Priming is done. */
    void primed(Primed primed);

    /**
     * The far end spoke as ordered.
     *
     * @param afterNs how long after the order, by the far end's clock
     * @param strangers segments without data that the far end saw during the silence
     */
    void pushed(long afterNs, int strangers);

    /** The answer to what {@link Conversation#speak} wrote. */
    void answered();

    /** The far end knows this of a flow; empty: it doesn't know the flow. */
    void reported(long farName, Optional<FarReport> report);

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
