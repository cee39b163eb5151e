package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hbprobe.engine.FlowEngine.Primed;
import hbprobe.engine.Search.Conclusion;
import hbprobe.model.FarDeed;
import hbprobe.model.FarReport;
import hbprobe.model.FarReport.End;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.KeepOpen.Outcome;
import hbprobe.model.Problem;
import hbprobe.model.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An idle timeout of 10 s, and so a heartbeat every 8 s and a push after 39.76 s, unless the test says otherwise. Flows
 * 1 to 3 are app-echo's, then three each of app-echo-server, os-keepalive, os-keepalive-server and none; 16 asks.
 */
class KeepOpenTrialsTest {
    private static final int FLOWS = 15;
    private static final int CHECK = 16;
    private static final double PUSH_S = 39.76;
    private static final Primed PRIMED =
            new Primed(World.ns(0.02), Optional.empty(), Optional.empty(), Optional.empty());

    /** The clock overflows while flows beat. */
    private static final long START_NS = Long.MAX_VALUE - World.ns(20);

    private KeepOpenTrials trials =
            new KeepOpenTrials(Duration.ofSeconds(10), FarEnds.RESPONDER, Optional.empty(), START_NS);
    private final List<FlowAction> actions = new ArrayList<>();
    private final List<Double> spokenS = new ArrayList<>();
    private double nowS;

    private void timeout(double seconds) {
        trials = new KeepOpenTrials(Beating.seconds(seconds), FarEnds.RESPONDER, Optional.empty(), START_NS);
    }

    private void drain() {
        for (Optional<FlowAction> next = trials.nextAction(); next.isPresent(); next = trials.nextAction()) {
            actions.add(next.get());
            if (next.get().equals(new FlowAction.Speak(1))) {
                spokenS.add(nowS);
            }
        }
    }

    private long now() {
        return START_NS + World.ns(nowS);
    }

    /** Wakes it whenever it wants until then. */
    private void runTo(double seconds) {
        drain();
        for (OptionalLong wake = trials.nextWakeNs();
                wake.isPresent() && wake.getAsLong() - START_NS <= World.ns(seconds);
                wake = trials.nextWakeNs()) {
            nowS = (wake.getAsLong() - START_NS) / 1e9;
            trials.onTime(wake.getAsLong());
            drain();
        }
        nowS = seconds;
    }

    private void primeAll() {
        for (int flow = 1; flow <= FLOWS; flow++) {
            trials.onPrimed(flow, now(), PRIMED);
        }
        drain();
    }

    private void pushAllBut(int... without) {
        for (int flow = 1; flow <= FLOWS; flow++) {
            int one = flow;
            if (Arrays.stream(without).noneMatch(other -> other == one)) {
                trials.onPushed(flow, now());
            }
        }
        drain();
    }

    private KeepOpen row(Keeper keeper) {
        return trials.findings().stream()
                .filter(found -> found.mechanism() == keeper)
                .findFirst()
                .orElseThrow();
    }

    private <A extends FlowAction> List<A> all(Class<A> kind) {
        return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private long closed(int flow) {
        return actions.stream().filter(new FlowAction.Close(flow)::equals).count();
    }

    // ---- what is opened and kept beating -------------------------------------------------------------------------

    @Test
    void threeFlowsOfEachAreOpenedAtOnce() {
        drain();
        List<FlowAction.Open> opens = all(FlowAction.Open.class);
        assertThat(opens).hasSize(FLOWS).allSatisfy(open -> {
            assertThat(open.pushAfterNs()).hasValue(World.ns(PUSH_S));
            assertThat(open.userTimeout()).isEmpty();
            assertThat(open.longestSilenceNs()).isEqualTo(World.ns(PUSH_S + 60));
            Keepalive keepalive = new Keepalive(Duration.ofSeconds(8), Duration.ofSeconds(8), 3);
            boolean kernels = open.flow() >= 7 && open.flow() <= 9;
            assertThat(open.keepalive()).isEqualTo(kernels ? Optional.of(keepalive) : Optional.empty());
        });
        assertThat(KeepOpenTrials.flowsAtOnce(FarEnds.RESPONDER)).isEqualTo(CHECK);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.25, 1.3, 2, 2.5, 7, 10, 13.3, 60, 350, 7200})
    void thePushComesJustBeforeAHeartbeatAfterMoreThanThreeTimeouts(double timeoutS) {
        timeout(timeoutS);
        drain();
        for (FlowAction.Open open : all(FlowAction.Open.class)) {
            boolean kernels = open.flow() >= 7 && open.flow() <= 12;
            double periodS = kernels ? Math.floor(0.8 * timeoutS + 1e-9) : 0.8 * timeoutS;
            double pushS = open.pushAfterNs().orElseThrow() / 1e9;
            assertThat(pushS).isGreaterThan(3 * timeoutS);
            assertThat(pushS / periodS % 1).isCloseTo(0.97, within(1e-6));
            assertThat(pushS - periodS).as("not a period more than it takes").isLessThan(3 * timeoutS + periodS);
            assertThat(pushS + 4)
                    .isLessThan(KeepOpenTrials.worstCase(Beating.seconds(timeoutS), FarEnds.RESPONDER)
                                    .toNanos()
                            / 1e9);
        }
    }

    @Test
    void whoeverBeatsIsTold() {
        nowS = 0.5;
        primeAll();
        assertThat(all(FlowAction.Order.class))
                .extracting(order -> order.flow() + " " + order.deed() + " " + order.durationNs())
                .containsExactly(
                        "4 " + FarDeed.BEAT + " 8000000000",
                        "5 " + FarDeed.BEAT + " 8000000000",
                        "6 " + FarDeed.BEAT + " 8000000000",
                        "10 " + FarDeed.KEEPALIVE + " 8000000000",
                        "11 " + FarDeed.KEEPALIVE + " 8000000000",
                        "12 " + FarDeed.KEEPALIVE + " 8000000000");
        runTo(0.5 + PUSH_S);
        assertThat(spokenS).containsExactly(8.5, 16.5, 24.5, 32.5);
        assertThat(all(FlowAction.Speak.class)).hasSize(4 * 3);
    }

    // ---- kept, lost, void ----------------------------------------------------------------------------------------

    @Test
    void whereThePushComesThroughThePathWasKept() {
        nowS = 0.5;
        primeAll();
        runTo(0.5 + PUSH_S);
        pushAllBut();
        assertThat(trials.isOver()).isTrue();
        assertThat(trials.nextWakeNs()).isEmpty();
        assertThat(trials.hasPathFailed()).isFalse();
        for (Keeper keeper : Keeper.over(Transport.TCP)) {
            boolean none = keeper == Keeper.NONE;
            assertThat(row(keeper))
                    .isEqualTo(new KeepOpen(
                            keeper,
                            none ? null : 8.0,
                            10.0,
                            PUSH_S,
                            Outcome.KEPT,
                            none ? "nothing expired in this time: it takes no heartbeat" : null));
        }
        for (int flow = 1; flow <= FLOWS; flow++) {
            assertThat(closed(flow)).as("flow %d", flow).isOne();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FIN, closed by FIN after 12.3s",
        "RESET, closed by RST after 12.3s",
        "TIMEOUT, given up by this kernel after 12.3s",
        "ICMP, ended by an ICMP error after 12.3s"
    })
    void aConnectionThatEndsIsLost(CloseKind kind, String why) {
        nowS = 1;
        primeAll();
        runTo(13.39);
        for (int flow = 13; flow <= 15; flow++) {
            trials.onClosed(flow, now(), kind, "");
        }
        runTo(1 + PUSH_S);
        pushAllBut(13, 14, 15);
        assertThat(trials.isOver()).isTrue();
        assertThat(row(Keeper.NONE)).isEqualTo(new KeepOpen(Keeper.NONE, null, 10.0, PUSH_S, Outcome.LOST, why));
    }

    @Test
    void oneOfThreeLostIsSaidSo() {
        primeAll();
        runTo(5);
        trials.onFailed(2, now(), new Problem("protocol", "the far end speaks gibberish"));
        runTo(PUSH_S);
        pushAllBut(2);
        assertThat(row(Keeper.APP_ECHO).outcome()).isEqualTo(Outcome.LOST);
        assertThat(row(Keeper.APP_ECHO).why()).isEqualTo("1 of 3 lost: the far end speaks gibberish after 5s");
    }

    @Test
    void theLossIsToldAndNotWhatWasVoid() {
        drain();
        trials.onFailed(1, now(), new Problem("refused", "connect: refused"));
        for (int flow = 2; flow <= FLOWS; flow++) {
            trials.onPrimed(flow, now(), PRIMED);
        }
        runTo(5);
        trials.onClosed(2, now(), CloseKind.FIN, "");
        runTo(PUSH_S);
        pushAllBut(1, 2);
        assertThat(row(Keeper.APP_ECHO).why()).isEqualTo("1 of 2 lost: closed by FIN after 5s");
    }

    @Test
    void whatCouldNotBeOpenedIsNotTested() {
        drain();
        nowS = 1;
        for (int flow = 1; flow <= 3; flow++) {
            trials.onFailed(flow, now(), new Problem("refused", "connect: refused"));
            trials.onClosed(flow + 3, now(), CloseKind.RESET, "");
        }
        for (int flow = 7; flow <= 12; flow++) {
            trials.onPrimed(flow, now(), PRIMED);
        }
        drain();
        runTo(7.999);
        assertThat(closed(13)).isZero();
        runTo(8);
        assertThat(closed(13)).isOne();
        assertThat(closed(7)).isZero();
        runTo(1 + PUSH_S);
        pushAllBut();
        assertThat(trials.isOver()).isTrue();
        assertThat(row(Keeper.APP_ECHO)).isEqualTo(KeepOpen.notTested(Keeper.APP_ECHO, 10.0, "connect: refused"));
        assertThat(row(Keeper.APP_ECHO_SERVER).why()).isEqualTo("closed by RST while it was being opened");
        assertThat(row(Keeper.OS_KEEPALIVE).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(row(Keeper.NONE).why()).isEqualTo("not opened in time");
    }

    @Test
    void whereNothingCanBeOpenedItIsOverWithTheLast() {
        drain();
        for (int flow = 1; flow <= FLOWS; flow++) {
            assertThat(trials.isOver()).isFalse();
            trials.onFailed(flow, now(), new Problem("refused", "connect: refused"));
        }
        assertThat(trials.isOver()).isTrue();
        assertThat(trials.findings()).allMatch(row -> row.outcome() == Outcome.NOT_TESTED);
    }

    @Test
    void aPrimingThatComesTooLateIsIgnored() {
        primeAll();
        trials.onPushed(1, now());
        drain();
        trials.onPrimed(1, now(), PRIMED);
        trials.onPrimed(99, now(), PRIMED);
        trials.onPushed(99, now());
        trials.onClosed(1, now(), CloseKind.FIN, "");
        runTo(PUSH_S);
        pushAllBut(1);
        assertThat(closed(1)).isOne();
        assertThat(row(Keeper.APP_ECHO).outcome()).isEqualTo(Outcome.KEPT);
    }

    @Test
    void whoIsStoppedHasWhatWasKeptUntilThen() {
        primeAll();
        runTo(PUSH_S);
        pushAllBut(13, 14, 15);
        trials.stop(Conclusion.DEADLINE, now());
        drain();
        assertThat(trials.isOver()).isTrue();
        assertThat(row(Keeper.APP_ECHO).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(row(Keeper.NONE)).isEqualTo(KeepOpen.notTested(Keeper.NONE, 10.0, "not finished"));
        assertThat(closed(13)).isOne();
        trials.stop(Conclusion.INTERRUPTED, now());
        drain();
        assertThat(closed(13)).as("stopped once").isOne();
    }

    // ---- what does not come is asked about -----------------------------------------------------------------------

    private void awaitInVain(int... flows) {
        primeAll();
        runTo(PUSH_S);
        pushAllBut(flows);
        runTo(PUSH_S + 3.999);
        assertThat(all(FlowAction.Open.class)).hasSize(FLOWS);
        runTo(PUSH_S + 4);
        assertThat(all(FlowAction.Open.class))
                .last()
                .isEqualTo(new FlowAction.Open(
                        CHECK, Optional.empty(), Optional.empty(), OptionalLong.empty(), World.ns(8)));
        assertThat(trials.isOver()).isFalse();
    }

    private static Optional<FarReport> report(int pushes, End end) {
        return Optional.of(new FarReport(pushes, 0, false, end));
    }

    /** The next heartbeat is due at 40 s, and a round trip is 20 ms: what comes by 40.04 s came before it. */
    @ParameterizedTest
    @CsvSource({"40.04, KEPT", "40.041, LOST"})
    void aPushThatComesAfterTheNextHeartbeatWasBroughtBackByIt(double arrivesS, Outcome outcome) {
        drain();
        primeAll();
        runTo(arrivesS);
        pushAllBut();

        assertThat(row(Keeper.APP_ECHO).outcome()).isEqualTo(outcome);
        assertThat(row(Keeper.OS_KEEPALIVE).outcome()).isEqualTo(outcome);
        assertThat(row(Keeper.APP_ECHO_SERVER).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(row(Keeper.NONE).outcome()).isEqualTo(Outcome.KEPT);
        if (outcome == Outcome.LOST) {
            assertThat(row(Keeper.APP_ECHO).why())
                    .isEqualTo("the far end's push came through only after the next heartbeat");
        }
    }

    @Test
    void onePushInTimeShowsThatLateOnesWereLostByChance() {
        drain();
        primeAll();
        runTo(PUSH_S);
        pushAllBut(1, 2);
        runTo(41);
        trials.onPushed(1, now());
        trials.onPushed(2, now());

        assertThat(row(Keeper.APP_ECHO).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(row(Keeper.APP_ECHO).why()).isNull();
        assertThat(trials.isOver()).isTrue();
    }

    /** With heartbeats close together the first copy of a push decides, which is never sent again within 200 ms. */
    @ParameterizedTest
    @CsvSource({"5.16, KEPT", "5.161, LOST"})
    void aPushMayTakeAsLongAsItsFirstCopy(double arrivesS, Outcome outcome) {
        timeout(1.25);
        drain();
        primeAll();
        runTo(arrivesS);
        pushAllBut();

        assertThat(row(Keeper.APP_ECHO).outcome()).isEqualTo(outcome);
    }

    @Test
    void aFreshFlowAsksWhatBecameOfThePush() {
        awaitInVain(13, 14, 15);
        trials.onPrimed(CHECK, now(), PRIMED);
        drain();
        assertThat(all(FlowAction.Ask.class))
                .containsExactly(
                        new FlowAction.Ask(CHECK, 13), new FlowAction.Ask(CHECK, 14), new FlowAction.Ask(CHECK, 15));
        trials.onReported(CHECK, now(), 13, report(1, End.OPEN));
        trials.onReported(CHECK, now(), 14, report(1, End.TIMEOUT));
        drain();
        assertThat(trials.isOver()).isFalse();
        assertThat(closed(CHECK)).isZero();
        trials.onReported(CHECK, now(), 15, report(0, End.OPEN));
        drain();
        assertThat(trials.isOver()).isTrue();
        assertThat(closed(CHECK)).isOne();
        assertThat(closed(13)).isOne();
        assertThat(row(Keeper.NONE))
                .isEqualTo(new KeepOpen(Keeper.NONE, null, 10.0, PUSH_S, Outcome.LOST, "the far end's push was lost"));
        assertThat(trials.hasPathFailed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = End.class)
    void whoeverLostItAtTheFarEndLostIt(End end) {
        awaitInVain(13, 14, 15);
        for (int flow = 13; flow <= 15; flow++) {
            trials.onReported(CHECK, now(), flow, report(0, end));
        }
        boolean open = end == End.OPEN;
        assertThat(row(Keeper.NONE).outcome()).isEqualTo(open ? Outcome.NOT_TESTED : Outcome.LOST);
        assertThat(row(Keeper.NONE).why())
                .isEqualTo(open ? "the far end did not push" : "the far end had lost it already");
    }

    @Test
    void aFlowThatTheFarEndDoesNotKnowIsLost() {
        awaitInVain(13, 14, 15);
        for (int flow = 13; flow <= 15; flow++) {
            trials.onReported(CHECK, now(), flow, Optional.empty());
        }
        assertThat(row(Keeper.NONE).outcome()).isEqualTo(Outcome.LOST);
        assertThat(row(Keeper.NONE).why()).isEqualTo("the far end had lost it already");
    }

    @Test
    void aReportOnWhatIsNotOverdueChangesNothing() {
        awaitInVain(13, 14, 15);
        trials.onReported(CHECK, now(), 1, report(1, End.TIMEOUT));
        trials.onReported(CHECK, now(), 99, Optional.empty());
        assertThat(row(Keeper.APP_ECHO).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(trials.isOver()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "closed", "in vain"})
    void whereAFreshFlowFailsTooItIsThePath(String how) {
        awaitInVain(13, 14, 15);
        switch (how) {
            case "refused" -> trials.onFailed(CHECK, now(), new Problem("timeout", "connect: timed out"));
            case "closed" -> trials.onClosed(CHECK, now(), CloseKind.RESET, "");
            default -> {
                runTo(PUSH_S + 4 + 7.999);
                assertThat(trials.isOver()).isFalse();
                runTo(PUSH_S + 4 + 8);
            }
        }
        assertThat(trials.isOver()).isTrue();
        assertThat(trials.hasPathFailed()).isTrue();
        assertThat(row(Keeper.NONE))
                .isEqualTo(KeepOpen.notTested(Keeper.NONE, 10.0, "the path went down: a new flow failed too"));
    }

    // ---- what is not tried ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"1.249999999, false", "1.25, true"})
    void keepaliveCountsWholeSeconds(double timeoutS, boolean tried) {
        timeout(timeoutS);
        drain();
        assertThat(all(FlowAction.Open.class)).hasSize(tried ? FLOWS : 9);
        if (!tried) {
            assertThat(row(Keeper.OS_KEEPALIVE_SERVER))
                    .isEqualTo(KeepOpen.notTested(
                            Keeper.OS_KEEPALIVE_SERVER,
                            1.25,
                            "keepalive counts whole seconds, and four fifths of 1.25s is less than one"));
        }
    }

    @Test
    void whatTheDeadlineDoesNotAllowIsNotTried() {
        trials = new KeepOpenTrials(
                Duration.ofSeconds(10), FarEnds.RESPONDER, Optional.of(Beating.seconds(PUSH_S + 4 - 1e-9)), START_NS);
        assertThat(trials.isOver()).isTrue();
        assertThat(trials.nextAction()).isEmpty();
        assertThat(trials.findings())
                .hasSize(5)
                .allSatisfy(row -> assertThat(row)
                        .isEqualTo(KeepOpen.notTested(
                                row.mechanism(), 10.0, "it takes 44s, longer than the deadline allows")));

        trials = new KeepOpenTrials(
                Duration.ofSeconds(10), FarEnds.RESPONDER, Optional.of(Beating.seconds(PUSH_S + 4)), START_NS);
        drain();
        assertThat(all(FlowAction.Open.class)).hasSize(FLOWS);
    }

    @Test
    void theWorstCaseIsWhatTheTimeoutTakes() {
        assertThat(KeepOpenTrials.worstCase(Duration.ofSeconds(10), FarEnds.RESPONDER))
                .isEqualTo(Duration.ofSeconds(46 + 4 + 8));
        assertThat(KeepOpenTrials.worstCase(Duration.ofSeconds(10), FarEnds.WS))
                .isEqualTo(Duration.ofSeconds(46 + 6 + 8));
    }
}
