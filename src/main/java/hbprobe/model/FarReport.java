package hbprobe.model;

/**
 * What the far end knows of a flow.
 *
 * @param pushes sent so far
 * @param pushedAfterNs how long after its order the last push was sent
 * @param pushAcknowledged whether somebody acknowledged it
 * @param end how the flow ended there
 */
public record FarReport(int pushes, long pushedAfterNs, boolean pushAcknowledged, End end) {

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
        CLOSED
    }
}
