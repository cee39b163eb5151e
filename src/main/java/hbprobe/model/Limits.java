package hbprobe.model;

import java.time.Duration;

/** Every bound of the program, in one place: what it is, and what would break without it. */
public final class Limits {
    private Limits() {}

    /** One local port a flow: Linux hands out 28 232 ephemeral ports towards one target, and others need some. */
    public static final int MAX_FLOWS = 20_000;

    /** Faster than this a run is a SYN flood to anything on the path. */
    public static final double MAX_OPEN_RATE = 10_000;

    /** Below this the opening of a flow and its silence can't be told apart on a real path. */
    public static final Duration SHORTEST_IDLE = Duration.ofMillis(100);

    /** Longer than any timer in the table of known timeouts. */
    public static final Duration LONGEST_IDLE = Duration.ofDays(7);

    /** The finest spacing of rungs: no real box's timer ticks finer. */
    public static final Duration FINEST_STEP = Duration.ofMillis(250);

    /** Targets of one check: each has an event loop of its own, and a thread. */
    public static final int CHECK_TARGETS = 256;

    /** A frame of the responder's protocol, header included. */
    public static final int MAX_FRAME_BYTES = 1_024;

    /** Frames a second that one flow may send to a responder. */
    public static final int RESPONDER_FRAMES_PER_SECOND = 1_000;

    /** Flows that a responder holds at once. */
    public static final int RESPONDER_FLOWS = 100_000;

    /** Flows that a responder holds at once for one client address. */
    public static final int RESPONDER_FLOWS_PER_ADDRESS = 2_000;

    /** The longest delay of a push, a mute or a close that a responder accepts. */
    public static final Duration RESPONDER_DELAY = Duration.ofHours(3);

    /** The fastest beat and keepalive that a responder can be ordered to send. */
    public static final Duration RESPONDER_SHORTEST_BEAT = Duration.ofMillis(100);

    /** Requests a second over UDP of one client that has shown that it hears: five for each of its flows. */
    public static final int RESPONDER_DATAGRAMS_PER_SECOND = 10_000;

    /** The same of all clients together: about what one core answers. */
    public static final int RESPONDER_DATAGRAMS_PER_SECOND_OF_ALL = 200_000;

    /** Answers a second over UDP to one address that has shown nothing: whoever can be spoofed gets no more. */
    public static final int RESPONDER_STRANGERS_PER_SECOND = 1_000;

    /** The same to all such addresses together. */
    public static final int RESPONDER_STRANGERS_PER_SECOND_OF_ALL = 50_000;

    /** Refusals a second over UDP that one client is told and the log is. */
    public static final int RESPONDER_REFUSALS_PER_SECOND = 100;

    /** Flows that have ended and that a responder still remembers; about 100 bytes each. */
    public static final int RESPONDER_MEMORY = 50_000;

    /** How long after its announced silence a flow is taken for dead: a late probe must still find it. */
    public static final Duration RESPONDER_GRACE = Duration.ofMinutes(5);

    /** How long a responder waits for the acknowledgement of what it wrote before it lets the flow go. */
    public static final Duration RESPONDER_USER_TIMEOUT = Duration.ofSeconds(60);

    /** A saved finding that is read again: one of the most flows that there can be has a tenth of that. */
    public static final int SAVED_FINDING_BYTES = 64 * 1024 * 1024;
}
