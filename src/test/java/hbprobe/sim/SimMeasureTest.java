package hbprobe.sim;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.dialect.HbDialect;
import hbprobe.engine.Verdict;
import hbprobe.model.Direction;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The simulator itself. */
class SimMeasureTest {
    @Test
    void aFifteenMinuteSearchTakesAMoment() {
        SimTime time = new SimTime(0);
        SimMeasure measure =
                new SimMeasure(time, 1, PathSettings.GOOD, List.of(BoxSettings.silent(350)), FarEnds.responder(time));

        Verdict verdict = measure.run(MeasureSettings.defaults(), new HbDialect(Optional.empty()));

        assertThat(verdict.outcome()).isEqualTo(Outcome.EXPIRES);
        assertThat(verdict.directions()).hasSize(Direction.values().length);
        assertThat(verdict.idleTimeout().orElseThrow().aliveS()).isBetween(340.0, 350.0);
        assertThat(verdict.idleTimeout().orElseThrow().deadS()).isBetween(350.0, 360.0);
        assertThat(measure.network().openNow()).isZero();
    }
}
