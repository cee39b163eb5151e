package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Abilities;
import hbprobe.model.Abilities.CutOff;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.ExitCode;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.MeasureFinding.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches in a dialect that never writes: busy flows are busy for the path, but idle to a server. */
class SilentSearchTest {
    private static final Abilities SILENT = new Abilities(
            Abilities.TCP_CLIENT_FIRST,
            false,
            64,
            true,
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            List.of("what is untested"));

    private static World world() {
        return new World(7).speaking(SILENT).timeout().pickUp(false);
    }

    private static Asked asked() {
        return Asked.range(1, 30).only(Direction.CLIENT_FIRST).maxFlows(64);
    }

    private static DirectionFinding only(Verdict verdict) {
        assertThat(verdict.directions()).hasSize(1);
        return verdict.directions().get(0);
    }

    @Test
    void aSilentBoxIsFound() {
        DirectionFinding found = only(world().timeout(7).run(asked().refine().settings()));

        assertThat(found.outcome()).isEqualTo(Outcome.EXPIRES);
        assertThat(found.ending()).isEqualTo(Ending.SILENT);
        assertThat(found.aliveS()).isBetween(6.6, 7.0);
        assertThat(found.deadS()).isBetween(7.0, 7.3);
    }

    /** What the path cut off takes a place at a server that learns nothing of it; where nothing stays, none. */
    @ParameterizedTest
    @EnumSource(CutOff.class)
    void whatIsLeftAtTheServerIsCounted(CutOff stays) {
        World world = world().speaking(SILENT.withCutOff(stays)).timeout(7);
        Verdict verdict = world.run(asked().settings());
        int dead = (int) verdict.flows().stream()
                .filter(flow -> flow.outcome() == FlowOutcome.DEAD)
                .count();
        assertThat(dead).isGreaterThan(1);
        assertThat(world.search().leftAtTheFarEnd()).isEqualTo(stays == CutOff.LINGERS ? dead : 0);
        String words = dead + " connections that the path cut off may stay open at the far end until it notices";
        assertThat(verdict.warnings().contains(words)).isEqualTo(stays == CutOff.LINGERS);
    }

    @Test
    void whatTheServerClosedIsNotLeftThere() {
        World world = world().speaking(SILENT.withCutOff(CutOff.LINGERS)).serverCloses(5, 0);
        world.run(asked().settings());
        assertThat(world.search().leftAtTheFarEnd()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {2.2, 5, 9.5})
    void aServersOwnCloseIsNoAgeLimitAlthoughBusyFlowsDieOfItToo(double closesS) {
        Verdict verdict = world().serverCloses(closesS, 0).run(asked().settings());

        assertThat(verdict.outcome()).isEqualTo(Outcome.EXPIRES);
        assertThat(only(verdict).ending()).isEqualTo(Ending.FIN_AT_EXPIRY);
        assertThat(only(verdict).estimateS()).isBetween(closesS, closesS + 0.05);
        assertThat(only(verdict).disagreeing()).isZero();
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.ANSWERED);
    }

    @Test
    void theSpreadOfAServerThatSweepsIsTheBracket() {
        Verdict verdict = world().serverCloses(6, 2.5).run(asked().openRate(20).settings());

        assertThat(only(verdict).ending()).isEqualTo(Ending.FIN_AT_EXPIRY);
        assertThat(only(verdict).estimateS()).isBetween(6.0, 6.7);
        assertThat(only(verdict).deadS()).isBetween(7.5, 8.6);
        assertThat(only(verdict).disagreeing()).isZero();
    }

    @Test
    void aServerThatClosesEveryoneAtOneInstantWasRestarted() {
        Verdict verdict = world().responderRestartedAt(9, 9.5).run(asked().settings());

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.idleTimeout()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4", "11"})
    void aFarewellDatesTheCloseAndIsTold(double closesS) {
        Verdict verdict =
                world().serverCloses(closesS, 0).sayingBefore("421 too idle").run(asked().settings());

        assertThat(only(verdict).ending()).isEqualTo(Ending.FIN_AT_EXPIRY);
        assertThat(only(verdict).estimateS()).isBetween(closesS, closesS + 0.05);
        assertThat(verdict.hiddenRefresh()).isEmpty();
        assertThat(verdict.warnings()).anySatisfy(warning -> assertThat(warning).contains("421 too idle"));
    }

    @Test
    void aGreetingBeginsTheSilenceAnew() {
        Verdict verdict =
                world().timeout(7).greetingAfter(0.8).run(asked().refine().settings());

        assertThat(only(verdict).outcome()).isEqualTo(Outcome.EXPIRES);
        assertThat(only(verdict).aliveS()).isBetween(6.6, 7.0);
        assertThat(only(verdict).deadS()).isBetween(7.0, 7.3);
        assertThat(only(verdict).disagreeing()).isZero();
    }

    @Test
    void aCloseRightAfterOpeningWordsCountsFromTheBeginning() {
        Verdict verdict = world().greetingAfter(3).serverCloses(3.5, 0).run(asked().settings());

        assertThat(only(verdict).ending()).isEqualTo(Ending.FIN_AT_EXPIRY);
        assertThat(only(verdict).estimateS()).as("the words were a farewell").isBetween(3.0, 3.1);
    }

    @Test
    void somebodyWhoSpeaksAgainAndAgainRefreshes() {
        Verdict verdict = world().timeout(9).keepalive(4).run(asked().settings());

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.INCONCLUSIVE);
        assertThat(verdict.hiddenRefresh().orElseThrow().intervalS()).isBetween(3.8, 4.3);
        assertThat(verdict.warnings())
                .anySatisfy(warning -> assertThat(warning).contains("the far end's own keepalive"));
    }

    @Test
    void aFarEndThatClosesAtOnceCantBeMeasured() {
        Verdict verdict = world().serverCloses(0.01, 0).run(asked().settings());

        assertThat(verdict.outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(verdict.problem().orElseThrow().message()).contains("closes the connection at once");
    }

    @Test
    void aPathThatGoesDownIsNoTimeout() {
        Verdict verdict = world().cutAt(8).run(asked().settings());

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.pathCheck().freshFlow()).isEqualTo("failed");
    }

    @Test
    void flowsThatDieSilentlyAtOneAgeMetAnAgeLimit() {
        Verdict verdict = world().lifetime(8).run(asked().settings());

        assertThat(only(verdict).ending()).isEqualTo(Ending.LIFETIME);
    }

    /** Where only the kernel's giving up is seen, an answer takes four seconds on a path that is up all the time. */
    @Test
    void anAnswerThatIsSlowByNatureIsNoOutage() {
        Abilities blind = new Abilities(
                Abilities.TCP_CLIENT_FIRST,
                false,
                64,
                CutOff.LINGERS,
                true,
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(4),
                List.of());
        Outbox<Action> outbox = new Outbox<>(0);
        ReplyTimeout reply = new ReplyTimeout(Optional.empty(), blind.shortestReply());
        BusyFlows busy = new BusyFlows(outbox, reply, 1, blind);
        busy.start(0);
        busy.onPrimed(1, 0, World.ns(0.02));
        busy.onTime(1, World.ns(1));
        busy.onAnswered(1, World.ns(5));

        assertThat(busy.outages()).isEmpty();
    }

    /** OpenSSH drops clients at random when ten have not logged in, and goes on counting those that the path cut off. */
    @ParameterizedTest
    @ValueSource(doubles = {1.5, 4, 7, 11, 29})
    void whatTheFarEndStillHoldsTakesPlaces(double timeoutS) {
        Verdict verdict = world().speaking(SILENT.withCutOff(CutOff.LINGERS))
                .timeout(timeoutS)
                .run(asked().maxFlows(8).refine().settings());

        long held = verdict.flows().stream()
                .filter(flow -> flow.outcome() == FlowOutcome.DEAD)
                .count();
        assertThat(held).as("beside two busy flows and a check").isBetween(1L, 5L);
        assertThat(only(verdict).outcome()).isEqualTo(Outcome.EXPIRES);
        assertThat(only(verdict).aliveS()).isLessThanOrEqualTo(timeoutS);
        assertThat(only(verdict).deadS()).isBetween(timeoutS, 1.4 * timeoutS);
        assertThat(verdict.warnings())
                .anySatisfy(warning ->
                        assertThat(warning).matches(held + " connections? that the path cut off may stay open .*"));
        assertThat(verdict.warnings()).anySatisfy(warning -> assertThat(warning).contains("--max-flows"));
    }

    /** Rungs that were asked for one by one are never opened when the far end can't be asked to hold more. */
    @Test
    void noneIsOpenedWhenThereIsNoPlaceLeft() {
        Verdict verdict = world().speaking(SILENT.withCutOff(CutOff.LINGERS))
                .timeout(2)
                .run(Asked.intervals(3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5)
                        .only(Direction.CLIENT_FIRST)
                        .maxFlows(6)
                        .confirm(9)
                        .settings());

        assertThat(verdict.flows())
                .filteredOn(flow -> flow.outcome() == FlowOutcome.DEAD)
                .hasSize(4);
        assertThat(verdict.flows())
                .filteredOn(flow -> flow.outcome() == FlowOutcome.UNPROBED)
                .hasSize(4);
        assertThat(verdict.warnings())
                .anySatisfy(warning -> assertThat(warning).contains("the 6 that --max-flows allows"));
    }
}
