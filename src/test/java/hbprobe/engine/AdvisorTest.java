package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding.Advice;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.Transport;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AdvisorTest {
    private static IdleTimeout timeout(double aliveS, Ending ending) {
        return new IdleTimeout(aliveS, aliveS * 1.02, aliveS * 1.01, Direction.SERVER_FIRST, ending);
    }

    static DoubleStream timeouts() {
        return DoubleStream.iterate(0.05, at -> at < 100_000, at -> at * 1.37);
    }

    @ParameterizedTest
    @MethodSource("timeouts")
    void theIntervalLeavesRoomForALostBeatAndHalfAnInterval(double aliveS) {
        Advice advice =
                Advisor.advise(timeout(aliveS, Ending.SILENT), Transport.TCP).orElseThrow();
        assertThat(advice.heartbeatIntervalS()).isPositive().isLessThanOrEqualTo(aliveS / 2.5);
        assertThat(advice.toleratesLost()).isEqualTo(1);
        if (advice.keepalive() != null) {
            assertThat((double) advice.keepalive().idleS()).isBetween(1.0, aliveS / 2.5);
            assertThat(advice.keepalive().intervalS()).isPositive();
            assertThat(advice.keepalive().count()).isPositive();
        } else {
            assertThat(advice.heartbeatIntervalS()).isLessThan(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"350,120", "300,120", "299.9,90", "60,20", "62.5,25", "62.49,20", "2.5,1", "2.49,0.5"})
    void itIsTheLongestRoundFigureThatFits(double aliveS, double intervalS) {
        assertThat(Advisor.advise(timeout(aliveS, Ending.ONE_WAY), Transport.TCP)
                        .orElseThrow()
                        .heartbeatIntervalS())
                .isEqualTo(intervalS);
    }

    @Test
    void noHeartbeatHelpsAgainstAnAgeLimit() {
        assertThat(Advisor.advise(timeout(60, Ending.LIFETIME), Transport.TCP)).isEmpty();
    }

    @Test
    void withoutAnyLivingRungThereIsNothingToAdvise() {
        assertThat(Advisor.advise(timeout(0, Ending.SILENT), Transport.TCP)).isEmpty();
    }
}
