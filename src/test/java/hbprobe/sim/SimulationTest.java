package hbprobe.sim;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.Verdict;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Outcome;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for every measurement of every simulated middlebox. A failing seed is in the test's name; {@code
 * -Dhbprobe.seed=N} runs it alone, {@code -Dhbprobe.seeds=N} the first N.
 */
class SimulationTest {
    private static final int ENOUGH = 1_000;
    private static final AtomicInteger runs = new AtomicInteger();
    private static final AtomicInteger decisive = new AtomicInteger();

    static LongStream seeds() {
        Long one = Long.getLong("hbprobe.seed");
        return one != null ? LongStream.of(one) : LongStream.range(0, Long.getLong("hbprobe.seeds", 2_000));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noVerdictContradictsTheTruth(long seed) {
        Draw draw = new Draw(seed);
        SimMeasure measure = draw.measure(seed);
        Verdict verdict = draw.run(measure);

        for (DirectionFinding found : verdict.directions()) {
            holds(found, draw);
        }
        assertThat(measure.network().mostOpen())
                .as("flows open at once in %s", draw)
                .isLessThanOrEqualTo(draw.asked().maxFlows());
        assertThat(measure.network().openNow()).as("flows left open").isZero();
        runs.incrementAndGet();
        if (draw.mustBeFound()) {
            decisive.incrementAndGet();
            assertThat(verdict.outcome()).as("%s: %s", draw, verdict.warnings()).isEqualTo(Outcome.EXPIRES);
        }
    }

    /** A verdict that never says anything would contradict nothing. */
    @AfterAll
    static void aFairShareHadToBeFound() {
        if (runs.get() >= ENOUGH) {
            assertThat(decisive.get()).as("of %s runs", runs.get()).isGreaterThan(runs.get() / 40);
        }
    }

    private static void holds(DirectionFinding found, Draw draw) {
        if (found.ending() == Ending.LIFETIME) {
            assertThat(draw.lifetimeS())
                    .as("%s of %s", found, draw)
                    .isBetween(found.aliveS() - draw.slackS(), found.deadS() + draw.primingS());
            return;
        }
        double truthS = Math.min(draw.truthS(found.direction()), Double.MAX_VALUE);
        if (found.aliveS() != null) {
            assertThat(found.aliveS())
                    .as("alive in %s of %s", found, draw)
                    .isLessThanOrEqualTo(truthS + draw.spreadS() + draw.slackS());
        }
        if (found.outcome() == Outcome.EXPIRES) {
            assertThat(found.deadS())
                    .as("dead in %s of %s", found, draw)
                    .isGreaterThanOrEqualTo(truthS - draw.slackS());
        }
    }
}
