package hbprobe.model;

import java.time.Duration;
import java.util.List;

/**
 * What a dialect can do, and what a measurement in it has to respect.
 *
 * @param ladders what can be tested, in the order in which flows are opened
 * @param writes whether anything is ever written: if not, no flow is ever busy in the eyes of an application
 * @param flows most flows open at once, unless the user says otherwise
 * @param cutOff what stays at the far end of a flow that the path has cut off
 * @param refines whether a bracket wider than asked is narrowed by a second pass, unless the user says otherwise
 * @param shortestIdle the shortest silence after which a flow can be probed
 * @param shortestReply the least that a probe has to wait for its answer
 * @param probeAgain when a probe that was lost is sent again
 * @param answersAfter how long an answer takes where all is well, the round trip left out: what can't be seen has to be
 *     waited for
 * @param untested what an answer in this dialect leaves open, as sentences without a full stop
 */
public record Abilities(
        List<Ladder> ladders,
        boolean writes,
        int flows,
        CutOff cutOff,
        boolean refines,
        Duration shortestIdle,
        Duration shortestReply,
        Duration probeAgain,
        Duration answersAfter,
        List<String> untested) {

    /** What stays at the far end of a flow that the path has cut off, where no close arrives any more. */
    public enum CutOff {
        /** Nothing that counts: the far end is made for this. */
        NOTHING,
        /** A connection, until the run is over: then it is ended from a fresh flow. */
        DISMISSED,
        /** A connection, until the far end finds out by itself. */
        LINGERS
    }

    /** RFC 6298 (2.4) has the same floor for retransmission: below it a single lost packet would look like death. */
    public static final Duration ONE_RETRANSMISSION = Duration.ofSeconds(1);

    /** Linux sends again after 200 ms at least (TCP_RTO_MIN); a round trip more where that is longer. */
    public static final Duration FIRST_RETRANSMISSION = Duration.ofMillis(250);

    /** Copies the list. */
    public Abilities {
        ladders = List.copyOf(ladders);
        untested = List.copyOf(untested);
    }

    /** TCP, whoever speaks first. */
    public static final List<Ladder> TCP_BOTH_WAYS = List.of(
            new Ladder(IdleTest.TCP_1, Direction.CLIENT_FIRST), new Ladder(IdleTest.TCP_1, Direction.SERVER_FIRST));

    /** TCP with a far end that can't be told to speak first. */
    public static final List<Ladder> TCP_CLIENT_FIRST = TCP_BOTH_WAYS.subList(0, 1);

    /** UDP: what takes longest to prime comes first. */
    public static final List<Ladder> UDP_SERVER_FIRST = List.of(
            new Ladder(IdleTest.UDP_3, Direction.SERVER_FIRST),
            new Ladder(IdleTest.UDP_2, Direction.SERVER_FIRST),
            new Ladder(IdleTest.UDP_1, Direction.SERVER_FIRST));

    /** UDP with a far end that can't be told to speak first. */
    public static final List<Ladder> UDP_CLIENT_FIRST = List.of(new Ladder(IdleTest.UDP_3, Direction.CLIENT_FIRST));

    /** The same with fewer flows, and with other things left open. */
    public Abilities withFlows(int most, List<String> leftOpen) {
        return new Abilities(
                ladders,
                writes,
                most,
                cutOff,
                refines,
                shortestIdle,
                shortestReply,
                probeAgain,
                answersAfter,
                leftOpen);
    }

    /** The same with something else that stays of a flow that was cut off. */
    public Abilities withCutOff(CutOff stays) {
        return new Abilities(
                ladders,
                writes,
                flows,
                stays,
                refines,
                shortestIdle,
                shortestReply,
                probeAgain,
                answersAfter,
                untested);
    }

    /** Who can be ordered to, in words for those who asked another one. */
    public static final String WHO_SPEAKS_FIRST =
            "only hbprobe respond and servers with an order for it (redis, postgres, mysql, mqtt, amqp, http with"
                    + " --push-path) speak first after a silence";

    /** Whether there is a test in which that end speaks first. */
    public boolean allows(Direction direction) {
        return ladders.stream().anyMatch(ladder -> ladder.direction() == direction);
    }

    /** Whether the far end can be ordered to speak first. */
    public boolean serverFirst() {
        return allows(Direction.SERVER_FIRST);
    }

    /** What flows are made of. */
    public Transport transport() {
        return ladders.get(0).test().isUdp() ? Transport.UDP : Transport.TCP;
    }

    /** Of a dialect whose answers are seen as soon as they are here, and of whose flows nothing stays. */
    public Abilities(
            List<Ladder> ladders,
            boolean writes,
            int flows,
            boolean refines,
            Duration shortestIdle,
            Duration shortestReply,
            Duration probeAgain,
            List<String> untested) {
        this(
                ladders,
                writes,
                flows,
                CutOff.NOTHING,
                refines,
                shortestIdle,
                shortestReply,
                probeAgain,
                Duration.ZERO,
                untested);
    }

    /**
     * Of a server that speaks a protocol of its own.
     *
     * @param flows that it takes from one client as it is usually set up, with room for others
     */
    public static Abilities ofServer(List<Ladder> ladders, int flows, List<String> untested) {
        return new Abilities(
                        ladders,
                        true,
                        flows,
                        true,
                        Limits.SHORTEST_IDLE,
                        ONE_RETRANSMISSION,
                        FIRST_RETRANSMISSION,
                        untested)
                .withCutOff(CutOff.LINGERS);
    }

    /** Of a far end that obeys orders: a responder. */
    public static Abilities ofResponder() {
        return new Abilities(
                TCP_BOTH_WAYS,
                true,
                MeasureSettings.defaults().maxFlows(),
                false,
                Limits.SHORTEST_IDLE,
                ONE_RETRANSMISSION,
                FIRST_RETRANSMISSION,
                List.of());
    }
}
