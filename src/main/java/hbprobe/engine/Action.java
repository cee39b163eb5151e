package hbprobe.engine;

import hbprobe.model.Direction;
import hbprobe.model.Ladder;
import java.util.Optional;

/** What the engine wants done to a flow. */
public sealed interface Action {
    /** The flow's number, never used again. */
    int flow();

    /** What a flow is for. */
    enum Purpose {
        /** To be silent for a while and then probed. */
        RUNG,
        /** To be busy all the time: it tells an age limit from an idle timeout, and an outage from an expiry. */
        BUSY,
        /** To show that a new flow works, and to ask what became of others. */
        CHECK
    }

    /**
     * Connect and prime.
     *
     * @param ladder what it carries before the silence, and who speaks after it; empty for busy flows and checks
     * @param idleNs length of the silence; 0 for busy flows and checks
     */
    record Open(int flow, Purpose purpose, Optional<Ladder> ladder, long idleNs) implements Action {
        /** Of a flow that is never idle. */
        Open(int flow, Purpose purpose) {
            this(flow, purpose, Optional.empty(), 0);
        }

        /** Whether the far end speaks after the silence. */
        public boolean isServerFirst() {
            return ladder.filter(one -> one.direction() == Direction.SERVER_FIRST)
                    .isPresent();
        }
    }

    /** Write something that the far end answers. */
    record Speak(int flow) implements Action {}

    /** See whether what was written has been acknowledged, and whether segments moved during the silence. */
    record Look(int flow) implements Action {}

    /** Ask, on this flow, what became of another one. */
    record Ask(int flow, int about) implements Action {}

    /** Close it. */
    record Close(int flow) implements Action {}
}
