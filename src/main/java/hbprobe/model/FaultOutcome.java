package hbprobe.model;

import io.avaje.jsonb.Json;

/** What came of {@code compare} or {@code detect}, in one word. */
public enum FaultOutcome {
    /** Every row that could be tried has its figures. */
    ANSWERED("answered"),
    /** What was seen does not allow an answer. */
    INCONCLUSIVE("inconclusive"),
    /** There was nothing to try it with. */
    UNREACHABLE("unreachable"),
    /** The run was ended before it was done. */
    INTERRUPTED("interrupted");

    private final String word;

    FaultOutcome(String word) {
        this.word = word;
    }

    /** The word used in JSON. */
    @Json.Value
    public String word() {
        return word;
    }
}
