package hbprobe.model;

import org.jspecify.annotations.Nullable;

/**
 * What the far end knows of a flow.
 *
 * @param pushes sent so far
 * @param pushedAfterNs how long after its order the push was sent; of several copies, the last that can have mattered
 * @param pushAcknowledged whether somebody acknowledged it
 * @param end how the flow ended there
 * @param mapped the flow's address and port when the order was given; null where that isn't told
 */
public record FarReport(
        int pushes,
        long pushedAfterNs,
        boolean pushAcknowledged,
        End end,
        @Nullable String mapped) {

    /** Of a connection, which keeps its address. */
    public FarReport(int pushes, long pushedAfterNs, boolean pushAcknowledged, End end) {
        this(pushes, pushedAfterNs, pushAcknowledged, end, null);
    }

    /** For a push whose time the far end doesn't tell: it was the time ordered. */
    public static final long UNTIMED = 0;

    /** Of a server that is still about to speak. */
    public static FarReport silentSoFar() {
        return new FarReport(0, UNTIMED, false, End.OPEN);
    }

    /** Of a server that has spoken, and knows neither when nor whether it was heard. */
    public static FarReport spoke() {
        return new FarReport(1, UNTIMED, false, End.UNSEEN);
    }

    /** How a flow ended at the far end. */
    public enum End {
        /** It has not. */
        OPEN,
        /** FIN arrived. */
        FIN,
        /** RST arrived. */
        RESET,
        /** What was written was never acknowledged. */
        TIMEOUT,
        /** It was closed there. */
        CLOSED,
        /** Nothing tells: over UDP the far end doesn't know, and most servers don't say. */
        UNSEEN
    }
}
