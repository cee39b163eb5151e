package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.Search.Conclusion;
import hbprobe.model.Abilities;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.Expected;
import hbprobe.model.Expected.How;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.HostInfo;
import hbprobe.model.IdleTest;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureFinding.PathCheck;
import hbprobe.model.MeasureFinding.Settings;
import hbprobe.model.MeasureSettings;
import hbprobe.model.Mechanism;
import hbprobe.model.Problem;
import hbprobe.model.Target;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is made of what was seen: a pass only where it was shown. */
class JudgementsTest {
    private static final Duration TEN = Duration.ofSeconds(10);

    private final World world = new World(7);

    private Verdict verdict;

    /** Three flows of each direction, idle for ten seconds; run once. */
    private Verdict rung() {
        if (verdict == null) {
            verdict = world.run(
                    Asked.intervals(10).repeat(3).confirm(0).maxFlows(64).settings());
        }
        return verdict;
    }

    private Expectation atLeast() {
        return Judgements.idleAtLeast(new Expected.IdleAtLeast(TEN), rung());
    }

    private Expectation atMost() {
        return Judgements.idleAtMost(new Expected.IdleAtMost(TEN), rung());
    }

    private Expectation ending(How how) {
        return Judgements.ending(new Expected.EndsBy(how), rung());
    }

    private static void holds(Expectation judged, Held held, String observed, String why) {
        assertThat(judged.outcome()).as("%s", judged).isEqualTo(held);
        assertThat(judged.observed()).isEqualTo(observed);
        assertThat(judged.why()).isEqualTo(why);
    }

    // ---- idle periods --------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"10.2, PASS", "9.8, FAIL"})
    void aPathHasToOutliveThePeriod(double timeoutS, Held held) {
        world.timeout(timeoutS);

        assertThat(atLeast().outcome()).isEqualTo(held);
    }

    @ParameterizedTest
    @CsvSource({"10.2, FAIL", "9.8, PASS"})
    void aPolicyHasToCutByThen(double timeoutS, Held held) {
        world.timeout(timeoutS).pickUp(false);

        assertThat(atMost().outcome()).isEqualTo(held);
    }

    @Test
    void whatLivesIsCounted() {
        world.timeout(20);

        holds(atLeast(), Held.PASS, "alive after 10s", "client-first 3 of 3 alive; server-first 3 of 3 alive");
    }

    @Test
    void oneDirectionThatDiesFailsIt() {
        world.timeout(5);

        holds(atLeast(), Held.FAIL, "dead after 10s", "client-first 3 of 3 alive; server-first 0 of 3 alive, one-way");
    }

    @Test
    void aRevivalIsNoCut() {
        world.timeout(5);

        holds(
                atMost(),
                Held.FAIL,
                "alive after 10s",
                "client-first 3 of 3 alive; server-first 0 of 3 alive, one-way: what the server can't reach any more"
                        + " the client's packet revives");
    }

    @Test
    void aCloseThatComesByItselfHasItsAge() {
        world.timeout(5).atExpiry(World.AtExpiry.SENDS_FIN);

        assertThat(atLeast().observed()).matches("fin-at-expiry after [45](\\.\\d+)? s");
        assertThat(atMost().outcome()).isEqualTo(Held.PASS);
    }

    @Test
    void aPathThatIsDownProvesNothing() {
        world.cutAt(6);

        Expectation judged = atLeast();
        assertThat(judged.outcome()).as("%s", judged).isEqualTo(Held.INCONCLUSIVE);
        assertThat(atMost().outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(ending(How.SILENT).outcome()).isEqualTo(Held.INCONCLUSIVE);
    }

    @ParameterizedTest
    @EnumSource(names = {"DEADLINE", "INTERRUPTED"})
    void whatIsStoppedProvesNothing(Conclusion why) {
        world.stoppedAt(4, why);

        assertThat(atLeast().outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(atMost().outcome()).isEqualTo(Held.INCONCLUSIVE);
    }

    @Test
    void whatCannotBeReachedIsAnError() {
        world.cutAt(0);

        Expectation judged = atLeast();
        assertThat(judged.outcome()).as("%s", judged).isEqualTo(Held.ERROR);
        assertThat(judged.observed()).isNull();
    }

    // ---- endings -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(How.class)
    void silenceIsSilent(How how) {
        world.timeout(5).pickUp(false);

        assertThat(ending(how).outcome()).isEqualTo(how == How.SILENT ? Held.PASS : Held.FAIL);
        assertThat(ending(how).observed()).isEqualTo("silent");
    }

    @ParameterizedTest
    @EnumSource(How.class)
    void aFinIsAFin(How how) {
        world.timeout(5).atExpiry(World.AtExpiry.SENDS_FIN);

        assertThat(ending(how).outcome()).isEqualTo(how == How.FIN ? Held.PASS : Held.FAIL);
    }

    @ParameterizedTest
    @EnumSource(How.class)
    void anRstIsAReset(How how) {
        world.timeout(5).atExpiry(World.AtExpiry.SENDS_RESET);

        assertThat(ending(how).outcome()).isEqualTo(how == How.RESET ? Held.PASS : Held.FAIL);
    }

    /** The client heard nothing, and its next packet lived; the far end was answered with RST. */
    @ParameterizedTest
    @EnumSource(How.class)
    void aDirectionThatIsResetAtTheFarEndIsReset(How how) {
        world.timeout(5).resetsServer();

        assertThat(ending(how).outcome()).isEqualTo(how == How.RESET ? Held.PASS : Held.FAIL);
        assertThat(ending(how).observed()).isEqualTo("reset-on-probe");
    }

    @ParameterizedTest
    @EnumSource(How.class)
    void aDirectionThatIsMerelyDeadIsSilent(How how) {
        world.timeout(5);

        assertThat(ending(how).outcome()).isEqualTo(how == How.SILENT ? Held.PASS : Held.FAIL);
    }

    @Test
    void whatDoesNotEndHasNoEnding() {
        world.timeout(20);

        holds(
                ending(How.SILENT),
                Held.INCONCLUSIVE,
                null,
                "no flow ended: client-first 3 of 3 alive; server-first 3 of 3 alive");
    }

    @ParameterizedTest
    @CsvSource({
        "SILENT, SILENT",
        "ONE_WAY, SILENT",
        "RESET_AT_EXPIRY, RESET",
        "RESET_ON_PROBE, RESET",
        "FIN_AT_EXPIRY, FIN",
        "FIN_ON_PROBE, FIN",
        "ICMP, ",
        "LIFETIME, ",
        "REBOUND, "
    })
    void everyEndingIsOfOneKindAtMost(Ending ending, How only) {
        for (How how : How.values()) {
            assertThat(how.covers(ending)).isEqualTo(how == only);
        }
    }

    /** The client's direction ends by RST, the server's in silence. */
    @ParameterizedTest
    @EnumSource(How.class)
    void everyDirectionHasToEndAsExpected(How how) {
        world.timeout(5).pickUp(false).resetsClient();

        Expectation judged = ending(how);
        assertThat(judged.outcome()).as("%s", judged).isEqualTo(Held.FAIL);
        assertThat(judged.observed()).isEqualTo("reset-on-probe, silent");
    }

    /** Idle flows whose probe a kernel acknowledges, and nobody answers; the busy one is answered. */
    private static Verdict acknowledged() {
        Search search = new Search(
                Asked.intervals(10)
                        .only(Direction.CLIENT_FIRST)
                        .repeat(3)
                        .confirm(0)
                        .maxFlows(8)
                        .settings(),
                Abilities.ofResponder(),
                0);
        Set<Integer> idle = new HashSet<>();
        long nowNs = 0;
        while (!search.isOver()) {
            for (Optional<Action> next = search.nextAction(); next.isPresent(); next = search.nextAction()) {
                int flow = next.get().flow();
                if (next.get() instanceof Action.Open open) {
                    if (open.purpose() == Action.Purpose.RUNG) {
                        idle.add(flow);
                    }
                    search.onPrimed(
                            flow, nowNs, new Search.Primed(World.ns(0.02), 0, World.ns(0.02), 0, 1, "here", "there"));
                } else if (next.get() instanceof Action.Speak && idle.contains(flow)) {
                    search.onSpoken(flow, nowNs, nowNs, 0);
                } else if (next.get() instanceof Action.Speak) {
                    search.onAnswered(flow, nowNs, null);
                } else if (next.get() instanceof Action.Look) {
                    search.onLooked(flow, nowNs, true, 0);
                }
            }
            nowNs = search.nextWakeNs().orElse(nowNs);
            search.onTime(nowNs);
        }
        return Verdict.of(search, nowNs);
    }

    @Test
    void anAcknowledgementIsNoAnswer() {
        Verdict seen = acknowledged();

        Expectation judged = Judgements.idleAtLeast(new Expected.IdleAtLeast(TEN), seen);
        assertThat(seen.outcome()).isEqualTo(Outcome.SURVIVES);
        assertThat(seen.onlyAcknowledged()).isEqualTo(3);
        assertThat(judged.outcome()).as("%s", judged).isEqualTo(Held.INCONCLUSIVE);
        assertThat(judged.why()).contains("3 of them acknowledged by a kernel and not answered");
    }

    // ---- the older finding ---------------------------------------------------------------------------------------

    private static DirectionFinding expired(Direction direction, double aliveS, double deadS, Ending ending) {
        return new DirectionFinding(
                direction, IdleTest.TCP_1, Outcome.EXPIRES, aliveS, deadS, (aliveS + deadS) / 2, ending, 20, 0);
    }

    private static DirectionFinding lived(Direction direction, double aliveS) {
        return new DirectionFinding(direction, IdleTest.TCP_1, Outcome.SURVIVES, aliveS, null, null, null, 20, 0);
    }

    private static MeasureFinding older(DirectionFinding... directions) {
        return new MeasureFinding(
                MeasureFinding.SCHEMA,
                "0",
                new Target("hb://server", "server", "192.0.2.7", 7400, "tcp", "hb", false),
                new HostInfo("os", "java", "epoll", null),
                "2026-11-25T00:00:00Z",
                1,
                1,
                Outcome.EXPIRES,
                Settings.of(MeasureSettings.defaults()),
                null,
                List.of(directions),
                null,
                null,
                null,
                new PathCheck("ok"),
                List.of(),
                null,
                List.of(),
                List.of(),
                null,
                0);
    }

    private static Expectation noWorse(double timeoutS, DirectionFinding... directions) {
        Verdict verdict = new World(7).timeout(timeoutS).run(Asked.range(1, 21).settings());
        return Judgements.noWorse(new Expected.NoWorseThan("old.json", older(directions)), verdict);
    }

    @Test
    void aTimeoutThatShrankIsToldWithItsDifference() {
        Expectation judged = noWorse(8, expired(Direction.SERVER_FIRST, 19.6, 20.1, Ending.ONE_WAY));

        assertThat(judged.outcome()).isEqualTo(Held.FAIL);
        assertThat(judged.why())
                .matches("server-first was 19\\.6 to 20\\.1 s, one-way, is 7\\.\\d+ to 8\\.\\d+ s, one-way");
        assertThat(judged.observed()).matches("7\\.\\d+ to 8\\.\\d+ s");
    }

    @Test
    void theSameTimeoutPasses() {
        Expectation judged = noWorse(
                20, expired(Direction.SERVER_FIRST, 19.6, 20.1, Ending.ONE_WAY), lived(Direction.CLIENT_FIRST, 21));

        assertThat(judged.outcome()).as("%s", judged).isEqualTo(Held.PASS);
        assertThat(judged.why()).contains("server-first 19.").contains("client-first alive up to 2");
    }

    @Test
    void aTimeoutThatHasGrownPasses() {
        assertThat(noWorse(60, expired(Direction.SERVER_FIRST, 12, 12.4, Ending.ONE_WAY))
                        .outcome())
                .isEqualTo(Held.PASS);
    }

    @Test
    void bracketsThatOverlapMayHoldTheSame() {
        assertThat(noWorse(8, expired(Direction.SERVER_FIRST, 8.0, 8.5, Ending.ONE_WAY))
                        .outcome())
                .isEqualTo(Held.PASS);
        assertThat(noWorse(8, expired(Direction.SERVER_FIRST, 8.3, 8.5, Ending.ONE_WAY))
                        .outcome())
                .isEqualTo(Held.FAIL);
    }

    @Test
    void anotherEndingIsADifference() {
        Expectation judged = noWorse(8, expired(Direction.SERVER_FIRST, 7.8, 8.1, Ending.FIN_AT_EXPIRY));

        assertThat(judged.outcome()).isEqualTo(Held.FAIL);
        assertThat(judged.why()).contains("fin-at-expiry, is ").endsWith("one-way");
    }

    @Test
    void anExpiryWhereThereWasNoneIsShorter() {
        assertThat(noWorse(8, lived(Direction.SERVER_FIRST, 15)).outcome()).isEqualTo(Held.FAIL);
        assertThat(noWorse(8, lived(Direction.SERVER_FIRST, 5)).outcome()).isEqualTo(Held.PASS);
    }

    @Test
    void aDirectionThatCouldNotBeTriedIsNotHeld() {
        Verdict verdict = world.timeout(8)
                .run(Asked.range(1, 21).only(Direction.CLIENT_FIRST).settings());
        Expectation judged = Judgements.noWorse(
                new Expected.NoWorseThan("old.json", older(expired(Direction.SERVER_FIRST, 7.8, 8.1, Ending.ONE_WAY))),
                verdict);

        assertThat(judged.outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(judged.why()).isEqualTo("server-first could not be told");
    }

    @Test
    void aRunWithoutAnAnswerIsHeldAgainstNothing() {
        Verdict stopped =
                world.stoppedAt(4, Conclusion.DEADLINE).run(Asked.range(1, 21).settings());

        assertThat(Judgements.noWorse(
                                new Expected.NoWorseThan(
                                        "old.json", older(expired(Direction.SERVER_FIRST, 7.8, 8.1, Ending.ONE_WAY))),
                                stopped)
                        .outcome())
                .isEqualTo(Held.INCONCLUSIVE);
    }

    // ---- drops ---------------------------------------------------------------------------------------------------

    private static Expectation within(double limitS, FaultFindings found) {
        return Judgements.detectWithin(new Expected.DetectWithin(Beating.seconds(limitS)), 10, found);
    }

    /** Echoes every 10 s that may take 3 s: noticed after 3 to 13 s. */
    @ParameterizedTest
    @CsvSource({"13.1, PASS", "11, FAIL"})
    void theSlowestTrialDecides(double limitS, Held held) {
        Expectation judged = within(limitS, Drops.by("blackhole").cap(61).in(new FlowWorld(1)));

        assertThat(judged.outcome()).as("%s", judged).isEqualTo(held);
        assertThat(judged.observed()).matches("12\\.\\d+ s");
        assertThat(judged.why())
                .matches("10 drops noticed by app-echo after 3\\.\\d+ s to 12\\.\\d+ s; predicted 2\\.98 s to 13 s");
    }

    @Test
    void aDropThatIsNotNoticedFailsIt() {
        Expectation judged = within(
                61,
                Drops.by("blackhole").noticedBy(Mechanism.WRITE_ONLY).cap(61).in(new FlowWorld(1)));

        assertThat(judged.outcome()).isEqualTo(Held.FAIL);
        assertThat(judged.observed()).isEqualTo("not within 61 s");
        assertThat(judged.why()).startsWith("10 of 10 drops not noticed");
    }

    @Test
    void trialsThatWereStoppedShowAFailureButNoPass() {
        FaultFindings stopped =
                Drops.by("blackhole").cap(61).in(new FlowWorld(1).stoppedAt(33.075, Conclusion.DEADLINE));

        assertThat(stopped.detections().get(0).trials())
                .as("%s", stopped.detections())
                .isBetween(1, 9);
        assertThat(within(61, stopped).outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(within(2, stopped).outcome()).isEqualTo(Held.FAIL);
    }

    @Test
    void everyTrialThatWasAskedForHasToComeToItsEnd() {
        FaultFindings nine = Drops.by("blackhole").cap(61).in(new FlowWorld(1).unreachable(4));

        assertThat(nine.detections().get(0).trials()).isEqualTo(9);
        assertThat(within(61, nine).outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(within(61, nine).why()).contains("9 drops noticed").contains("void");
        assertThat(within(4, nine).outcome()).isEqualTo(Held.FAIL);
    }

    @Test
    void trialsThatNeverBeganAreInconclusive() {
        FaultFindings none = Drops.by("blackhole").cap(61).in(new FlowWorld(1).stoppedAt(1, Conclusion.INTERRUPTED));

        assertThat(within(61, none).outcome()).isEqualTo(Held.INCONCLUSIVE);
    }

    @Test
    void aFaultThatIsRefusedIsAnError() {
        assertThat(within(61, Drops.by("blackhole").cap(61).in(new FlowWorld(1).refusingFaults()))
                        .outcome())
                .isEqualTo(Held.ERROR);
    }

    // ---- keepalive -----------------------------------------------------------------------------------------------

    /** Flows 1 to 3 have keepalive, 4 to 6 have none, 7 asks. */
    private static Expectation keepalive(int everyS, double idleTimeoutS, double pushS, int... pushed) {
        Keepalive given = new Keepalive(Duration.ofSeconds(everyS), Duration.ofSeconds(1), 3);
        KeepOpenTrials trials = KeepOpenTrials.of(given, Beating.seconds(idleTimeoutS), FarEnds.RESPONDER, 0);
        FlowEngine.Primed primed =
                new FlowEngine.Primed(World.ns(0.02), Optional.empty(), Optional.empty(), Optional.empty());
        for (int flow = 1; flow <= 6; flow++) {
            trials.onPrimed(flow, 0, primed);
        }
        trials.onTime(World.ns(pushS) - 1);
        for (int flow : pushed) {
            trials.onPushed(flow, World.ns(pushS));
        }
        trials.onTime(World.ns(pushS + 4));
        trials.onPrimed(7, World.ns(pushS + 4.1), primed);
        for (int flow = 1; flow <= 6; flow++) {
            trials.onReported(7, World.ns(pushS + 4.2), flow, Optional.empty());
        }
        assertThat(trials.isOver()).isTrue();
        return Judgements.keepaliveHolds(new Expected.KeepaliveHolds(), true, trials);
    }

    private static Expectation keepalive(FlowWorld flows) {
        Keepalive given = new Keepalive(Duration.ofSeconds(8), Duration.ofSeconds(1), 3);
        return Judgements.keepaliveHolds(
                new Expected.KeepaliveHolds(),
                true,
                flows.run(nowNs -> KeepOpenTrials.of(given, TEN, FarEnds.RESPONDER, nowNs)));
    }

    @Test
    void keepaliveThatComesInTimeHolds() {
        holds(
                keepalive(8, 10, 39.76, 1, 2, 3),
                Held.PASS,
                "kept for 39.76 s",
                "a probe every 8 s; without it the flow was lost");
    }

    @Test
    void keepaliveThatComesTooLateDoesNot() {
        Expectation judged = keepalive(12, 10, 47.64);

        assertThat(judged.outcome()).isEqualTo(Held.FAIL);
        assertThat(judged.observed()).isEqualTo("lost within 47.64 s");
    }

    @Test
    void keepaliveThatWasNotNeededSaysSo() {
        holds(
                keepalive(8, 8, 31.76, 1, 2, 3, 4, 5, 6),
                Held.PASS,
                "kept for 31.76 s",
                "a probe every 8 s; without it the flow lived as well: nothing expired in this time");
    }

    @Test
    void nothingWasShownWhereNothingCouldExpire() {
        KeepOpenTrials alive = KeepOpenTrials.of(new Keepalive(TEN, TEN, 3), TEN, FarEnds.RESPONDER, 0);
        FlowEngine.Primed primed =
                new FlowEngine.Primed(World.ns(0.02), Optional.empty(), Optional.empty(), Optional.empty());
        for (int flow = 1; flow <= 6; flow++) {
            alive.onPrimed(flow, 0, primed);
        }
        for (int flow = 1; flow <= 6; flow++) {
            alive.onPushed(flow, World.ns(39.7));
        }

        Expectation judged = Judgements.keepaliveHolds(new Expected.KeepaliveHolds(), false, alive);
        assertThat(judged.outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(judged.why()).endsWith("so that nothing was shown; give --idle-timeout, the path's");
    }

    @Test
    void aFlowThatCameToNoEndLeavesItOpen() {
        KeepOpenTrials one = KeepOpenTrials.of(new Keepalive(TEN, TEN, 3), TEN, FarEnds.RESPONDER, 0);
        FlowEngine.Primed primed =
                new FlowEngine.Primed(World.ns(0.02), Optional.empty(), Optional.empty(), Optional.empty());
        for (int flow = 2; flow <= 6; flow++) {
            one.onPrimed(flow, 0, primed);
        }
        one.onFailed(1, World.ns(1), new Problem("refused", "connect: refused"));
        for (int flow = 2; flow <= 6; flow++) {
            one.onPushed(flow, World.ns(39.7));
        }

        assertThat(Judgements.keepaliveHolds(new Expected.KeepaliveHolds(), true, one)
                        .outcome())
                .isEqualTo(Held.INCONCLUSIVE);
    }

    @Test
    void keepaliveThatCouldNotBeTriedIsAnError() {
        FlowWorld flows = new FlowWorld(1);
        for (int flow = 1; flow <= 6; flow++) {
            flows.unreachable(flow);
        }

        assertThat(keepalive(flows).outcome()).isEqualTo(Held.ERROR);
    }

    @Test
    void keepaliveThatWasStoppedProvesNothing() {
        assertThat(keepalive(new FlowWorld(1).stoppedAt(20, Conclusion.DEADLINE))
                        .outcome())
                .isEqualTo(Held.INCONCLUSIVE);
    }
}
