package hbprobe.engine;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * An engine as whoever carries out its decisions sees it: it is told what happens and what time it is, and says what to
 * do and when to call again. All times are from one monotonic clock, in nanoseconds.
 *
 * @param <A> what it can want
 */
public interface Decider<A> {
    /** The next thing to do; empty when there is nothing to do for now. */
    Optional<A> nextAction();

    /** When {@link #onTime} wants to be called; empty when it is over. */
    OptionalLong nextWakeNs();

    /** Time has come for something. */
    void onTime(long nowNs);

    /** Whether it has ended. */
    boolean isOver();
}
