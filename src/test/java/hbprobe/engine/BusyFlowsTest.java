package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.BusyFlows.Fate;
import hbprobe.model.Abilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

/** Busy flows over a path that answers each beat after 20 ms, unless the test says otherwise. */
class BusyFlowsTest {
    private static final long RTT_NS = World.ns(0.02);

    private final Outbox<Action> outbox = new Outbox<>(0);
    private final BusyFlows busy = new BusyFlows(
            outbox, new ReplyTimeout(Optional.empty(), Abilities.ONE_RETRANSMISSION), 3, Abilities.ofResponder());
    private final PriorityQueue<long[]> answers = new PriorityQueue<>((one, other) -> Long.compare(one[0], other[0]));
    private long[] diesAtNs = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};
    private long downFromNs = Long.MAX_VALUE;
    private long downToNs = Long.MAX_VALUE;
    private int mostOpen;

    private void runTo(double seconds) {
        long untilNs = World.ns(seconds);
        busy.start(0);
        for (long nowNs = 0; nowNs <= untilNs; nowNs += World.ns(0.001)) {
            while (!answers.isEmpty() && answers.peek()[0] <= nowNs) {
                answer(nowNs);
            }
            for (Optional<Integer> due = outbox.due(nowNs); due.isPresent(); due = outbox.due(nowNs)) {
                busy.openDue(nowNs);
                busy.onTime(due.get(), nowNs);
            }
            for (Optional<Action> next = outbox.next(); next.isPresent(); next = outbox.next()) {
                carryOut(next.get(), nowNs);
            }
        }
    }

    private void answer(long nowNs) {
        long[] answer = answers.remove();
        int flow = (int) answer[1];
        if (answer[2] == 1) {
            busy.onPrimed(flow, nowNs, RTT_NS);
        } else {
            busy.onAnswered(flow, nowNs);
        }
    }

    private void carryOut(Action action, long nowNs) {
        boolean opens = action instanceof Action.Open;
        mostOpen += opens ? 1 : 0;
        if (nowNs < diesAtNs[action.flow()]) {
            boolean down = nowNs >= downFromNs && nowNs < downToNs;
            answers.add(new long[] {down ? downToNs + RTT_NS : nowNs + RTT_NS, action.flow(), opens ? 1 : 0});
        }
    }

    /** A server may take so many requests on a connection and no more: that is no age of the path's. */
    @Test
    void oneThatIsRetiredIsReplacedAndSaysNothing() {
        runTo(10);
        assertThat(mostOpen).isEqualTo(3);
        for (int flow = 1; flow <= 3; flow++) {
            busy.onRetired(flow, World.ns(10));
            assertThat(busy.has(flow)).isFalse();
        }
        busy.onRetired(99, World.ns(10));
        List<Action> wanted = new ArrayList<>();
        for (Optional<Action> next = outbox.next(); next.isPresent(); next = outbox.next()) {
            wanted.add(next.get());
        }
        assertThat(wanted)
                .containsExactly(
                        new Action.Close(1),
                        new Action.Open(4, Action.Purpose.BUSY),
                        new Action.Close(2),
                        new Action.Open(5, Action.Purpose.BUSY),
                        new Action.Close(3),
                        new Action.Open(6, Action.Purpose.BUSY));
        busy.onGone(1, World.ns(10.1), CloseKind.FIN);
        assertThat(busy.has(6)).isTrue();
        assertThat(busy.anyDead(World.ns(10.1))).isFalse();
        assertThat(busy.fate(World.ns(10.1))).isEqualTo(Fate.NOTHING_TO_SAY);
        busy.onPrimed(4, World.ns(12), RTT_NS);
        assertThat(busy.outages()).as("nobody watched from 10 to 12 s").isEmpty();
    }

    @Test
    void threeAreOpenedOneAfterAnother() {
        runTo(1.499);
        assertThat(mostOpen).isEqualTo(1);
        assertThat(outbox.nextWakeNs()).hasValue(World.ns(1.5));
    }

    @Test
    void whileAllAnswerThereIsNothingToSay() {
        runTo(20);
        assertThat(mostOpen).isEqualTo(3);
        assertThat(busy.outages()).isEmpty();
        assertThat(busy.anyDead(World.ns(20))).isFalse();
        assertThat(busy.anyDeathSweptAll(World.ns(20))).isFalse();
        assertThat(busy.fate(World.ns(20))).isEqualTo(Fate.NOTHING_TO_SAY);
    }

    @Test
    void anOutageOfASecondIsSeen() {
        downFromNs = World.ns(10);
        downToNs = World.ns(11);
        runTo(15);
        assertThat(busy.outages()).hasSize(1);
        BusyFlows.Span outage = busy.outages().get(0);
        assertThat(outage.fromNs()).isBetween(World.ns(9.4), World.ns(10.03));
        assertThat(outage.toNs()).isEqualTo(World.ns(11) + RTT_NS);
        assertThat(busy.outageDuring(World.ns(10.5), World.ns(10.6), World.ns(15)))
                .contains(outage);
        assertThat(busy.outageDuring(outage.toNs(), World.ns(14), World.ns(15))).contains(outage);
        assertThat(busy.outageDuring(outage.toNs() + 1, World.ns(14), World.ns(15)))
                .isEmpty();
        assertThat(busy.outageDuring(World.ns(9), outage.fromNs() - 1, World.ns(15)))
                .isEmpty();
    }

    @Test
    void whatAnOutageHeldUpDoesNotHideTheNext() {
        downFromNs = World.ns(10);
        downToNs = World.ns(14);
        runTo(20);
        assertThat(busy.outages()).hasSize(1);
        assertThat(busy.outageDuring(World.ns(20), World.ns(20), World.ns(21.5)))
                .as("a silence of a second and a half, going on")
                .isPresent();
    }

    @Test
    void flowsThatDieAtOneInstantWereForgottenTogether() {
        diesAtNs = new long[] {0, World.ns(10), World.ns(10), World.ns(10)};
        runTo(15);
        assertThat(busy.fate(World.ns(15))).isEqualTo(Fate.ALL_AT_ONCE);
        assertThat(busy.anyDeathSweptAll(World.ns(15))).isTrue();
    }

    @Test
    void flowsThatDieAtOneAgeHaveALifetime() {
        diesAtNs = new long[] {0, World.ns(10), World.ns(11.5), World.ns(13)};
        runTo(18);
        assertThat(busy.fate(World.ns(18))).isEqualTo(Fate.AGE_LIMIT);
        BusyFlows.Span age = busy.deathAge(World.ns(18));
        assertThat(age.fromNs()).isBetween(World.ns(9.4), World.ns(10.1));
        assertThat(age.toNs()).isBetween(World.ns(9.9), World.ns(10.6));
    }

    @Test
    void oneThatDiesWhileOthersThatWereThereLiveSweptNothing() {
        diesAtNs = new long[] {0, World.ns(10), Long.MAX_VALUE, Long.MAX_VALUE};
        runTo(15);
        assertThat(busy.anyDead(World.ns(15))).isTrue();
        assertThat(busy.anyDeathSweptAll(World.ns(15))).isFalse();
        assertThat(busy.waitUntilNs(World.ns(12)))
                .as("others may follow at that age")
                .isPresent();
        assertThat(busy.waitUntilNs(World.ns(60))).isEmpty();
    }

    @Test
    void oneThatWasOpenedAfterwardsIsNoWitness() {
        diesAtNs = new long[] {0, World.ns(2.2), World.ns(2.2), Long.MAX_VALUE};
        runTo(8);
        assertThat(busy.anyDeathSweptAll(World.ns(8))).isTrue();
    }

    @Test
    void whereNoneOutlastsAPauseTheyHaveNothingToTell() {
        diesAtNs = new long[] {0, World.ns(0.1), World.ns(1.6), World.ns(3.1)};
        runTo(8);
        assertThat(busy.anyDead(World.ns(8))).isFalse();
        assertThat(busy.fate(World.ns(8))).isEqualTo(Fate.NOTHING_TO_SAY);
    }
}
