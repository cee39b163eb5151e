package hbprobe.wire;

import hbprobe.wire.Frame.Reason;

/**
 * What client and responder say to each other over UDP, one a datagram. All durations are monotonic nanoseconds.
 *
 * <p>Nothing but {@link Hello} is obeyed without a {@link Credential}, which shows that its sender hears what is sent
 * to its address. Requests are padded: the responder never sends more bytes than it was sent, headers of IP and UDP
 * counted.
 */
public sealed interface Datagram {

    /** Sent by the client. */
    sealed interface Request extends Datagram {
        /** Chosen by the client and unguessable: a reply repeats it, and a repeated request is known by it. */
        long nonce();
    }

    /** A request that is obeyed only with a credential. */
    sealed interface Guarded extends Request {
        /** Of the client's address. */
        Credential credential();
    }

    /** Sent by the responder. */
    sealed interface Reply extends Datagram {
        /** Of the request that it belongs to. */
        long nonce();
    }

    /**
     * What lets a client give orders.
     *
     * @param cookie from a {@link Welcome}, {@value #COOKIE_BYTES} bytes; holds for the client's address, whatever its
     *     port
     * @param proof HMAC-SHA256 of the cookie under the shared token ({@link Proof}); empty where none is demanded
     */
    record Credential(Bytes cookie, Bytes proof) {
        /** Length of a cookie. */
        public static final int COOKIE_BYTES = 16;

        /** One that opens nothing. */
        public static final Credential NONE = new Credential(Bytes.of(new byte[COOKIE_BYTES]), Bytes.NONE);
    }

    /** Asks for a cookie; answered by {@link Welcome}. */
    record Hello(long nonce) implements Request {}

    /**
     * Answered at once by {@link Echoed}.
     *
     * @param flow name of the flow, chosen by the client and unguessable; its address may change, its name does not
     */
    record Echo(long nonce, long flow, Credential credential) implements Guarded {}

    /** A heartbeat of the client's that nobody answers. It pays for what the responder sends. */
    record Pulse(long nonce, long flow, Credential credential) implements Guarded {}

    /**
     * Something to do on the asking flow itself. One with the nonce of an order that is in force already begins it
     * anew, since whatever crosses a path restarts the silence there.
     *
     * @param quiet whether to send no {@link Accepted}, so that nothing crosses the path before the push
     * @param delayNs of {@link Deed#PUSH}: how long after the order, or after the last beat, the push is sent; of
     *     {@link Deed#MUTE}: for how long nothing is answered
     * @param beats how many {@link Beat}s are sent; the first one a period after the order
     * @param periodNs between beats
     */
    record Order(
            long nonce,
            long flow,
            Credential credential,
            Deed deed,
            boolean quiet,
            long delayNs,
            int beats,
            long periodNs)
            implements Guarded {}

    /** What can be ordered. */
    enum Deed {
        /** Send the beats, if any, then one {@link Pushed} after the delay, several times in a short while. */
        PUSH(1),
        /** Send the beats. */
        BEAT(2),
        /** Answer nothing on this flow until the delay is over. */
        MUTE(3),
        /** Forget every order of this flow. */
        CANCEL(4);

        private final int code;

        Deed(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Deed of(int code) {
            for (Deed value : values()) {
                if (value.code == code) {
                    return value;
                }
            }
            throw new BadFrameException("order " + code + " is unknown");
        }
    }

    /** What became of a flow, as seen from the responder? Answered by {@link Report}. */
    record Ask(long nonce, long flow, Credential credential) implements Guarded {}

    /**
     * Answers {@link Hello}.
     *
     * @param cookie for a {@link Credential}
     * @param cookieForNs how long it is good for at least
     * @param instance of the responder: another one after a restart, or behind a balancer
     * @param longestDelayNs of an order
     * @param proofDemanded whether a credential needs a proof that the client holds the token
     * @param mapped the client's address and port as the responder sees them
     */
    record Welcome(
            long nonce,
            Bytes cookie,
            long cookieForNs,
            long instance,
            long longestDelayNs,
            boolean proofDemanded,
            String mapped)
            implements Reply {}

    /**
     * Answers {@link Echo}.
     *
     * @param mapped the client's address and port as the responder sees them
     */
    record Echoed(long nonce, String mapped) implements Reply {}

    /** The order will be carried out. */
    record Accepted(long nonce) implements Reply {}

    /**
     * The ordered push.
     *
     * @param nonce of the order
     * @param copy counts the copies from 0
     * @param afterNs how long after the order, or after its last beat, this copy was sent, by the responder's clock
     */
    record Pushed(long nonce, int copy, long afterNs) implements Reply {}

    /**
     * An ordered beat.
     *
     * @param nonce of the order
     * @param number counts them from 1
     */
    record Beat(long nonce, int number) implements Reply {}

    /**
     * Answers {@link Ask}.
     *
     * @param flow that was asked about
     * @param known whether this responder knows an order of that flow; if not, the rest is empty
     * @param pushes copies of the push sent so far
     * @param firstAfterNs how long after the order, or after its last beat, the first of them was sent
     * @param lastAfterNs the same of the last one
     * @param mapped the address and port that the order came from
     */
    record Report(long nonce, long flow, boolean known, int pushes, long firstAfterNs, long lastAfterNs, String mapped)
            implements Reply {}

    /**
     * Not done, and why.
     *
     * @param limit the bound that was passed, in its own unit (durations in nanoseconds); 0 when there is none
     */
    record Refused(long nonce, Reason reason, long limit, String text) implements Reply {}
}
