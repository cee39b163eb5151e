package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hbprobe.engine.Search.Conclusion;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.ExitCode;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Flow;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Outcome;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search makes of one box after another. */
class SearchTest {
    private static final double SLACK_S = 0.003;

    private final World world = new World(7);

    private static DirectionFinding finding(Verdict verdict, Direction direction) {
        return verdict.directions().stream()
                .filter(found -> found.direction() == direction)
                .findFirst()
                .orElseThrow();
    }

    private static DirectionFinding clientFirst(Verdict verdict) {
        return finding(verdict, Direction.CLIENT_FIRST);
    }

    private static DirectionFinding serverFirst(Verdict verdict) {
        return finding(verdict, Direction.SERVER_FIRST);
    }

    private static void holds(DirectionFinding found, double timeoutS) {
        assertThat(found.outcome()).as("%s", found).isEqualTo(Outcome.EXPIRES);
        holdsBracket(found, timeoutS);
    }

    private static void holdsBracket(DirectionFinding found, double timeoutS) {
        assertThat(found.aliveS()).as("alive in %s", found).isLessThan(timeoutS + SLACK_S);
        assertThat(found.deadS()).as("dead in %s", found).isGreaterThan(timeoutS - SLACK_S);
    }

    private static IdleTimeout timeout(Verdict verdict) {
        assertThat(verdict.outcome()).as("%s", verdict.warnings()).isEqualTo(Outcome.EXPIRES);
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.ANSWERED);
        return verdict.idleTimeout().orElseThrow();
    }

    private static double width(DirectionFinding found) {
        return Objects.requireNonNull(found.deadS()) - Objects.requireNonNull(found.aliveS());
    }

    private static long count(Verdict verdict, FlowOutcome outcome) {
        return verdict.flows().stream()
                .filter(flow -> flow.outcome() == outcome)
                .count();
    }

    private static boolean warns(Verdict verdict, String words) {
        return verdict.warnings().stream().anyMatch(warning -> warning.contains(words));
    }

    // ---- endings -------------------------------------------------------------------------------------------------

    /** The longest that lives one way and the shortest that dies the other way may be one silence. */
    @Test
    void bothWaysDyingAtOneAgeIsNotOneWay() {
        Verdict verdict = world.timeout(7)
                .pickUp(false)
                .run(Asked.intervals(2, 4, 6.97, 7.02, 8, 9).settings());

        assertThat(clientFirst(verdict).aliveS()).isBetween(6.96, 7.0);
        assertThat(serverFirst(verdict).deadS()).isBetween(7.0, 7.04);
        assertThat(serverFirst(verdict).ending()).isEqualTo(Ending.SILENT);
        assertThat(clientFirst(verdict).ending()).isEqualTo(Ending.SILENT);
    }

    @Test
    void aBoxThatPicksUpTheClientsTrafficIsOneWay() {
        Verdict verdict = world.timeout(20).run(Asked.range(1, 60).maxFlows(512).settings());
        IdleTimeout found = timeout(verdict);
        assertThat(found.direction()).isEqualTo(Direction.SERVER_FIRST);
        assertThat(found.ending()).isEqualTo(Ending.ONE_WAY);
        holds(serverFirst(verdict), 20);
        assertThat(width(serverFirst(verdict))).isLessThan(20 * 0.025 + SLACK_S);
        assertThat(clientFirst(verdict).outcome()).isEqualTo(Outcome.SURVIVES);
        assertThat(clientFirst(verdict).deadS()).isNull();
        assertThat(clientFirst(verdict).aliveS()).isGreaterThan(20);
        assertThat(verdict.revivedByClient()).contains(true);
        assertThat(verdict.pathCheck().freshFlow()).isEqualTo("ok");
        assertThat(world.elapsedS()).as("seconds taken").isLessThan(24);
    }

    @Test
    void aBoxThatDropsBothWaysIsSilentInBoth() {
        Verdict verdict = world.timeout(20)
                .pickUp(false)
                .run(Asked.range(1, 60).maxFlows(512).settings());
        assertThat(timeout(verdict).ending()).isEqualTo(Ending.SILENT);
        holds(serverFirst(verdict), 20);
        holds(clientFirst(verdict), 20);
        assertThat(clientFirst(verdict).ending()).isEqualTo(Ending.SILENT);
        assertThat(verdict.revivedByClient()).contains(false);
        assertThat(world.elapsedS()).as("seconds taken").isLessThan(24);
    }

    @Test
    void aBoxThatAnswersTheNextPacketWithResetIsResetOnProbe() {
        Verdict verdict =
                world.timeout(20).resetsClient().run(Asked.range(1, 60).settings());
        assertThat(clientFirst(verdict).ending()).isEqualTo(Ending.RESET_ON_PROBE);
        holds(clientFirst(verdict), 20);
        holds(serverFirst(verdict), 20);
        assertThat(timeout(verdict).direction()).isEqualTo(Direction.SERVER_FIRST);
    }

    @Test
    void aPushThatIsAnsweredWithResetTellsItsFarEnding() {
        Verdict verdict =
                world.timeout(20).resetsServer().run(Asked.range(1, 60).settings());
        holds(serverFirst(verdict), 20);
        assertThat(serverFirst(verdict).ending()).isEqualTo(Ending.ONE_WAY);
        assertThat(verdict.flows())
                .filteredOn(flow -> flow.outcome() == FlowOutcome.DEAD)
                .isNotEmpty()
                .extracting(Flow::farEnding)
                .containsOnly(Ending.RESET_ON_PROBE);
    }

    @Test
    void aFirewallAtTheServerIsOneWayForTheClient() {
        Verdict verdict =
                world.timeout(20).guardingServer().run(Asked.range(1, 60).settings());
        assertThat(timeout(verdict).direction()).isEqualTo(Direction.CLIENT_FIRST);
        assertThat(timeout(verdict).ending()).isEqualTo(Ending.ONE_WAY);
        holds(clientFirst(verdict), 20);
        assertThat(serverFirst(verdict).outcome()).isEqualTo(Outcome.SURVIVES);
        assertThat(verdict.revivedByClient()).contains(false);
    }

    @ParameterizedTest
    @CsvSource({"SENDS_FIN,FIN_AT_EXPIRY", "SENDS_RESET,RESET_AT_EXPIRY"})
    void aCloseThatComesByItselfIsTheTimeoutToTheMillisecond(World.AtExpiry how, Ending ending) {
        Verdict verdict = world.timeout(20).atExpiry(how).run(Asked.range(1, 60).settings());
        IdleTimeout found = timeout(verdict);
        assertThat(found.ending()).isEqualTo(ending);
        assertThat(found.aliveS()).isCloseTo(20, within(0.03));
        assertThat(found.deadS()).isCloseTo(20, within(0.03));
        assertThat(found.estimateS()).isEqualTo(found.aliveS());
        assertThat(serverFirst(verdict).disagreeing()).isZero();
    }

    @Test
    void aServerThatSweepsShowsItsSpread() {
        Verdict verdict = world.timeout(20)
                .sweeping(3)
                .atExpiry(World.AtExpiry.SENDS_FIN)
                .run(Asked.range(1, 60).openRate(20).settings());
        IdleTimeout found = timeout(verdict);
        assertThat(found.ending()).isEqualTo(Ending.FIN_AT_EXPIRY);
        assertThat(found.aliveS()).isBetween(19.99, 21.0);
        assertThat(found.deadS()).isBetween(21.5, 23.1);
        assertThat(found.estimateS()).isEqualTo(found.aliveS());
    }

    @Test
    void flowsThatDieOfAgeWhetherIdleOrNotHaveALifetime() {
        Verdict verdict = world.lifetime(20).run(Asked.range(1, 60).settings());
        assertThat(timeout(verdict).ending()).isEqualTo(Ending.LIFETIME);
        holdsBracket(serverFirst(verdict), 20 - 0.03);
        assertThat(warns(verdict, "an age limit, which no heartbeat moves")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"SENDS_FIN,128", "SENDS_RESET,128", "SENDS_FIN,40", "SENDS_RESET,512"})
    void aLifetimeThatEndsWithACloseIsNoIdleTimeout(World.AtExpiry how, int maxFlows) {
        Verdict verdict = world.lifetime(20)
                .atExpiry(how)
                .run(Asked.range(1, 60).maxFlows(maxFlows).settings());
        assertThat(timeout(verdict).ending()).isEqualTo(Ending.LIFETIME);
        assertThat(timeout(verdict).aliveS()).as("age less the priming").isCloseTo(20, within(0.1));
        assertThat(timeout(verdict).deadS()).as("age less the priming").isCloseTo(20, within(0.1));
    }

    @Test
    void aPushThatSomebodyAcknowledgesAndLosesIsDead() {
        Verdict verdict =
                world.timeout(20).acknowledges().run(Asked.range(1, 60).settings());
        holds(serverFirst(verdict), 20);
        assertThat(warns(verdict, "acknowledges for this end and loses the data"))
                .isTrue();
    }

    // ---- no expiry -----------------------------------------------------------------------------------------------

    @Test
    void aPathWithoutATimeoutSurvives() {
        Verdict verdict = world.run(Asked.range(1, 60).settings());
        assertThat(verdict.outcome()).isEqualTo(Outcome.SURVIVES);
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.ANSWERED);
        assertThat(verdict.idleTimeout()).isEmpty();
        assertThat(clientFirst(verdict).aliveS()).isCloseTo(60, within(0.05));
        assertThat(serverFirst(verdict).aliveS()).isCloseTo(60, within(0.05));
        assertThat(verdict.revivedByClient()).isEmpty();
        assertThat(verdict.pathCheck().freshFlow()).isEqualTo("not-needed");
    }

    @Test
    void exactlyTheIntervalsAskedForAreTried() {
        Verdict verdict = world.timeout(40).run(Asked.intervals(30, 10, 20, 10).settings());
        assertThat(verdict.outcome()).isEqualTo(Outcome.SURVIVES);
        assertThat(verdict.flows()).hasSize(6);
        assertThat(clientFirst(verdict).aliveS()).isCloseTo(30, within(0.05));
    }

    // ---- the edges of the range ----------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(doubles = {0.15, 0.3, 0.9})
    void aTimeoutBelowTheFirstRungHasNoAlive(double timeoutS) {
        Verdict verdict = world.timeout(timeoutS)
                .pickUp(false)
                .run(Asked.range(1, 60).openRate(100).settings());
        assertThat(serverFirst(verdict).aliveS()).isZero();
        assertThat(timeout(verdict).aliveS()).isZero();
        assertThat(timeout(verdict).deadS()).isCloseTo(1, within(0.03));
        assertThat(timeout(verdict).ending()).isEqualTo(Ending.SILENT);
    }

    @Test
    void withFewerRungsLeftThanConfirmationsAskedForWhatThereIsDecides() {
        Verdict verdict = world.timeout(25).run(Asked.intervals(10, 20, 30).settings());
        holds(serverFirst(verdict), 25);
        assertThat(warns(verdict, "server-first: only 0 of the 2 confirmations asked for"))
                .isTrue();
        assertThat(timeout(verdict).aliveS()).isCloseTo(20, within(0.05));
        assertThat(timeout(verdict).deadS()).isCloseTo(30, within(0.05));
    }

    @Test
    void noFurtherDeathIsWaitedForWhenNoneIsAskedFor() {
        Verdict verdict = world.timeout(20).run(Asked.range(1, 600).confirm(0).settings());
        holds(serverFirst(verdict), 20);
        assertThat(warns(verdict, "confirmations")).isFalse();
    }

    @Test
    void repeatedRungsHaveEachTheirFlows() {
        Verdict verdict = world.timeout(20)
                .run(Asked.intervals(10, 18, 22, 30, 40).repeat(3).settings());
        holds(serverFirst(verdict), 20);
        assertThat(verdict.flows()).hasSize(30);
        assertThat(serverFirst(verdict).flows()).isGreaterThanOrEqualTo(6 + 9);
        assertThat(serverFirst(verdict).disagreeing()).isZero();
    }

    @Test
    void refiningNarrowsToTheWidthAskedFor() {
        MeasureBoth both = new MeasureBoth(Asked.range(1, 120).maxFlows(24).refine());
        holds(serverFirst(both.verdict), 50);
        assertThat(width(serverFirst(both.verdict))).isLessThan(50 * 0.025 * 1.1);
        assertThat(both.world.mostOpen()).isLessThanOrEqualTo(24);
    }

    /** A search of its own world, for tests that look at more than the verdict. */
    private static final class MeasureBoth {
        final World world = new World(3).timeout(50).pickUp(false);
        final Verdict verdict;

        MeasureBoth(Asked asked) {
            verdict = world.run(asked.settings());
        }
    }

    // ---- few flows -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"4,false", "4,true", "8,false", "8,true", "12,false"})
    void aSmallBudgetIsKept(int maxFlows, boolean pickUp) {
        Verdict verdict = world.timeout(20)
                .pickUp(pickUp)
                .run(Asked.range(1, 120).maxFlows(maxFlows).settings());
        assertThat(world.mostOpen()).isLessThanOrEqualTo(maxFlows);
        holds(serverFirst(verdict), 20);
    }

    @ParameterizedTest
    @CsvSource({"4,false", "4,true", "8,false", "8,true"})
    void aLongListOfIntervalsWaitsItsTurn(int maxFlows, boolean pickUp) {
        Verdict verdict = world.timeout(7)
                .pickUp(pickUp)
                .run(Asked.intervals(1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13)
                        .maxFlows(maxFlows)
                        .settings());
        assertThat(world.mostOpen()).isLessThanOrEqualTo(maxFlows);
        holds(serverFirst(verdict), 7);
        assertThat(timeout(verdict).aliveS()).isCloseTo(6, within(0.05));
        assertThat(timeout(verdict).deadS()).isCloseTo(8, within(0.05));
    }

    @Test
    void aLongListThatDiesFromTheStartStillEnds() {
        Verdict verdict = world.timeout(0.5)
                .pickUp(false)
                .run(Asked.intervals(1, 2, 3, 4, 5, 6, 7, 8).maxFlows(4).settings());
        assertThat(timeout(verdict).aliveS()).isZero();
        assertThat(timeout(verdict).deadS()).isCloseTo(1, within(0.05));
        assertThat(world.mostOpen()).isLessThanOrEqualTo(4);
    }

    // ---- bisection -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"20,true", "20,false", "1.5,false", "59,true", "100,true"})
    void aBisectionHasOneFlowAtATime(double timeoutS, boolean pickUp) {
        Verdict verdict = world.timeout(timeoutS)
                .pickUp(pickUp)
                .run(Asked.range(1, 60).bisect().settings());
        assertThat(world.mostOpen()).isEqualTo(1);
        if (timeoutS > 60) {
            assertThat(verdict.outcome()).isEqualTo(Outcome.SURVIVES);
        } else {
            holds(serverFirst(verdict), timeoutS);
            assertThat(width(serverFirst(verdict))).isLessThan(Math.max(0.25, timeoutS * 0.025) * 1.1 + 0.02);
            assertThat(clientFirst(verdict).outcome()).isEqualTo(pickUp ? Outcome.SURVIVES : Outcome.EXPIRES);
            assertThat(verdict.revivedByClient()).contains(pickUp);
        }
    }

    @ParameterizedTest
    @CsvSource({"CLIENT_FIRST", "SERVER_FIRST"})
    void aBisectionOfOneDirectionConverges(Direction direction) {
        Verdict verdict = world.timeout(33)
                .pickUp(false)
                .run(Asked.range(1, 600).only(direction).bisect().settings());
        holds(finding(verdict, direction), 33);
        assertThat(width(finding(verdict, direction))).isLessThan(33 * 0.025 * 1.1);
        assertThat(verdict.revivedByClient()).isEmpty();
    }

    @Test
    void aBisectionBelowItsFirstStepHasNoAlive() {
        Verdict verdict =
                world.timeout(0.4).pickUp(false).run(Asked.range(1, 60).bisect().settings());
        assertThat(timeout(verdict).aliveS()).isZero();
        assertThat(timeout(verdict).deadS()).isCloseTo(1, within(0.05));
    }

    // ---- was it the idling? --------------------------------------------------------------------------------------

    @Test
    void aBoxThatForgetsEverythingAtOnceHasNoTimeout() {
        Verdict verdict =
                world.flushedAt(20).pickUp(false).run(Asked.range(1, 60).settings());
        assertThat(verdict.outcome()).as("%s", verdict).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.INCONCLUSIVE);
        assertThat(verdict.idleTimeout()).isEmpty();
        assertThat(warns(verdict, "forgot every flow at once")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"10,11", "10,13", "10,20", "1.5,4", "28,31"})
    void anOutageIsNoTimeout(double fromS, double toS) {
        Verdict verdict =
                world.downFrom(fromS, toS).pickUp(false).run(Asked.range(1, 30).settings());
        assertThat(verdict.outcome()).as("%s", verdict).isNotEqualTo(Outcome.EXPIRES);
        assertThat(verdict.directions()).extracting(DirectionFinding::outcome).doesNotContain(Outcome.EXPIRES);
        assertThat(count(verdict, FlowOutcome.DEAD)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"10,11", "10,13", "18,22", "19.5,21", "21,24"})
    void anOutageDoesNotMoveTheBracket(double fromS, double toS) {
        Verdict verdict = world.downFrom(fromS, toS)
                .timeout(20)
                .pickUp(false)
                .run(Asked.range(1, 60).settings());
        for (DirectionFinding found : verdict.directions()) {
            if (found.deadS() != null) {
                holdsBracket(found, 20);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 3, 10, 29.9})
    void aPathThatIsCutIsInconclusive(double atS) {
        Verdict verdict = world.cutAt(atS).run(Asked.range(1, 30).settings());
        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.INCONCLUSIVE);
        assertThat(verdict.directions()).extracting(DirectionFinding::outcome).doesNotContain(Outcome.EXPIRES);
        assertThat(verdict.pathCheck().freshFlow()).isEqualTo("failed");
        assertThat(verdict.problem().orElseThrow().code()).isEqualTo("path-down");
    }

    @Test
    void aPathThatWasNeverThereIsUnreachable() {
        Verdict verdict = world.cutAt(0).run(Asked.range(1, 30).settings());
        assertThat(verdict.outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(verdict.directions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 10, 15})
    void aResponderThatIsKilledIsNoTimeout(double atS) {
        Verdict verdict = world.responderKilledAt(atS).run(Asked.range(1, 30).settings());
        assertThat(verdict.outcome()).as("%s", verdict).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.idleTimeout()).isEmpty();
        assertThat(verdict.directions()).extracting(DirectionFinding::outcome).doesNotContain(Outcome.EXPIRES);
    }

    @ParameterizedTest
    @CsvSource({"5,5.5", "10,10.2", "10,14", "29,29.5"})
    void aResponderThatIsRestartedIsNoTimeout(double atS, double backS) {
        Verdict verdict =
                world.responderRestartedAt(atS, backS).run(Asked.range(1, 30).settings());
        assertThat(verdict.outcome()).as("%s", verdict).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.idleTimeout()).isEmpty();
        assertThat(verdict.directions()).extracting(DirectionFinding::outcome).doesNotContain(Outcome.EXPIRES);
    }

    @Test
    void aFlowTheFarEndDoesNotKnowIsNotBelievedDead() {
        Verdict verdict = world.balancedOver(1_000_000)
                .timeout(10)
                .pickUp(true)
                .run(Asked.range(1, 30).settings());
        assertThat(serverFirst(verdict).outcome()).isNotEqualTo(Outcome.EXPIRES);
        assertThat(verdict.flows())
                .filteredOn(flow -> flow.direction() == Direction.SERVER_FIRST)
                .extracting(Flow::outcome)
                .doesNotContain(FlowOutcome.DEAD);
        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(warns(verdict, "different responders")).isTrue();
    }

    // ---- was it idle at all? -------------------------------------------------------------------------------------

    @Test
    void aFarEndThatProbesBySelfMakesItInconclusiveAndNamesTheInterval() {
        Verdict verdict = world.keepalive(3).timeout(20).run(Asked.range(1, 60).settings());
        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.INCONCLUSIVE);
        assertThat(verdict.hiddenRefresh().orElseThrow().intervalS()).isCloseTo(3, within(0.1));
        assertThat(count(verdict, FlowOutcome.DEAD)).isZero();
        assertThat(count(verdict, FlowOutcome.REFRESHED)).isPositive();
        assertThat(world.elapsedS()).as("no need to wait for the longest rung").isLessThan(15);
    }

    @Test
    void aFarEndThatProbesTooSeldomHidesNothing() {
        Verdict verdict = world.keepalive(15)
                .timeout(10)
                .pickUp(false)
                .run(Asked.range(1, 60).settings());
        holds(serverFirst(verdict), 10);
        holds(clientFirst(verdict), 10);
        assertThat(verdict.hiddenRefresh()).isEmpty();
    }

    // ---- was it us, or the crowd? --------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFullTableIsNoShortTimeout(boolean pickUp) {
        Verdict verdict = world.table(50)
                .timeout(600)
                .pickUp(pickUp)
                .run(Asked.range(1, 30).settings());
        assertThat(verdict.outcome()).as("%s", verdict).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.idleTimeout()).isEmpty();
        assertThat(warns(verdict, "a full table in some box")).isTrue();
    }

    @Test
    void aTimeoutInsideTheOpeningWindowIsBelievedWhenItRepeatsAlone() {
        Verdict verdict = world.timeout(2.1)
                .pickUp(false)
                .run(Asked.range(1, 30).openRate(10).settings());
        holds(serverFirst(verdict), 2.1);
        holds(clientFirst(verdict), 2.1);
        assertThat(warns(verdict, "a full table")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("hbprobe.engine.SearchTest#seeds")
    void aPoolOfTwoBoxesGivesAZone(long seed) {
        Verdict verdict = new World(seed)
                .timeout(10, 20)
                .pickUp(false)
                .run(Asked.range(1, 40).maxFlows(256).settings());
        assertThat(verdict.outcome()).isEqualTo(Outcome.EXPIRES);
        for (DirectionFinding found : verdict.directions()) {
            assertThat(found.outcome()).isEqualTo(Outcome.EXPIRES);
            assertThat(found.aliveS()).as("%s", found).isLessThan(20 + SLACK_S);
            assertThat(found.deadS()).as("%s", found).isGreaterThan(10 - SLACK_S);
        }
        assertThat(verdict.directions().stream()
                        .mapToInt(DirectionFinding::disagreeing)
                        .sum())
                .isPositive();
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    @Test
    void aMachineThatWasSuspendedVoidsWhatWasOpen() {
        Verdict verdict = world.timeout(20)
                .suspendedAt(10, 300)
                .pickUp(false)
                .run(Asked.range(1, 60).settings());
        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(count(verdict, FlowOutcome.DEAD)).isZero();
        assertThat(count(verdict, FlowOutcome.ERROR)).isPositive();
        assertThat(warns(verdict, "clocks parted by 5m")).isTrue();
        assertThat(world.elapsedS()).isLessThan(12);
    }

    @Test
    void withoutRoomForMoreFlowsWhatIsOpenGoesOn() {
        Verdict verdict = world.roomFor(40).timeout(20).run(Asked.range(1, 60).settings());
        assertThat(warns(verdict, "flows could be opened: Too many open files")).isTrue();
        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.directions()).extracting(DirectionFinding::outcome).doesNotContain(Outcome.EXPIRES);
    }

    @Test
    void withoutRoomForMoreFlowsAShortTimeoutIsStillFound() {
        Verdict verdict = world.roomFor(60)
                .timeout(3)
                .pickUp(false)
                .run(Asked.range(1, 60).settings());
        holds(serverFirst(verdict), 3);
        holds(clientFirst(verdict), 3);
    }

    // ---- cut short -----------------------------------------------------------------------------------------------

    @Test
    void aDeadlineGivesThePartialFinding() {
        Verdict verdict = world.timeout(20)
                .stoppedAt(10, Conclusion.DEADLINE)
                .run(Asked.range(1, 60).settings());
        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.INCONCLUSIVE);
        assertThat(serverFirst(verdict).outcome()).isEqualTo(Outcome.SURVIVES);
        assertThat(serverFirst(verdict).aliveS()).isBetween(8.0, 10.0);
        assertThat(warns(verdict, "the deadline came after 10.0 s")).isTrue();
    }

    @Test
    void anInterruptGivesThePartialFinding() {
        Verdict verdict = world.timeout(20)
                .stoppedAt(10, Conclusion.INTERRUPTED)
                .run(Asked.range(1, 60).settings());
        assertThat(verdict.outcome()).isEqualTo(Outcome.INTERRUPTED);
        assertThat(verdict.idleTimeout()).isEmpty();
        assertThat(serverFirst(verdict).aliveS()).isBetween(8.0, 10.0);
    }

    // ---- the clock -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {0, -5_000_000_000L, Long.MAX_VALUE - 10_000_000_000L, Long.MIN_VALUE})
    void whereTheClockStartsDoesNotMatter(long startNs) {
        Verdict verdict = world.clockAt(startNs)
                .timeout(20)
                .pickUp(false)
                .downFrom(12, 14)
                .run(Asked.range(1, 60).settings());
        Verdict fromZero = new World(7)
                .timeout(20)
                .pickUp(false)
                .downFrom(12, 14)
                .run(Asked.range(1, 60).settings());
        assertThat(verdict).isEqualTo(fromZero);
        holds(serverFirst(verdict), 20);
    }

    @Test
    void aDelayedAcknowledgementIsAllowedForInTheBracket() {
        Verdict verdict = world.delayingAcks()
                .timeout(20)
                .pickUp(false)
                .run(Asked.range(1, 60).settings());
        holds(serverFirst(verdict), 20);
        holds(clientFirst(verdict), 20);
    }
}
