package hbprobe.model;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.CheckPlan.Row;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckPlanTest {
    private static Row row(String target, int flows, int turn, int overAfterS) {
        return new Row(target, "idle-at-least", "2s", flows, turn, Duration.ofSeconds(overAfterS));
    }

    /** Turns of one target come one after the other, targets at the same time. */
    @Test
    void flowsThatAreOpenAtOnceAreCounted() {
        CheckPlan plan = new CheckPlan(List.of(
                row("imap://a", 6, 1, 4),
                row("imap://a", 2, 1, 9),
                row("imap://a", 7, 2, 30),
                row("hb://b", 64, 1, 21),
                row("hb://b", 10, 1, 20)));
        assertThat(plan.flows()).isEqualTo(8 + 74);
        assertThat(plan.turns()).isEqualTo(2);
        assertThat(plan.worstCase()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void withoutRowsThereIsNothing() {
        CheckPlan empty = new CheckPlan(List.of());
        assertThat(empty.flows()).isZero();
        assertThat(empty.turns()).isZero();
        assertThat(empty.worstCase()).isZero();
    }
}
