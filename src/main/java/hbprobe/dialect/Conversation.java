package hbprobe.dialect;

import hbprobe.model.FarDeed;
import io.netty.channel.ChannelHandler;
import java.util.Collection;

/** One flow's talk with the far end. Used on the event loop only. */
public interface Conversation {
    /** Puts the dialect's handlers into a new channel's pipeline; priming starts when it is connected. */
    ChannelHandler handler();

    /**
     * Writes the client-first probe; {@link FlowListener#answered} tells of its answer. Several may be on their way:
     * their answers come in the order in which they were spoken.
     */
    void speak();

    /** Writes a heartbeat that nobody waits for; where the protocol has none, a probe whose answer doesn't matter. */
    default void beat() {
        speak();
    }

    /**
     * Orders the far end to do something on this flow.
     *
     * @return whether the protocol has such an order
     */
    default boolean order(FarDeed deed, long durationNs) {
        return false;
    }

    /**
     * Asks what became of another flow as the far end saw it; {@link FlowListener#reported} tells of the answer.
     *
     * @param farName of that flow, from {@link FlowListener.Primed#farName}
     */
    void ask(long farName);

    /**
     * Asks the far end to end other flows of this run, which it may still hold because their ends were lost;
     * {@link FlowListener#dismissed} tells when it has.
     *
     * @param farNames of those flows, from {@link FlowListener.Primed#farName}
     * @throws IllegalStateException where the dialect can't ({@link hbprobe.model.Abilities.CutOff#DISMISSED})
     */
    default void dismiss(Collection<Long> farNames) {
        throw new IllegalStateException("no way to end " + farNames.size() + " flows at the far end");
    }

    /** Takes leave as the protocol wants it, then closes. Does nothing on a flow that is gone. */
    void leave();
}
