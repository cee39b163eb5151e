package hbprobe.model;

import java.time.Duration;
import java.util.List;

/**
 * Where a measurement stands, for a person who waits.
 *
 * @param elapsed since the start
 * @param pass what is being done
 * @param opened flows of this pass opened so far
 * @param planned flows of this pass
 * @param waiting flows that are silent now
 * @param alive longest idle period that a flow has lived through
 * @param dead flows found dead
 * @param atMost how long this pass can still take
 * @param rungs every flow of every pass, by direction and idle period
 */
public record MeasureProgress(
        Duration elapsed,
        String pass,
        int opened,
        int planned,
        int waiting,
        Duration alive,
        int dead,
        Duration atMost,
        List<Rung> rungs) {

    /** Copies the list. */
    public MeasureProgress {
        rungs = List.copyOf(rungs);
    }

    /** What is known of a flow. */
    public enum Standing {
        /** Its turn has not come. */
        PLANNED,
        /** It is being opened, or nothing crosses it. */
        WAITING,
        /** Its silence is over; an answer is awaited. */
        PROBED,
        /** It lived. */
        ALIVE,
        /** It died. */
        DEAD,
        /** Somebody sent segments during the silence. */
        REFRESHED,
        /** It proves nothing. */
        VOID
    }

    /** One flow of the ladder. */
    public record Rung(Ladder ladder, Duration idle, Standing standing) {}
}
