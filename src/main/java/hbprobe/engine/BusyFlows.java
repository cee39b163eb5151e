package hbprobe.engine;

import hbprobe.engine.Action.Purpose;
import hbprobe.model.Abilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A few flows that are never idle. They answer three questions that idle flows can't: was the path up when a probe went
 * unanswered (it has gaps in its answers otherwise), do flows die of age (all busy ones die at one age), and did
 * something forget every flow at once (they die at one instant).
 */
final class BusyFlows {
    /** Often enough that a second's outage shows, seldom enough that nobody minds. */
    private static final long SHORTEST_BEAT_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Opened at different times, so that one age and one instant can be told apart. */
    private static final long STAGGER_NS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** Where busy flows look idle to a server that sweeps, one sweep must not get them all: some come every 3 s. */
    private static final long STAGGER_OF_SILENT_NS = TimeUnit.MILLISECONDS.toNanos(2_500);

    /** Closes that are no further apart may have one cause. */
    private static final long ONE_MOMENT_NS = TimeUnit.MILLISECONDS.toNanos(750);

    private final Outbox<Action> outbox;
    private final ReplyTimeout replyTimeout;
    private final int wanted;
    private final boolean writes;
    private final long beatNs;
    private final long staggerNs;
    private final List<Busy> flows = new ArrayList<>();
    private final List<Span> outages = new ArrayList<>();
    private long startNs;
    private long provenAtNs;
    private long slowestBeatNs;

    /** A stretch of time. */
    record Span(long fromNs, long toNs) {
        boolean overlaps(long otherFromNs, long otherToNs) {
            return fromNs - otherToNs <= 0 && otherFromNs - toNs <= 0;
        }

        long lengthNs() {
            return toNs - fromNs;
        }
    }

    /** How the busy flows ended, as far as that says something about the path. */
    enum Fate {
        /** They live, or there are too few to tell. */
        NOTHING_TO_SAY,
        /** They died at one age. */
        AGE_LIMIT,
        /**
         * The far end closed them, not all at one instant. As nothing was ever written on them, they were idle in the
         * eyes of an application: that says nothing about an age limit.
         */
        CLOSED,
        /** They died at one instant. */
        ALL_AT_ONCE;

        /** Whether flows that died beside them may have died in their own time. */
        boolean isOfAge() {
            return this == AGE_LIMIT || this == CLOSED;
        }

        /** Whether further passes would show nothing else. */
        boolean isFinal() {
            return this == AGE_LIMIT || this == ALL_AT_ONCE;
        }
    }

    private static final class Busy {
        final int id;
        final long openedAtNs;
        boolean primed;
        boolean gone;
        /** Closed by the far end, and not in answer to a beat. */
        boolean closedUnasked;

        boolean outstanding;
        boolean proofSinceBeat;
        long proofNs;
        long spokeAtNs;
        long answeredAtNs;
        /** When the last beat that was answered was sent. */
        long answeredBeatNs;

        Busy(int id, long openedAtNs) {
            this.id = id;
            this.openedAtNs = openedAtNs;
            this.answeredAtNs = openedAtNs;
            this.answeredBeatNs = openedAtNs;
        }

        /**
         * Whether the path has been up for so long since the beat that an answer must have come, retransmissions
         * included: they come at most twice as late as an outage was long (RFC 6298, 5.5).
         */
        boolean outlivedByPath(long provenNowNs, long patienceNs) {
            if (!proofSinceBeat) {
                proofSinceBeat = true;
                proofNs = provenNowNs;
            }
            return provenNowNs - (proofNs + 2 * (proofNs - spokeAtNs) + patienceNs) >= 0;
        }

        /** It died between its last answer and the first beat that had none. */
        Span death() {
            return new Span(answeredAtNs, Math.max(spokeAtNs, answeredAtNs));
        }

        Span deathAge() {
            return new Span(answeredAtNs - openedAtNs, death().toNs() - openedAtNs);
        }
    }

    BusyFlows(Outbox<Action> outbox, ReplyTimeout replyTimeout, int wanted, Abilities abilities) {
        this.outbox = outbox;
        this.replyTimeout = replyTimeout;
        this.wanted = wanted;
        this.writes = abilities.writes();
        this.beatNs = Math.max(SHORTEST_BEAT_NS, abilities.shortestIdle().toNanos());
        this.slowestBeatNs = abilities.answersAfter().toNanos();
        this.staggerNs = writes ? STAGGER_NS : STAGGER_OF_SILENT_NS;
    }

    void start(long nowNs) {
        startNs = nowNs;
        provenAtNs = nowNs;
        openDue(nowNs);
    }

    /** Opens the next one when its time has come. */
    void openDue(long nowNs) {
        while (flows.size() < wanted && nowNs - (startNs + flows.size() * staggerNs) >= 0) {
            Busy busy = new Busy(outbox.newFlow(), nowNs);
            flows.add(busy);
            outbox.act(new Action.Open(busy.id, Purpose.BUSY));
        }
        if (flows.size() < wanted) {
            outbox.wakeAt(startNs + flows.size() * staggerNs, 0);
        }
    }

    boolean has(int flow) {
        return find(flow).isPresent();
    }

    private Optional<Busy> find(int flow) {
        return flows.stream().filter(busy -> busy.id == flow).findFirst();
    }

    void onPrimed(int flow, long nowNs, long rttNs) {
        find(flow).ifPresent(busy -> {
            slowestBeatNs = Math.max(slowestBeatNs, rttNs);
            proven(nowNs); // before this one watches: the time until the first one did is no gap
            busy.primed = true;
            busy.answeredAtNs = nowNs;
            outbox.wakeAt(nowNs + beatNs, flow);
        });
    }

    void onTime(int flow, long nowNs) {
        find(flow)
                .filter(busy -> busy.primed && !busy.gone && !busy.outstanding)
                .ifPresent(busy -> {
                    busy.outstanding = true;
                    busy.proofSinceBeat = false;
                    busy.spokeAtNs = nowNs;
                    outbox.act(new Action.Speak(flow));
                });
    }

    void onAnswered(int flow, long nowNs) {
        find(flow).filter(busy -> busy.outstanding).ifPresent(busy -> {
            busy.outstanding = false;
            busy.answeredAtNs = nowNs;
            busy.answeredBeatNs = busy.spokeAtNs;
            int outagesBefore = outages.size();
            proven(nowNs);
            if (outages.size() == outagesBefore) {
                // What an outage held up says nothing about how slow the path is, and would hide the next outage.
                slowestBeatNs = Math.max(slowestBeatNs, nowNs - busy.spokeAtNs);
            }
            outbox.wakeAt(Math.max(nowNs, busy.spokeAtNs + beatNs), flow);
        });
    }

    /** Its connection has done what it may: another takes its place, and what becomes of it says nothing. */
    void onRetired(int flow, long nowNs) {
        find(flow).ifPresent(busy -> {
            flows.remove(busy);
            outbox.act(new Action.Close(busy.id));
            Busy next = new Busy(outbox.newFlow(), nowNs);
            flows.add(next);
            outbox.act(new Action.Open(next.id, Purpose.BUSY));
        });
    }

    /** It could not be opened, or was refused. */
    void onGone(int flow, long nowNs) {
        onGone(flow, nowNs, CloseKind.RESET);
    }

    void onGone(int flow, long nowNs, CloseKind kind) {
        find(flow).ifPresent(busy -> {
            if (!busy.gone) {
                busy.gone = true;
                busy.closedUnasked = !busy.outstanding || kind == CloseKind.FIN; // FIN answers no beat
                if (busy.closedUnasked) {
                    busy.spokeAtNs = nowNs; // closed between two beats: it died now
                    busy.answeredAtNs = nowNs;
                }
            }
        });
    }

    /** Something crossed the path and was answered: it is up now. */
    void proven(long nowNs) {
        if (isWatching() && nowNs - provenAtNs > outageNs()) {
            outages.add(new Span(provenAtNs, nowNs));
        }
        provenAtNs = nowNs;
        for (Busy busy : flows) {
            if (busy.outstanding && !busy.gone && busy.outlivedByPath(nowNs, replyTimeout.ns())) {
                busy.gone = true;
                forgetOutagesSeenOnlyByTheDead();
            }
        }
    }

    /** When the last watcher turns out to be dead, the gap since its last answer was its death, not an outage. */
    private void forgetOutagesSeenOnlyByTheDead() {
        if (!isWatching()) {
            long lastAnswerNs = flows.stream()
                    .mapToLong(busy -> busy.answeredAtNs - startNs)
                    .max()
                    .orElse(0);
            outages.removeIf(outage -> outage.toNs() - startNs > lastAnswerNs);
        }
    }

    /** Whether one of them has lived long enough to speak. */
    boolean hasSpoken() {
        return flows.stream().anyMatch(busy -> busy.outstanding || busy.answeredBeatNs != busy.openedAtNs);
    }

    private boolean isWatching() {
        return flows.stream().anyMatch(busy -> busy.primed && !busy.gone);
    }

    private long outageNs() {
        // A lone flow proves the path every pause and round trip; half a round trip more is no outage yet.
        return Math.max(3 * beatNs / 2, Math.min(beatNs + 3 * slowestBeatNs / 2, replyTimeout.ns()));
    }

    /** An outage during that time, over or still going on. */
    Optional<Span> outageDuring(long fromNs, long toNs, long nowNs) {
        if (isWatching() && nowNs - provenAtNs > outageNs()) {
            Span ongoing = new Span(provenAtNs, nowNs);
            if (ongoing.overlaps(fromNs, toNs)) {
                return Optional.of(ongoing);
            }
        }
        return outages.stream().filter(outage -> outage.overlaps(fromNs, toNs)).findFirst();
    }

    List<Span> outages() {
        return outages;
    }

    private List<Busy> dead(long nowNs) {
        return telling().stream()
                .filter(busy -> busy.gone || (busy.outstanding && nowNs - busy.spokeAtNs > replyTimeout.ns()))
                .toList();
    }

    /**
     * One that could not be opened has nothing to tell; nor have any where even a beat's pause is too long an idling.
     */
    private List<Busy> telling() {
        boolean outlastAPause = flows.stream().anyMatch(busy -> busy.answeredBeatNs != busy.openedAtNs);
        return outlastAPause ? flows.stream().filter(busy -> busy.primed).toList() : List.of();
    }

    /** Whether one died and none that was open then lived on: other flows needed no idling to die with it. */
    boolean anyDeathSweptAll(long nowNs) {
        List<Busy> dead = dead(nowNs);
        return dead.stream()
                .anyMatch(first -> telling().stream()
                        .filter(busy -> busy.openedAtNs - first.answeredAtNs < 0 || busy == first)
                        .allMatch(dead::contains));
    }

    /** When to look again whether each of them lived or died after that time; empty when all have shown it. */
    OptionalLong unprovenUntilNs(long sinceNs, long nowNs) {
        List<Busy> dead = dead(nowNs);
        return telling().stream()
                .filter(busy -> !dead.contains(busy) && busy.answeredBeatNs - sinceNs < 0)
                .mapToLong(busy -> busy.outstanding ? busy.spokeAtNs + replyTimeout.ns() - nowNs + 1 : beatNs)
                .max()
                .stream()
                .map(leftNs -> nowNs + leftNs)
                .findFirst();
    }

    /** Whether any of them died. */
    boolean anyDead(long nowNs) {
        return !dead(nowNs).isEmpty();
    }

    /**
     * While one busy flow is dead and others might still follow it: until when to wait for them. Empty when there is
     * nothing to wait for.
     */
    OptionalLong waitUntilNs(long nowNs) {
        List<Busy> dead = dead(nowNs);
        if (dead.isEmpty() || dead.size() == telling().size()) {
            return OptionalLong.empty();
        }
        long deathAgeNs =
                dead.stream().mapToLong(busy -> busy.deathAge().toNs()).max().getAsLong();
        long untilNs = telling().stream()
                .filter(busy -> !dead.contains(busy))
                .mapToLong(busy -> busy.openedAtNs + deathAgeNs + 2 * beatNs + replyTimeout.ns())
                .max()
                .getAsLong();
        return untilNs - nowNs > 0 ? OptionalLong.of(untilNs) : OptionalLong.empty();
    }

    Fate fate(long nowNs) {
        List<Busy> dead = dead(nowNs);
        if (dead.size() < 2 || dead.size() < telling().size()) {
            return Fate.NOTHING_TO_SAY;
        }
        // Where all look idle they are further apart, and one's FIN may be lost and sent again.
        long momentNs = writes ? beatNs / 4 : ONE_MOMENT_NS;
        if (allMeet(dead.stream().map(Busy::death).toList(), momentNs)) {
            return Fate.ALL_AT_ONCE;
        }
        // A beat takes a moment of each second: one of them may be closed in just that moment.
        long closedUnasked = dead.stream().filter(busy -> busy.closedUnasked).count();
        if (!writes && 2 * closedUnasked > dead.size()) {
            return Fate.CLOSED;
        }
        return allMeet(dead.stream().map(Busy::deathAge).toList(), beatNs / 4) ? Fate.AGE_LIMIT : Fate.NOTHING_TO_SAY;
    }

    /** The age at which busy flows died, as a range. */
    Span deathAge(long nowNs) {
        List<Busy> dead = dead(nowNs);
        return new Span(
                dead.stream().mapToLong(busy -> busy.deathAge().fromNs()).min().getAsLong(),
                dead.stream().mapToLong(busy -> busy.deathAge().toNs()).max().getAsLong());
    }

    /**
     * Whether a busy flow was closed within a moment of that instant: then it was no idle timeout that closed others.
     */
    boolean closedAround(long atNs) {
        return flows.stream()
                .anyMatch(busy -> busy.gone && Math.abs(busy.death().toNs() - atNs) < ONE_MOMENT_NS);
    }

    /** Whether there is a moment that belongs to all of them, give or take a beat. */
    private static boolean allMeet(List<Span> spans, long toleranceNs) {
        long latestStart = spans.stream().mapToLong(Span::fromNs).max().getAsLong();
        long earliestEnd = spans.stream().mapToLong(Span::toNs).min().getAsLong();
        return latestStart - earliestEnd <= toleranceNs;
    }

    void closeAll() {
        // Those taken for dead as well: what is silent may be open all the same.
        flows.forEach(busy -> outbox.act(new Action.Close(busy.id)));
    }
}
