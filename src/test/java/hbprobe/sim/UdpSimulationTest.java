package hbprobe.sim;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.Verdict;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureFinding.Udp;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every measurement of every simulated NAT; seeds as in {@link SimulationTest}. */
class UdpSimulationTest {
    private static final int ENOUGH = 1_000;
    private static final AtomicInteger runs = new AtomicInteger();
    private static final AtomicInteger decisive = new AtomicInteger();
    private static final AtomicInteger refreshing = new AtomicInteger();
    private static final AtomicInteger notRefreshing = new AtomicInteger();
    private static final AtomicInteger moved = new AtomicInteger();

    static LongStream seeds() {
        return SimulationTest.seeds();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noVerdictContradictsTheTruth(long seed) {
        UdpDraw draw = new UdpDraw(seed);
        SimMeasure measure = draw.measure(seed);
        Verdict verdict = draw.run(measure);

        for (DirectionFinding found : verdict.directions()) {
            holds(found, draw);
        }
        verdict.udp().ifPresent(udp -> holds(udp, draw));
        assertThat(measure.network().mostOpen())
                .as("flows open at once in %s", draw)
                .isLessThanOrEqualTo(draw.asked().maxFlows());
        assertThat(measure.network().openNow()).as("flows left open").isZero();
        runs.incrementAndGet();
        if (draw.mustBeFound()) {
            decisive.incrementAndGet();
            assertThat(verdict.outcome()).as("%s: %s", draw, verdict.warnings()).isEqualTo(Outcome.EXPIRES);
            assertThat(verdict.idleTimeout().orElseThrow().ending())
                    .as("%s", draw)
                    .isEqualTo(draw.newPorts() ? Ending.REBOUND : Ending.ONE_WAY);
        }
    }

    /** A verdict that never says anything would contradict nothing. */
    @AfterAll
    static void aFairShareHadToBeFound() {
        if (runs.get() >= ENOUGH) {
            assertThat(decisive.get()).as("of %s runs", runs.get()).isGreaterThan(runs.get() / 40);
            assertThat(refreshing.get()).as("inbound refreshes").isGreaterThan(runs.get() / 40);
            assertThat(notRefreshing.get()).as("inbound doesn't").isGreaterThan(runs.get() / 80);
            assertThat(moved.get()).as("rebound").isGreaterThan(runs.get() / 40);
        }
    }

    private static void holds(DirectionFinding found, UdpDraw draw) {
        if (found.aliveS() != null) {
            assertThat(found.aliveS())
                    .as("alive in %s of %s", found, draw)
                    .isLessThanOrEqualTo(Math.max(0, draw.latestS(found.test())) + draw.slackS());
        }
        if (found.outcome() == Outcome.EXPIRES) {
            assertThat(found.ending()).as("%s of %s", found, draw).isNotEqualTo(Ending.LIFETIME);
            assertThat(found.deadS())
                    .as("dead in %s of %s", found, draw)
                    .isGreaterThanOrEqualTo(draw.earliestS(found.test()) - draw.slackS());
        }
    }

    private static void holds(Udp udp, UdpDraw draw) {
        if (udp.inboundRefreshes() != null && draw.tellsInbound()) {
            assertThat(udp.inboundRefreshes()).as("%s of %s", udp, draw).isEqualTo(draw.inboundRefreshes());
            (draw.inboundRefreshes() ? refreshing : notRefreshing).incrementAndGet();
        }
        if (draw.newPorts()) {
            assertThat(udp.samePort()).as("%s of %s", udp, draw).isZero();
        } else {
            assertThat(udp.otherPort()).as("%s of %s", udp, draw).isZero();
        }
        if (udp.otherPort() > 0) {
            moved.incrementAndGet();
        }
    }
}
