package hbprobe.wire;

import java.util.Arrays;

/** What client and responder say to each other. All durations are monotonic nanoseconds. */
public sealed interface Frame {

    /** Sent by the client. */
    sealed interface Request extends Frame {}

    /** Sent by the responder. */
    sealed interface Reply extends Frame {}

    /** A request that a reply answers by repeating its nonce. */
    sealed interface Numbered extends Request {
        /** Chosen by the client; unguessable, so that a late answer of an earlier run is told from this one's. */
        long nonce();
    }

    /**
     * The first frame of a flow.
     *
     * @param longestSilenceNs how long the flow may stay silent before the responder may take it for dead
     * @param proof HMAC-SHA256 of the responder's challenge under the shared token; empty when none was demanded yet
     */
    record Hello(long longestSilenceNs, Bytes proof) implements Request {}

    /** Answered at once by {@link Echoed} with the same payload. */
    record Echo(long nonce, Bytes payload) implements Numbered {}

    /** Something to do on the asking flow itself. */
    record Order(long nonce, Deed deed, long durationNs) implements Numbered {}

    /** What can be ordered, and what the order's duration means. */
    enum Deed {
        /** Send one {@link Pushed} after the duration. */
        PUSH(1),
        /** Send a {@link Beat} every duration. */
        BEAT(2),
        /** Switch OS keepalive on, idle time and interval being the duration in whole seconds. */
        KEEPALIVE(3),
        /** Answer nothing for the duration, but stay connected. */
        MUTE(4),
        /** Close with FIN after the duration. */
        CLOSE(5),
        /** Close with RST after the duration. */
        RESET(6),
        /** Forget every order given before; the duration means nothing. */
        CANCEL(7);

        private final int code;

        Deed(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Deed of(int code) {
            return Arrays.stream(values())
                    .filter(value -> value.code == code)
                    .findFirst()
                    .orElseThrow(() -> new BadFrameException("order " + code + " is unknown"));
        }
    }

    /** What became of a flow, as seen from the responder? */
    record Ask(long nonce, long flow) implements Numbered {}

    /**
     * The hello is taken.
     *
     * @param flow this flow's name in {@link Ask}; unguessable
     * @param instance of the responder: another one after a restart, or behind a balancer
     * @param mapped the client's address and port as the responder sees them
     * @param longestDelayNs of an order
     */
    record Welcome(long flow, long instance, String mapped, long longestDelayNs) implements Reply {}

    /** A token is demanded: say hello again with the proof. */
    record Challenge(Bytes nonce) implements Reply {}

    /** Answers {@link Echo}. */
    record Echoed(long nonce, Bytes payload) implements Reply {}

    /** The order will be carried out. */
    record Accepted(long nonce) implements Reply {}

    /**
     * The ordered push.
     *
     * @param nonce of the order
     * @param afterNs how long after the order it was sent, by the responder's clock
     * @param strangers segments without data that arrived at the responder during the silence
     */
    record Pushed(long nonce, long afterNs, int strangers) implements Reply {}

    /**
     * A heartbeat that nobody answers, either way: one of the beats ordered, or the client's own.
     *
     * @param nonce of the order; the client's own choice for its own
     * @param number counts them
     */
    record Beat(long nonce, int number) implements Request, Reply {}

    /**
     * Answers {@link Ask}.
     *
     * @param known whether this responder knows the flow; if not, the rest is empty
     * @param pushes sent so far
     * @param pushedAfterNs how long after its order the last push was sent; 0 when none was
     * @param pushAcknowledged whether the flow's last push was acknowledged; meaningless without one
     * @param end how the flow ended
     */
    record Report(
            long nonce, long flow, boolean known, int pushes, long pushedAfterNs, boolean pushAcknowledged, End end)
            implements Reply {}

    /** How a flow ended as the responder saw it. */
    enum End {
        /** It has not. */
        OPEN(1),
        /** The client, or somebody in its name, sent FIN. */
        FIN(2),
        /** An RST arrived. */
        RESET(3),
        /** What was written was never acknowledged. */
        TIMEOUT(4),
        /** The responder closed it. */
        CLOSED(5);

        private final int code;

        End(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static End of(int code) {
            return Arrays.stream(values())
                    .filter(value -> value.code == code)
                    .findFirst()
                    .orElseThrow(() -> new BadFrameException("ending " + code + " is unknown"));
        }
    }

    /**
     * Not done, and why.
     *
     * @param nonce of the request; 0 when it had none
     * @param limit the bound that was passed, in its own unit (durations in nanoseconds); 0 when there is none
     */
    record Refused(long nonce, Reason reason, long limit, String text) implements Reply {}

    /** Why something was refused. */
    enum Reason {
        /** The token is missing or wrong. */
        TOKEN(1),
        /** The responder holds as many flows as it may. */
        FLOWS(2),
        /** It holds as many flows for this address as it may. */
        FLOWS_PER_ADDRESS(3),
        /** The duration of an order is too long. */
        DELAY(4),
        /** The period of a beat or keepalive is too short. */
        PERIOD(5),
        /** Too many frames a second. */
        RATE(6),
        /** The flow has not said hello. */
        HELLO_FIRST(7),
        /** The frame is not understood. */
        UNKNOWN(8),
        /** This host cannot do it. */
        UNSUPPORTED(9),
        /** Over UDP: the cookie is not this address's, or too old. */
        COOKIE(10),
        /** Over UDP: the request is too short to pay for its answers. */
        UNPAID(11);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Reason of(int code) {
            // A newer responder may have reasons that are not known yet; its text still says why.
            return Arrays.stream(values())
                    .filter(value -> value.code == code)
                    .findFirst()
                    .orElse(UNKNOWN);
        }
    }
}
