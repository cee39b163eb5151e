package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Abilities;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RungsTest {
    private static final long MIN_NS = World.ns(1);
    private static final long MAX_NS = World.ns(900);

    static IntStream budgets() {
        return IntStream.rangeClosed(2, 2_000);
    }

    @ParameterizedTest
    @MethodSource("budgets")
    void aBudgetIsKeptAndBothEndsAreTried(int budget) {
        List<Long> rungs = Rungs.over(MIN_NS, MAX_NS, 0.001, budget).idleNs();
        assertThat(rungs).hasSizeBetween(2, budget).doesNotHaveDuplicates().isSorted();
        assertThat(rungs.get(0)).isEqualTo(MIN_NS);
        assertThat(rungs.get(rungs.size() - 1)).isEqualTo(MAX_NS);
    }

    @Test
    void aBudgetOfOneTriesTheFirst() {
        assertThat(Rungs.over(MIN_NS, MAX_NS, 0.025, 1).idleNs()).containsExactly(MIN_NS);
    }

    @Test
    void aRangeOfOnePointIsOneRung() {
        assertThat(Rungs.over(MAX_NS, MAX_NS, 0.025, 100).idleNs()).containsExactly(MAX_NS);
    }

    @ParameterizedTest
    @CsvSource({"1,900", "1,10", "0.1,60", "5,86400"})
    void neighboursAreNoFurtherApartThanTheRatioOrAQuarterSecond(double minS, double maxS) {
        Rungs rungs = Rungs.over(World.ns(minS), World.ns(maxS), 0.025, 100_000);
        assertThat(rungs.ratio()).isLessThanOrEqualTo(0.025);
        for (int i = 1; i < rungs.idleNs().size(); i++) {
            long lowerNs = rungs.idleNs().get(i - 1);
            double widestNs = Math.max(World.ns(0.25), lowerNs * rungs.ratio());
            // A rung may be moved off a whole second by 40 ms.
            assertThat((double) rungs.idleNs().get(i) - lowerNs)
                    .as("above %s s", lowerNs / 1e9)
                    .isLessThanOrEqualTo(widestNs + World.ns(0.061));
        }
    }

    @Test
    void theLowEndIsAQuarterSecondApart() {
        List<Long> rungs = Rungs.over(MIN_NS, World.ns(5), 0.025, 1_000).idleNs();
        assertThat(rungs.subList(0, 4)).containsExactly(MIN_NS, World.ns(1.125), World.ns(1.375), World.ns(1.625));
    }

    @Test
    void theDefaultsPinATimeoutToTwoAndAHalfPercent() {
        int budget =
                new PassPlanner(Asked.range(1, 900).maxFlows(512).settings(), Abilities.ofResponder()).rungFlows() / 2;
        Rungs rungs = Rungs.over(MIN_NS, MAX_NS, 0.025, budget);
        assertThat(rungs.ratio()).isLessThanOrEqualTo(0.025);
        assertThat(rungs.idleNs()).hasSizeLessThanOrEqualTo(budget);
    }

    @ParameterizedTest
    @ValueSource(doubles = {30, 60, 120, 180, 240, 300, 350, 600})
    void whatProductsShipWithIsHugged(double timeoutS) {
        List<Long> rungs = Rungs.over(MIN_NS, MAX_NS, 0.025, 254).idleNs();
        assertThat(rungs).contains(Math.round(timeoutS * 0.995 * 1e9), Math.round(timeoutS * 1.005 * 1e9));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 64, 254, 1_000})
    void noRungSitsOnAWholeSecondUnlessAskedTo(int budget) {
        Rungs rungs = Rungs.over(MIN_NS, MAX_NS, 0.025, budget);
        Set<Long> hugging = IntStream.of(30, 60, 120, 180, 240, 300, 350, 600, 900)
                .mapToObj(Long::valueOf)
                .flatMap(s -> List.of(Math.round(s * 0.995 * 1e9), Math.round(s * 1.005 * 1e9)).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rungs.idleNs())
                .filteredOn(idleNs -> idleNs != MIN_NS && idleNs != MAX_NS && !hugging.contains(idleNs))
                .isNotEmpty()
                .allSatisfy(idleNs -> assertThat(Math.abs(idleNs - Math.rint(idleNs / 1e9) * 1e9))
                        .isGreaterThanOrEqualTo(20e6));
    }
}
