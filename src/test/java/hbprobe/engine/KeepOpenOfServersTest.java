package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.FlowEngine.Primed;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.Expected;
import hbprobe.model.FarReport;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.KeepOpen.Outcome;
import hbprobe.model.Means;
import hbprobe.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An idle timeout of 10 s: a heartbeat every 8 s and the end of it after 39.76 s, by a ping where the server can't be
 * told to speak. Flows 1 to 3 are app-echo's, then three each of os-keepalive and none; 10 asks.
 */
class KeepOpenOfServersTest {
    private static final int FLOWS = 9;
    private static final int CHECK = 10;
    private static final double END_S = 39.76;
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Primed PRIMED =
            new Primed(World.ns(0.02), Optional.empty(), Optional.empty(), Optional.empty());

    /** The clock overflows while flows beat. */
    private static final long START_NS = Long.MAX_VALUE - World.ns(20);

    private final List<FlowAction> actions = new ArrayList<>();
    private KeepOpenTrials trials = new KeepOpenTrials(TEN, FarEnds.WS, Optional.empty(), START_NS);

    private void to(Means farEnd) {
        trials = new KeepOpenTrials(TEN, farEnd, Optional.empty(), START_NS);
    }

    private void drain() {
        for (Optional<FlowAction> next = trials.nextAction(); next.isPresent(); next = trials.nextAction()) {
            actions.add(next.get());
        }
    }

    private void prime() {
        drain();
        for (int flow = 1; flow <= FLOWS; flow++) {
            trials.onPrimed(flow, START_NS, PRIMED);
        }
        drain();
    }

    private void runTo(double seconds) {
        drain();
        for (OptionalLong wake = trials.nextWakeNs();
                wake.isPresent() && wake.getAsLong() - START_NS <= World.ns(seconds);
                wake = trials.nextWakeNs()) {
            trials.onTime(wake.getAsLong());
            drain();
        }
    }

    private void answer(double atS, int... flows) {
        for (int flow : flows) {
            trials.onAnswered(flow, START_NS + World.ns(atS));
        }
        drain();
    }

    private void answerTheBeatsOf(int... flows) {
        for (int beat = 0; beat < 4; beat++) {
            answer(END_S - 1, flows);
        }
    }

    private KeepOpen row(Keeper keeper) {
        return trials.findings().stream()
                .filter(found -> found.mechanism() == keeper)
                .findFirst()
                .orElseThrow();
    }

    private long spoken(int flow) {
        return actions.stream().filter(new FlowAction.Speak(flow)::equals).count();
    }

    private long closed(int flow) {
        return actions.stream().filter(new FlowAction.Close(flow)::equals).count();
    }

    // ---- a server that only answers ------------------------------------------------------------------------------

    @Test
    void itIsPingedAtTheEndAndOnlyThen() {
        prime();
        assertThat(actions)
                .filteredOn(FlowAction.Open.class::isInstance)
                .hasSize(FLOWS)
                .allMatch(open -> ((FlowAction.Open) open).pushAfterNs().isEmpty());
        assertThat(KeepOpenTrials.flowsAtOnce(FarEnds.WS)).isEqualTo(CHECK);
        runTo(END_S - 1e-6);
        assertThat(spoken(1)).isEqualTo(4);
        assertThat(spoken(4) + spoken(7)).isZero();
        runTo(END_S);
        assertThat(spoken(1)).isEqualTo(5);
        assertThat(spoken(4)).isOne();
        assertThat(spoken(7)).isOne();
        runTo(END_S + 5.999);
        assertThat(spoken(1)).as("no heartbeat and no other ping after it").isEqualTo(5);
        assertThat(spoken(7)).isOne();
    }

    @Test
    void whatAnswersWasKept() {
        prime();
        runTo(END_S - 1);
        answerTheBeatsOf(1, 2, 3);
        assertThat(closed(1)).as("a heartbeat's answer is not the end").isZero();
        runTo(END_S);
        answer(END_S + 0.1, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(trials.isOver()).isTrue();
        assertThat(row(Keeper.APP_ECHO)).isEqualTo(new KeepOpen(Keeper.APP_ECHO, 8.0, 10.0, END_S, Outcome.KEPT, null));
        assertThat(row(Keeper.OS_KEEPALIVE).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(row(Keeper.NONE))
                .isEqualTo(new KeepOpen(
                        Keeper.NONE,
                        null,
                        10.0,
                        END_S,
                        Outcome.KEPT,
                        "nothing expired in this time that a probe would not revive"));
        assertThat(closed(1)).isOne();
        assertThat(closed(9)).isOne();
    }

    /** The answer to the last ping comes after those to the heartbeats: one that is missing is missing at the end. */
    @Test
    void aHeartbeatThatWasNotAnsweredLeavesThePingUnanswered() {
        prime();
        runTo(END_S - 1);
        answer(END_S - 1, 1, 1, 1);
        runTo(END_S);
        answer(END_S + 0.1, 1);
        assertThat(closed(1)).isZero();
        answer(END_S + 0.2, 1);
        assertThat(closed(1)).isOne();
        answer(END_S + 0.3, 1, 99);
        assertThat(closed(1)).isOne();
    }

    @ParameterizedTest
    @CsvSource({"false, LOST, it answered no more", "true, NOT_TESTED, the path went down: a new flow failed too"})
    void whatDoesNotAnswerIsLostIfANewFlowComesAbout(boolean pathFailed, Outcome outcome, String why) {
        prime();
        runTo(END_S);
        answerTheBeatsOf(1, 2, 3);
        answer(END_S + 0.1, 1, 2, 3, 4, 5, 6);
        runTo(END_S + 5.999);
        assertThat(actions).filteredOn(FlowAction.Open.class::isInstance).hasSize(FLOWS);
        runTo(END_S + 6);
        assertThat(actions).filteredOn(FlowAction.Open.class::isInstance).hasSize(FLOWS + 1);
        assertThat(trials.isOver()).isFalse();
        if (pathFailed) {
            trials.onFailed(CHECK, START_NS + World.ns(END_S + 6.1), new Problem("refused", "connect: refused"));
        } else {
            trials.onPrimed(CHECK, START_NS + World.ns(END_S + 6.1), PRIMED);
        }
        drain();
        assertThat(trials.isOver()).isTrue();
        assertThat(trials.hasPathFailed()).isEqualTo(pathFailed);
        assertThat(actions).noneMatch(FlowAction.Ask.class::isInstance);
        assertThat(closed(CHECK)).isEqualTo(pathFailed ? 0 : 1);
        assertThat(closed(7)).isOne();
        assertThat(row(Keeper.NONE).outcome()).isEqualTo(outcome);
        assertThat(row(Keeper.NONE).why()).isEqualTo(why);
        assertThat(row(Keeper.OS_KEEPALIVE).outcome()).isEqualTo(Outcome.KEPT);
    }

    /** A host that was asleep when the ping was due: the answer is awaited as long as ever, from when it left. */
    @Test
    void aPingThatLeavesLateMayBeAnsweredLate() {
        prime();
        runTo(END_S - 1);
        answerTheBeatsOf(1, 2, 3);
        trials.onTime(START_NS + World.ns(END_S + 60));
        drain();
        assertThat(spoken(7)).isOne();
        runTo(END_S + 65.999);
        assertThat(actions).filteredOn(FlowAction.Open.class::isInstance).hasSize(FLOWS);
        answer(END_S + 65.999, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(trials.isOver()).isFalse();
        runTo(END_S + 66);
        assertThat(actions).filteredOn(FlowAction.Open.class::isInstance).hasSize(FLOWS + 1);
    }

    @Test
    void aCloseMayBeTheServersOwn() {
        prime();
        runTo(12);
        for (int flow = 7; flow <= 9; flow++) {
            trials.onClosed(flow, START_NS + World.ns(12), CloseKind.FIN, "");
        }
        runTo(END_S);
        answerTheBeatsOf(1, 2, 3);
        answer(END_S + 0.1, 1, 2, 3, 4, 5, 6);
        assertThat(trials.isOver()).isTrue();
        assertThat(row(Keeper.NONE).why()).isEqualTo("closed by FIN, perhaps by the server itself, after 12s");
    }

    @Test
    void theDeadlineHasToAllowForTheAnswer() {
        Optional<Duration> tooLittle = Optional.of(Beating.seconds(END_S + 6 - 1e-9));
        assertThat(new KeepOpenTrials(TEN, FarEnds.WS, tooLittle, 0).isOver()).isTrue();
        Optional<Duration> enough = Optional.of(Beating.seconds(END_S + 6));
        assertThat(new KeepOpenTrials(TEN, FarEnds.WS, enough, 0).isOver()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void throughAMiddlebox(boolean revives) {
        FlowWorld world = new FlowWorld(1).idleTimeout(10);
        KeepOpenTrials seen = (revives ? world.reviving() : world)
                .run(nowNs -> new KeepOpenTrials(TEN, FarEnds.WS, Optional.empty(), nowNs));
        assertThat(seen.findings())
                .filteredOn(found -> found.mechanism() == Keeper.APP_ECHO || found.mechanism() == Keeper.OS_KEEPALIVE)
                .hasSize(2)
                .allMatch(found -> found.outcome() == Outcome.KEPT);
        assertThat(seen.findings())
                .filteredOn(found -> found.mechanism() == Keeper.NONE)
                .singleElement()
                .extracting(KeepOpen::outcome)
                .isEqualTo(revives ? Outcome.KEPT : Outcome.LOST);
    }

    // ---- what a server can't be told -----------------------------------------------------------------------------

    @Test
    void itCannotBeToldToSendHeartbeats() {
        String why = "only hbprobe respond can be ordered to send heartbeats, and ws:// speaks to any server";
        assertThat(row(Keeper.APP_ECHO_SERVER)).isEqualTo(KeepOpen.notTested(Keeper.APP_ECHO_SERVER, 10.0, why));
        assertThat(row(Keeper.OS_KEEPALIVE_SERVER))
                .isEqualTo(KeepOpen.notTested(Keeper.OS_KEEPALIVE_SERVER, 10.0, why));
    }

    @Test
    void whereNothingIsWrittenThereIsNoEcho() {
        to(FarEnds.SSH);
        drain();
        assertThat(row(Keeper.APP_ECHO).why()).isEqualTo("ssh:// writes nothing, so there are no heartbeats");
        assertThat(actions).hasSize(6);
        assertThat(KeepOpenTrials.flowsAtOnce(FarEnds.SSH)).isEqualTo(7);
    }

    /** Dovecot has ten places for a user: one is the fresh flow's, and one a fault's beside these. */
    @ParameterizedTest
    @CsvSource({"5, 1, 4", "7, 1, 4", "8, 2, 7", "10, 2, 7", "11, 3, 10", "2147483647, 3, 10"})
    void itHasNoMoreFlowsThanItTakes(int places, int ofEach, int atOnce) {
        Means few = FarEnds.WS.withFlows(places);
        to(few);
        drain();
        assertThat(actions).hasSize(3 * ofEach);
        assertThat(KeepOpenTrials.flowsAtOnce(few)).isEqualTo(atOnce);
        assertThat(atOnce).isLessThan(places);
        assertThat(KeepOpenTrials.flowsAtOnceOfKeepalive(few)).isEqualTo(2 * Math.min(3, (places - 2) / 2) + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void withoutPlacesNothingIsTried(int places) {
        to(FarEnds.WS.withFlows(places));
        assertThat(trials.isOver()).isTrue();
        assertThat(row(Keeper.NONE))
                .isEqualTo(KeepOpen.notTested(
                        Keeper.NONE,
                        10.0,
                        "the far end takes too few flows at once; those that the path cut off count"));
    }

    /** Redis and the like speak when told to, take no other orders, and know afterwards whether they spoke. */
    @ParameterizedTest
    @CsvSource({"1, LOST, the far end's push was lost", "0, NOT_TESTED, the far end did not push"})
    void aServerThatPushesIsAskedWhetherItDid(int pushes, Outcome outcome, String why) {
        to(FarEnds.REDIS);
        prime();
        assertThat(actions)
                .filteredOn(FlowAction.Open.class::isInstance)
                .allSatisfy(open ->
                        assertThat(((FlowAction.Open) open).pushAfterNs()).hasValue(World.ns(END_S)));
        runTo(END_S);
        assertThat(spoken(1)).isEqualTo(4);
        assertThat(spoken(7)).isZero();
        answerTheBeatsOf(1, 2, 3);
        for (int flow = 1; flow <= 6; flow++) {
            trials.onPushed(flow, START_NS + World.ns(END_S));
        }
        runTo(END_S + 4);
        trials.onPrimed(CHECK, START_NS + World.ns(END_S + 4.1), PRIMED);
        drain();
        for (int flow = 7; flow <= 9; flow++) {
            assertThat(actions).contains(new FlowAction.Ask(CHECK, flow));
            FarReport report = new FarReport(pushes, 0, false, FarReport.End.OPEN);
            trials.onReported(CHECK, START_NS + World.ns(END_S + 4.2), flow, Optional.of(report));
        }
        drain();
        assertThat(trials.isOver()).isTrue();
        assertThat(row(Keeper.APP_ECHO).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(row(Keeper.NONE).outcome()).isEqualTo(outcome);
        assertThat(row(Keeper.NONE).why()).isEqualTo(why);
        assertThat(closed(CHECK)).isOne();
    }

    // ---- what check makes of it ----------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void aPingShowsNothingWhereNothingExpired(boolean timeoutIsKnown, boolean expires) {
        Keepalive given = new Keepalive(Duration.ofSeconds(8), Duration.ofSeconds(1), 3);
        FlowWorld world = expires ? new FlowWorld(1).idleTimeout(10) : new FlowWorld(1);
        KeepOpenTrials seen = world.run(nowNs -> KeepOpenTrials.of(given, TEN, FarEnds.WS, nowNs));
        assertThat(Judgements.keepaliveHolds(new Expected.KeepaliveHolds(), timeoutIsKnown, seen)
                        .outcome())
                .isEqualTo(expires ? Held.PASS : Held.INCONCLUSIVE);
    }
}
