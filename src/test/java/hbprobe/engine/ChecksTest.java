package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Abilities;
import hbprobe.model.FarReport;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChecksTest {
    private static final FarReport REPORT = new FarReport(1, 5, false, FarReport.End.OPEN);
    private static final long PATIENCE_NS = World.ns(4);

    private final Outbox<Action> outbox = new Outbox<>(0);
    private final ReplyTimeout replyTimeout = new ReplyTimeout(Optional.empty(), Abilities.ONE_RETRANSMISSION);
    private final Checks checks = new Checks(outbox, replyTimeout);

    private int startedAbout(Integer... flows) {
        checks.start(0, List.of(flows));
        return outbox.next().orElseThrow().flow();
    }

    @Test
    void itSpeaksAndAsksOnceItIsPrimed() {
        int id = startedAbout(7);
        checks.onPrimed();
        assertThat(outbox.next()).contains(new Action.Speak(id));
        assertThat(outbox.next()).contains(new Action.Ask(id, 7));
        assertThat(outbox.next()).isEmpty();
    }

    @Test
    void itPassesWhenTheAnswerAndEveryReportAreIn() {
        int id = startedAbout(7, 8);
        checks.onPrimed();
        assertThat(checks.onReported(7, Optional.of(REPORT))).isEmpty();
        assertThat(checks.onAnswered()).isEmpty();
        assertThat(checks.onReported(99, Optional.of(REPORT)))
                .as("never asked about")
                .isEmpty();
        Checks.Passed passed = checks.onReported(8, Optional.empty()).orElseThrow();
        assertThat(passed.reports()).containsEntry(7, Optional.of(REPORT)).containsEntry(8, Optional.empty());
        assertThat(checks.hasPassed()).isTrue();
        assertThat(checks.has(id)).isFalse();
    }

    @Test
    void itFailsWhenItsPatienceIsOverAndNotBefore() {
        startedAbout();
        assertThat(checks.onTime(PATIENCE_NS - 1)).isFalse();
        assertThat(checks.hasFailed()).isFalse();
        assertThat(checks.onTime(PATIENCE_NS)).isTrue();
        assertThat(checks.hasFailed()).isTrue();
        assertThat(checks.isRunning()).isFalse();
    }

    @Test
    void patienceThatHasGrownIsWaitedFor() {
        int id = startedAbout();
        assertThat(outbox.due(PATIENCE_NS)).contains(id);
        replyTimeout.learn(World.ns(0.5));
        assertThat(checks.onTime(PATIENCE_NS)).isFalse();
        assertThat(outbox.nextWakeNs()).hasValue(World.ns(6));
        assertThat(checks.onTime(World.ns(6))).isTrue();
    }

    @Test
    void threeFailuresInARowAreThePathsEnd() {
        for (int i = 0; i < 3; i++) {
            assertThat(checks.hasGivenUp()).isFalse();
            startedAbout();
            checks.onGone();
        }
        assertThat(checks.hasGivenUp()).isTrue();
    }

    @Test
    void aPassForgivesEarlierFailures() {
        startedAbout();
        checks.onGone();
        startedAbout();
        checks.onPrimed();
        assertThat(checks.onAnswered()).isPresent();
        assertThat(checks.hasFailed()).isFalse();
        assertThat(checks.hasPassed()).isTrue();
    }
}
