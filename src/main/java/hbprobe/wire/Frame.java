package hbprobe.wire;

import java.util.Arrays;
import java.util.List;

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
    record Hello(long longestSilenceNs, byte[] proof) implements Request {
        @Override
        public boolean equals(Object other) {
            return other instanceof Hello hello
                    && longestSilenceNs == hello.longestSilenceNs
                    && Arrays.equals(proof, hello.proof);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(longestSilenceNs) * 31 + Arrays.hashCode(proof);
        }
    }

    /** Answered at once by {@link Echoed} with the same payload. */
    record Echo(long nonce, byte[] payload) implements Numbered {
        @Override
        public boolean equals(Object other) {
            return other instanceof Echo echo && nonce == echo.nonce && Arrays.equals(payload, echo.payload);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(nonce) * 31 + Arrays.hashCode(payload);
        }
    }

    /** Something to do on the asking flow itself. */
    record Order(long nonce, Deed deed, long durationNs) implements Numbered {}

    /** What can be ordered, and what the order's duration means. */
    enum Deed {
        /** Send one {@link Pushed} after the duration. */
        PUSH,
        /** Send a {@link Beat} every duration. */
        BEAT,
        /** Switch OS keepalive on, idle time and interval being the duration in whole seconds. */
        KEEPALIVE,
        /** Answer nothing for the duration, but stay connected. */
        MUTE,
        /** Close with FIN after the duration. */
        CLOSE,
        /** Close with RST after the duration. */
        RESET,
        /** Forget every order given before; the duration means nothing. */
        CANCEL;

        private static final List<Deed> ALL = List.of(values());

        static Deed of(int code) {
            if (code < 0 || code >= ALL.size()) {
                throw new BadFrameException("order " + code + " is unknown");
            }
            return ALL.get(code);
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
    record Challenge(byte[] nonce) implements Reply {
        @Override
        public boolean equals(Object other) {
            return other instanceof Challenge challenge && Arrays.equals(nonce, challenge.nonce);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(nonce);
        }
    }

    /** Answers {@link Echo}. */
    record Echoed(long nonce, byte[] payload) implements Reply {
        @Override
        public boolean equals(Object other) {
            return other instanceof Echoed echoed && nonce == echoed.nonce && Arrays.equals(payload, echoed.payload);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(nonce) * 31 + Arrays.hashCode(payload);
        }
    }

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

    /** One of the beats ordered. */
    record Beat(long nonce, int number) implements Reply {}

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
        OPEN,
        /** The client, or somebody in its name, sent FIN. */
        FIN,
        /** An RST arrived. */
        RESET,
        /** What was written was never acknowledged. */
        TIMEOUT,
        /** The responder closed it. */
        CLOSED;

        private static final List<End> ALL = List.of(values());

        static End of(int code) {
            if (code < 0 || code >= ALL.size()) {
                throw new BadFrameException("ending " + code + " is unknown");
            }
            return ALL.get(code);
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
        TOKEN,
        /** The responder holds as many flows as it may. */
        FLOWS,
        /** It holds as many flows for this address as it may. */
        FLOWS_PER_ADDRESS,
        /** The duration of an order is too long. */
        DELAY,
        /** The period of a beat or keepalive is too short. */
        PERIOD,
        /** Too many frames a second. */
        RATE,
        /** The flow has not said hello. */
        HELLO_FIRST,
        /** The frame is not understood. */
        UNKNOWN,
        /** This host cannot do it. */
        UNSUPPORTED;

        private static final List<Reason> ALL = List.of(values());

        static Reason of(int code) {
            // A newer responder may have reasons that are not known yet; its text still says why.
            return code < 0 || code >= ALL.size() ? UNKNOWN : ALL.get(code);
        }
    }
}
