package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.IdleTest;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged program through a kernel NAT whose UDP timeouts are known. */
@Execution(ExecutionMode.CONCURRENT)
class UdpMeasureIT {
    private static final Map<IdleTest, Double> TRUTH_S =
            Map.of(IdleTest.UDP_1, 6.0, IdleTest.UDP_2, 15.0, IdleTest.UDP_3, 15.0);

    /** Those of the longest of the three, its priming, and the answers' time. */
    private static final double LONGEST_RUN_S = 1.1 * 15 + 8;

    @Test
    void threeTestsSideBySideFindBothTimeouts() throws Exception {
        Program.Result result =
                UdpRun.of(UdpRun.SIX_AND_FIFTEEN, "measure", "hb+udp://server", "--max", "60s", "--json");

        assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
        MeasureFinding finding = result.finding();
        assertThat(finding.outcome()).isEqualTo(Outcome.EXPIRES);
        assertThat(finding.directions())
                .extracting(DirectionFinding::test)
                .containsExactly(IdleTest.UDP_1, IdleTest.UDP_2, IdleTest.UDP_3);
        assertThat(finding.directions()).allSatisfy(UdpMeasureIT::assertHoldsTheTruth);
        assertThat(finding.elapsedS()).isLessThanOrEqualTo(LONGEST_RUN_S);
        assertThat(finding.udp().inboundRefreshes()).isTrue();
        assertThat(finding.udp().otherPort()).isZero();
        assertThat(finding.udp().samePort()).isPositive();
        assertThat(finding.idleTimeout().deadS()).isLessThan(7);
        assertThat(finding.advice().keepalive()).isNull();
        assertThat(finding.target().transport()).isEqualTo("udp");
    }

    private static void assertHoldsTheTruth(DirectionFinding found) {
        double truthS = TRUTH_S.get(found.test());
        assertThat(found.direction()).isEqualTo(Direction.SERVER_FIRST);
        assertThat(found.ending()).isEqualTo(Ending.ONE_WAY);
        assertThat(found.aliveS()).as("%s", found).isLessThanOrEqualTo(truthS);
        assertThat(found.deadS()).as("%s", found).isGreaterThanOrEqualTo(truthS);
        assertThat(found.deadS() - found.aliveS()).as("%s", found).isLessThanOrEqualTo(0.03 * truthS + 0.3);
        assertThat(found.disagreeing()).isZero();
    }
}
