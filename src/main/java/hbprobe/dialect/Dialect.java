package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.net.KernelView;
import java.util.OptionalLong;

/** A protocol that flows can speak. */
public interface Dialect {
    /** The scheme of its targets. */
    String name();

    /**
     * What can be done with it on this host.
     *
     * @param seesSegments whether the kernel tells what crosses a connection ({@link KernelView#seesSegments})
     */
    Abilities abilities(boolean seesSegments);

    /**
     * What a new flow is primed for.
     *
     * @param pushAfterNs the far end is to speak after this long; empty: this end will
     * @param longestSilenceNs that the flow may have; the far end must not take it for dead before
     */
    record Priming(OptionalLong pushAfterNs, long longestSilenceNs) {}

    /** One flow's conversation, not yet connected. */
    Conversation converse(Priming priming, KernelView kernel, FlowListener listener);
}
