package hbprobe.model;

import java.time.Duration;
import java.util.List;

/**
 * What a dialect can do, and what a measurement in it has to respect.
 *
 * @param serverFirst whether the far end can be ordered to speak first
 * @param writes whether anything is ever written: if not, no flow is ever busy in the eyes of an application
 * @param flows most flows open at once, unless the user says otherwise
 * @param refines whether a bracket wider than asked is narrowed by a second pass, unless the user says otherwise
 * @param shortestIdle the shortest silence after which a flow can be probed
 * @param shortestReply the least that a probe has to wait for its answer
 * @param probeAgain when a probe that was lost is sent again
 * @param answersAfter how long an answer takes where all is well, the round trip left out: what can't be seen has to be
 *     waited for
 * @param untested what an answer in this dialect leaves open, as sentences without a full stop
 */
public record Abilities(
        boolean serverFirst,
        boolean writes,
        int flows,
        boolean refines,
        Duration shortestIdle,
        Duration shortestReply,
        Duration probeAgain,
        Duration answersAfter,
        List<String> untested) {

    /** RFC 6298 (2.4) has the same floor for retransmission: below it a single lost packet would look like death. */
    public static final Duration ONE_RETRANSMISSION = Duration.ofSeconds(1);

    /** Linux sends again after 200 ms at least (TCP_RTO_MIN); a round trip more where that is longer. */
    public static final Duration FIRST_RETRANSMISSION = Duration.ofMillis(250);

    /** Copies the list. */
    public Abilities {
        untested = List.copyOf(untested);
    }

    /** Of a dialect whose answers are seen as soon as they are here. */
    public Abilities(
            boolean serverFirst,
            boolean writes,
            int flows,
            boolean refines,
            Duration shortestIdle,
            Duration shortestReply,
            Duration probeAgain,
            List<String> untested) {
        this(serverFirst, writes, flows, refines, shortestIdle, shortestReply, probeAgain, Duration.ZERO, untested);
    }

    /** Of a far end that obeys orders: a responder. */
    public static Abilities ofResponder() {
        return new Abilities(
                true,
                true,
                MeasureSettings.defaults().maxFlows(),
                false,
                Limits.SHORTEST_IDLE,
                ONE_RETRANSMISSION,
                FIRST_RETRANSMISSION,
                List.of());
    }
}
