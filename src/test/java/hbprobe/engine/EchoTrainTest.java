package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.Search.Conclusion;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.Expected;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Four flows with ten echoes each, a tenth of a second apart, on a path of 20 ms, unless the test says otherwise. */
class EchoTrainTest {
    private static final EchoTrain.Shape SHAPE = new EchoTrain.Shape(4, Duration.ofMillis(100), Duration.ofSeconds(1));

    private static final FlowEngine.Primed PRIMED =
            new FlowEngine.Primed(World.ns(0.02), Optional.empty(), Optional.empty(), Optional.empty());

    /** The clock overflows while flows beat. */
    private final FlowWorld world = new FlowWorld(1).clockAt(Long.MAX_VALUE - World.ns(0.3));

    private EchoTrain train() {
        return world.run(nowNs -> new EchoTrain(SHAPE, nowNs));
    }

    private static Expectation rtt(EchoTrain train, double belowMs) {
        Duration limit = Duration.ofNanos((long) (belowMs * 1e6));
        return Judgements.rttP99Below(new Expected.RttP99Below(limit), train);
    }

    private static Expectation load(EchoTrain train) {
        return Judgements.noReset(new Expected.NoResetUnderLoad(), train);
    }

    @Test
    void everyEchoIsWrittenByTheClockAndItsAnswerTimed() {
        EchoTrain train = train();

        assertThat(SHAPE.echoes()).isEqualTo(40);
        assertThat(train.conclusion()).isEqualTo(Conclusion.DONE);
        assertThat(train.answered()).isEqualTo(40);
        assertThat(train.unanswered()).isZero();
        assertThat(train.roundTrips().orElseThrow().max()).isEqualTo(0.02);
        assertThat(train.closed()).isEmpty();
        assertThat(world.mostOpen()).isEqualTo(4);
        assertThat(world.elapsedS()).isBetween(1.0, 1.1);
    }

    @Test
    void flowsTakeTurns() {
        train();

        List<Long> firstFourNs = world.actions().stream()
                .filter(action -> action.contains("Speak"))
                .limit(4)
                .map(action -> Long.parseLong(action.split(" ", 2)[0]))
                .sorted()
                .toList();
        assertThat(firstFourNs).containsExactly(20_000_000L, 45_000_000L, 70_000_000L, 95_000_000L);
    }

    @ParameterizedTest
    @CsvSource({"20.1, PASS", "20, FAIL", "19.9, FAIL"})
    void thePercentileHasToBeBelowTheLimit(double belowMs, Held held) {
        Expectation judged = rtt(train(), belowMs);

        assertThat(judged.outcome()).isEqualTo(held);
        assertThat(judged.observed()).isEqualTo("20.0 ms");
        assertThat(judged.why()).isEqualTo("40 of 40 echoes answered, p50 20.0 ms, max 20.0 ms");
    }

    @Test
    void flowsThatBearItPass() {
        Expectation judged = load(train());

        assertThat(judged.outcome()).isEqualTo(Held.PASS);
        assertThat(judged.observed()).isEqualTo("none");
        assertThat(judged.why()).isEqualTo("4 flows, 40 echoes answered in 1s");
    }

    @Test
    void aFlowThatIsClosedFailsIt() {
        world.closedEarly(2, 0.53).closedEarly(3, 0.6);

        Expectation judged = load(train());

        assertThat(judged.outcome()).isEqualTo(Held.FAIL);
        assertThat(judged.observed()).isEqualTo("closed by FIN after 0.51 s");
        assertThat(judged.why()).isEqualTo("2 of 4 busy flows ended, the first closed by FIN");
    }

    @Test
    void roundTripsOfFlowsThatWereClosedAreNotTheWhole() {
        world.closedEarly(2, 0.53);

        Expectation judged = rtt(train(), 1_000);

        assertThat(judged.outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(judged.why()).endsWith("1 of 4 busy flows ended, the first closed by FIN before it was over");
    }

    @Test
    void whereANewFlowFailsTooTheFarEndIsGone() {
        world.closedEarly(1, 0.5)
                .closedEarly(2, 0.5)
                .closedEarly(3, 0.5)
                .closedEarly(4, 0.5)
                .unreachable(5);

        Expectation judged = load(train());

        assertThat(judged.outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(judged.why())
                .isEqualTo("4 of 4 busy flows ended, the first closed by FIN, and a new flow failed too");
    }

    @Test
    void aNewFlowThatNeverAnswersFailsToo() {
        world.closedEarly(2, 0.5).neverPrimed(5);

        assertThat(load(train()).outcome()).isEqualTo(Held.INCONCLUSIVE);
    }

    /** 100 echoes: the 99th percentile is the 99th of them, however many were answered. */
    @Test
    void whatIsUnansweredIsSlowerThanEverything() {
        assertThat(leaving(0).slowestOf(0.99)).isPresent();
        assertThat(leaving(1).slowestOf(0.99)).isPresent();
        assertThat(leaving(1).slowestOf(1)).isEmpty();
        assertThat(leaving(2).slowestOf(0.99)).isEmpty();
    }

    @Test
    void aPathThatFallsSilentProvesNothing() {
        world.idleTimeout(0.001);
        EchoTrain silent = train();

        assertThat(silent.fellSilent()).isTrue();
        assertThat(rtt(silent, 1_000).outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(load(silent).outcome()).isEqualTo(Held.INCONCLUSIVE);
    }

    @Test
    void whatCannotBeReachedIsAnError() {
        world.unreachable(1).unreachable(2).unreachable(3).unreachable(4);
        EchoTrain train = train();

        assertThat(train.unreachable().orElseThrow().code()).isEqualTo("refused");
        assertThat(rtt(train, 1_000).outcome()).isEqualTo(Held.ERROR);
        assertThat(load(train).outcome()).isEqualTo(Held.ERROR);
        assertThat(load(train).why()).isEqualTo("connect: refused");
    }

    @Test
    void oneFlowThatDoesNotComeAboutLeavesItOpen() {
        world.neverPrimed(3);
        EchoTrain train = train();

        assertThat(train.unreachable()).isEmpty();
        assertThat(train.answered()).isEqualTo(30);
        assertThat(rtt(train, 1_000).outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(rtt(train, 1_000).why()).isEqualTo("a flow was not opened within 8 s");
        assertThat(world.elapsedS()).isEqualTo(8);
    }

    @Test
    void aFlowThatIsClosedBeforeItWorksIsNoReset() {
        world.neverPrimed(3).closedEarly(3, 0.1);
        EchoTrain train = train();

        assertThat(train.closed()).isEmpty();
        assertThat(load(train).outcome()).isEqualTo(Held.INCONCLUSIVE);
    }

    @Test
    void whatIsStoppedProvesNothing() {
        world.stoppedAt(0.5, Conclusion.DEADLINE);
        EchoTrain train = train();

        assertThat(train.conclusion()).isEqualTo(Conclusion.DEADLINE);
        assertThat(train.answered()).isPositive();
        assertThat(rtt(train, 1_000).outcome()).isEqualTo(Held.INCONCLUSIVE);
        assertThat(load(train).outcome()).isEqualTo(Held.INCONCLUSIVE);
    }

    /** Ten flows with ten echoes each, of which the first flow's last ones are never answered. */
    private static EchoTrain leaving(int unanswered) {
        EchoTrain train = new EchoTrain(new EchoTrain.Shape(10, Duration.ofMillis(100), Duration.ofSeconds(1)), 0);
        int asked = 0;
        while (!train.isOver()) {
            for (Optional<FlowAction> next = train.nextAction(); next.isPresent(); next = train.nextAction()) {
                if (next.get() instanceof FlowAction.Open open) {
                    train.onPrimed(open.flow(), 0, PRIMED);
                } else if (next.get() instanceof FlowAction.Speak speak
                        && (speak.flow() != 1 || ++asked <= 10 - unanswered)) {
                    train.onAnswered(speak.flow(), train.nextWakeNs().orElseThrow());
                }
            }
            train.nextWakeNs().ifPresent(train::onTime);
        }
        return train;
    }

    @ParameterizedTest
    @CsvSource({"0, PASS", "1, PASS", "2, FAIL"})
    void moreThanOneInAHundredUnansweredIsSlowerThanAnyLimit(int unanswered, Held held) {
        EchoTrain train = leaving(unanswered);

        assertThat(train.answered()).isEqualTo(100 - unanswered);
        assertThat(train.unanswered()).isEqualTo(unanswered);
        assertThat(rtt(train, 2_999).outcome()).isEqualTo(held);
        assertThat(load(train).outcome()).isEqualTo(unanswered == 0 ? Held.PASS : Held.INCONCLUSIVE);
    }
}
