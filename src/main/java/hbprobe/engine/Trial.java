package hbprobe.engine;

import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.Ladder;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One rung's flow: what it was meant to show, where its life stands, and what it showed. */
final class Trial {

    /** A flow's life. */
    enum State {
        /** Its turn to be opened has not come. */
        PLANNED,
        /** It is being connected and primed. */
        OPENING,
        /** Nothing crosses it. */
        SILENT,
        /** The silence is over; an answer or a push is awaited. */
        PROBED,
        /** Nothing came in time, or it was closed; a fresh flow is asked whether that means anything. */
        OVERDUE,
        /** It carried traffic after the silence. */
        ALIVE,
        /** It did not, although the path was up. */
        DEAD,
        /** Somebody sent segments during the silence. */
        REFRESHED,
        /** It proves nothing. */
        VOID,
        /** The search ended before its time. */
        UNPROBED;

        private Set<State> next() {
            return switch (this) {
                case PLANNED -> EnumSet.of(OPENING, UNPROBED);
                case OPENING -> EnumSet.of(SILENT, VOID, UNPROBED);
                case SILENT -> EnumSet.of(PROBED, OVERDUE, ALIVE, REFRESHED, VOID, UNPROBED);
                case PROBED, OVERDUE -> EnumSet.of(OVERDUE, ALIVE, DEAD, REFRESHED, VOID, UNPROBED);
                // A dead flow is listened to until the search ends: a late answer shows that it was not.
                case DEAD -> EnumSet.of(ALIVE, VOID);
                case ALIVE, REFRESHED, VOID, UNPROBED -> EnumSet.noneOf(State.class);
            };
        }

        /** Whether nothing is known of it yet. */
        boolean isPending() {
            return switch (this) {
                case PLANNED, OPENING, SILENT, PROBED, OVERDUE -> true;
                case ALIVE, DEAD, REFRESHED, VOID, UNPROBED -> false;
            };
        }
    }

    /** A server that says goodbye closes at once; a second allows for the lost segment of either. */
    private static final long FAREWELL_NS = TimeUnit.SECONDS.toNanos(1);

    final int id;
    final Ladder ladder;
    /** The silence planned. */
    final long idleNs;

    private State state = State.PLANNED;
    private boolean opened;
    long openedAtNs;
    long rttNs;
    /** The earliest that the silence can have begun. */
    private long silentSinceNs;
    /** The latest that it can have begun: that was known of, or segments were seen to move until then. */
    private long silentSinceAtMostNs;
    /** For how long segments moved after the silence was thought to have begun. */
    long stirredNs;
    /** The beginning before the last one, in case that was a farewell. */
    private long silentBeforeNs;

    long probedAtNs;
    /** The silence that the middlebox saw was at least this long … */
    long idleAtLeastNs;
    /** … and at most this. */
    long idleAtMostNs;

    /** When it was closed after it had been probed. */
    long closedAtNs;

    boolean toldToSpeak;
    boolean onlyAcknowledged;
    int refreshes;
    /** What the far end last said unasked, and when. */
    String words = "";

    private long saidAtNs;
    private boolean said;
    /** What the far end said before it closed. */
    String farewell = "";

    int asked;
    /** Whether its connection is gone, or on its way to be. */
    boolean closed;

    @Nullable
    Ending ending;

    @Nullable
    Ending farEnding;

    @Nullable
    String local;

    @Nullable
    String mapped;

    /** By how much less the box may have seen of the silence than the far end counted, and by how much more. */
    long shorterNs;

    long longerNs;

    /** Over UDP, when its push was lost: when the client spoke to see whether the flow comes to life, and where. */
    OptionalLong spokeAgainNs = OptionalLong.empty();

    @Nullable
    String mappedAfter;

    String detail = "";

    Trial(int id, Ladder ladder, long idleNs) {
        this.id = id;
        this.ladder = ladder;
        this.idleNs = idleNs;
        this.idleAtLeastNs = idleNs;
        this.idleAtMostNs = idleNs;
    }

    State state() {
        return state;
    }

    Direction direction() {
        return ladder.direction();
    }

    void become(State next) {
        if (!state.next().contains(next)) {
            throw new IllegalStateException("flow " + id + " is " + state + " and cannot become " + next);
        }
        state = next;
        opened |= next == State.OPENING;
    }

    /** When its probe is due. */
    long dueNs() {
        return silentSinceNs + idleNs;
    }

    boolean is(State one) {
        return state == one;
    }

    /** Whether it holds a connection, or is about to; one whose turn never came does not. */
    boolean isOpen() {
        return opened && !closed;
    }

    /** Whether it is evidence, one way or the other. */
    boolean isSample() {
        return state == State.ALIVE || state == State.DEAD;
    }

    /** The far end had not spoken yet when the connection was closed: what looked like an answer came by itself. */
    void closedUnasked() {
        if (ending == Ending.RESET_ON_PROBE || ending == Ending.FIN_ON_PROBE) {
            ending = ending == Ending.RESET_ON_PROBE ? Ending.RESET_AT_EXPIRY : Ending.FIN_AT_EXPIRY;
            probedAtNs = closedAtNs;
            timeSilence(closedAtNs, closedAtNs);
        }
    }

    /** Whether it was silent at that time, and lived. */
    boolean outlived(long atNs) {
        return state == State.ALIVE && silentSinceAtMostNs - atNs <= 0 && probedAtNs - atNs > 0;
    }

    /** Whether it goes on under another address. */
    boolean hasMoved() {
        return mappedAfter != null && !mappedAfter.equals(mapped);
    }

    boolean hasClosedAtExpiry() {
        return state == State.DEAD && ending != null && ending.isAtExpiry();
    }

    /** Whether it died and the far end may not know. */
    boolean isCutOff() {
        return state == State.DEAD && !hasClosedAtExpiry();
    }

    /** The silence began some time in that stretch. */
    void fallSilent(long earliestNs, long latestNs) {
        silentBeforeNs = silentSinceNs;
        silentSinceNs = earliestNs;
        silentSinceAtMostNs = latestNs;
        stirredNs = 0;
    }

    /** Segments still moved then. */
    void stirAt(long nowNs) {
        stirredNs = nowNs - silentSinceAtMostNs;
        silentSinceAtMostNs = nowNs;
    }

    void say(String what, long nowNs) {
        words = what;
        saidAtNs = nowNs;
        said = true;
    }

    /**
     * The far end has closed the connection while it was silent. Words just before were a farewell, and their time is
     * the time of the close.
     *
     * @return when the silence ended
     */
    long takeLeave(long nowNs) {
        if (!said || nowNs - saidAtNs > FAREWELL_NS) {
            return nowNs;
        }
        farewell = words;
        if (silentSinceAtMostNs - saidAtNs >= 0) {
            fallSilent(silentBeforeNs, silentBeforeNs); // the words were taken for a greeting
        }
        refreshes = 0;
        return saidAtNs;
    }

    /** Its silence ended some time in that stretch: by that much, give or take its beginning, the flow was idle. */
    void timeSilence(long fromNs, long toNs) {
        idleAtLeastNs = Math.max(0, fromNs - silentSinceAtMostNs);
        idleAtMostNs = Math.max(0, toNs - silentSinceNs);
    }
}
