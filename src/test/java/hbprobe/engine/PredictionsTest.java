package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hbprobe.model.Bounds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionsTest {
    @ParameterizedTest
    @CsvSource({"45, 40, 5, 25, 45", "90, 40, 50, 70, 90", "40, 40, 0, 20, 40", "20, 40, 0, 5, 20"})
    void aDeadlineIsShortenedByTheAgeOfTheLastHeartbeat(
            double timeoutS, double intervalS, double minS, double meanS, double maxS) {
        assertThat(Predictions.ofDeadline(World.ns(timeoutS), World.ns(intervalS)))
                .isEqualTo(new Bounds(minS, meanS, maxS));
    }

    @ParameterizedTest
    @CsvSource({"45, 40, 5, 47.5, 90", "40, 40, 0, 40, 80", "60, 20, 40, 80, 120"})
    void aSweepIsADeadlineThatChanceSets(double everyS, double beatS, double minS, double meanS, double maxS) {
        assertThat(Predictions.ofSweep(World.ns(everyS), World.ns(beatS))).isEqualTo(new Bounds(minS, meanS, maxS));
    }

    /** Where heartbeats come more seldom than sweeps, some crashes find their sender suspected. */
    @ParameterizedTest
    @CsvSource({"45, 60", "45, 80", "45, 90", "45, 200"})
    void evenASweepThatIsTooFastIsThat(double everyS, double beatS) {
        double meanS = Heartbeats.integral(
                        deadlineS -> deadlineS < beatS ? deadlineS * deadlineS / (2 * beatS) : deadlineS - beatS / 2,
                        everyS,
                        2 * everyS)
                / everyS;

        Bounds bounds = Predictions.ofSweep(World.ns(everyS), World.ns(beatS));
        assertThat(bounds.mean()).isCloseTo(meanS, within(1e-3));
        assertThat(bounds.min()).isZero();
        assertThat(bounds.max()).isEqualTo(2 * everyS);
    }
}
