package hbprobe.model;

import java.time.Duration;

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
 */
public record MeasureProgress(
        Duration elapsed,
        String pass,
        int opened,
        int planned,
        int waiting,
        Duration alive,
        int dead,
        Duration atMost) {}
