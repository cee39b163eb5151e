package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Abilities;
import hbprobe.model.MeasurePlan;
import hbprobe.model.MeasureSettings;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {
    static Stream<MeasureSettings> settings() {
        return Stream.of(
                Asked.range(1, 60).settings(),
                Asked.range(1, 60).maxFlows(512).openRate(20).settings(),
                Asked.range(1, 30).maxFlows(4).settings(),
                Asked.range(1, 30).maxFlows(9).settings(),
                Asked.range(2, 20).repeat(3).settings(),
                Asked.intervals(5, 10, 20).settings(),
                Asked.intervals(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
                        .maxFlows(6)
                        .settings(),
                Asked.range(1, 60).bisect().settings());
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aPathThatKeepsEverythingTakesNoLongerAndNoMoreFlows(MeasureSettings settings) {
        MeasurePlan plan = Plan.of(settings, Abilities.ofResponder());
        World world = new World(1);
        Verdict verdict = world.run(settings);
        assertThat(verdict.flows()).hasSizeLessThanOrEqualTo(plan.flows());
        assertThat(world.mostOpen()).isLessThanOrEqualTo(plan.flowsAtOnce());
        // Priming takes a few round trips of each flow.
        assertThat(world.elapsedS()).isLessThanOrEqualTo(plan.worstCase().toMillis() / 1e3 + 1);
    }

    @Test
    void itSaysWhenTheFlowsDoNotAllowTheResolution() {
        assertThat(Plan.of(Asked.range(1, 900).maxFlows(64).settings(), Abilities.ofResponder())
                        .warning()
                        .orElseThrow())
                .contains("64 flows allow rungs")
                .contains("raise --max-flows or add --refine");
        assertThat(Plan.of(Asked.range(1, 900).maxFlows(512).settings(), Abilities.ofResponder())
                        .warning())
                .isEmpty();
    }
}
