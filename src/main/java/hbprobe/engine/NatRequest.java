package hbprobe.engine;

import hbprobe.model.Endpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One Binding request with its copies, until it is answered or given up. */
final class NatRequest {
    /** Rc of RFC 8489, section 6.2.1: requests sent in all. */
    static final int MOST_SENT = 7;

    /** Rm: how many times the first timeout is waited for after the last of them. */
    private static final int LAST_WAIT = 16;

    /** RTO before anything is known of the path: the least that RFC 8489 allows. */
    private static final long RTO_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Where it stands. */
    enum State {
        /** An answer may come. */
        WAITING,
        /** One came. */
        ANSWERED,
        /** The server refused it, or did not do what it asks. */
        REFUSED,
        /** None came. */
        UNANSWERED
    }

    /**
     * When copies are sent.
     *
     * @param gapNs between the first two
     * @param doubles whether each gap is twice the one before
     * @param lastWaitNs after the last copy
     * @param limitNs after the first copy, whatever else
     */
    record Pace(long gapNs, boolean doubles, long lastWaitNs, long limitNs) {
        /** Of a request that must be answered: RFC 8489, section 6.2.1, cut off at a limit. */
        static Pace patient(Duration limit) {
            return new Pace(RTO_NS, true, LAST_WAIT * RTO_NS, limit.toNanos());
        }

        /**
         * Of a request whose answer a filter may keep away. The gaps don't grow: they would to spare a path that may be
         * congested, and this one has just answered; here silence is what most filters are meant to give.
         */
        static Pace even(long gapNs, long lastWaitNs) {
            return new Pace(gapNs, false, lastWaitNs, Long.MAX_VALUE);
        }
    }

    final int id;
    final int socket;
    final Endpoint to;
    final boolean changeAddress;
    final boolean changePort;
    private final Pace pace;
    private State state = State.WAITING;
    private int mostSent = MOST_SENT;
    private int sent;
    private int answers;
    private long firstNs;
    private long dueNs;
    private @Nullable NatAnswer answer;
    private @Nullable Endpoint cameFrom;
    private int refusal;

    NatRequest(int id, int socket, Endpoint to, boolean changeAddress, boolean changePort, Pace pace) {
        this.id = id;
        this.socket = socket;
        this.to = to;
        this.changeAddress = changeAddress;
        this.changePort = changePort;
        this.pace = pace;
    }

    NatAction.Ask ask() {
        return new NatAction.Ask(id, socket, to, changeAddress, changePort);
    }

    /** Whether a copy is to be sent now; ends it when the time for that is over. */
    boolean isDue(long nowNs) {
        if (state != State.WAITING || (sent > 0 && nowNs - dueNs < 0)) {
            return false;
        }
        if (sent == 0) {
            firstNs = nowNs;
        } else if (sent >= mostSent || nowNs - firstNs >= pace.limitNs) {
            state = State.UNANSWERED;
            return false;
        }
        sent++;
        long waitNs = sent == mostSent ? pace.lastWaitNs : pace.doubles ? pace.gapNs << (sent - 1) : pace.gapNs;
        long leftNs = pace.limitNs - (nowNs - firstNs);
        dueNs = nowNs + Math.min(waitNs, leftNs);
        return true;
    }

    long dueNs() {
        return dueNs;
    }

    /** @return whether it is the first; on a slow path each copy has one */
    boolean onAnswer(Endpoint from, NatAnswer its) {
        answers = Math.min(sent, answers + 1);
        if (state != State.WAITING) {
            return false;
        }
        boolean isObeyed =
                (!changeAddress || !from.address().equals(to.address())) && (!changePort || from.port() != to.port());
        state = isObeyed ? State.ANSWERED : State.REFUSED;
        answer = its;
        cameFrom = from;
        return true;
    }

    void onRefusal(int code) {
        if (state == State.WAITING) {
            state = State.REFUSED;
            refusal = code;
        }
    }

    /** As many copies again of one that was not answered. */
    void prolong() {
        mostSent += MOST_SENT;
        state = State.WAITING;
    }

    /** What it asked for came about in another way. */
    void giveUp() {
        if (state == State.WAITING) {
            state = State.UNANSWERED;
        }
    }

    boolean isOver() {
        return state != State.WAITING;
    }

    boolean isAnswered() {
        return state == State.ANSWERED;
    }

    State state() {
        return state;
    }

    int sent() {
        return sent;
    }

    int answers() {
        return answers;
    }

    /** Since the first copy; that of an answer only if there was one copy, else nobody knows which was answered. */
    long sinceFirstNs(long nowNs) {
        return nowNs - firstNs;
    }

    /** Of an answer; that it did not obey is told by {@link #state}. */
    Optional<NatAnswer> answer() {
        return Optional.ofNullable(answer);
    }

    Optional<Endpoint> mapped() {
        return isAnswered() ? answer().map(NatAnswer::mapped) : Optional.empty();
    }

    /** Why the server refused it. */
    String refused() {
        return cameFrom == null ? "it refuses CHANGE-REQUEST with error " + refusal : "it answers from " + cameFrom;
    }
}
