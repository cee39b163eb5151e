package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.FlowEngine.Primed;
import hbprobe.model.FarDeed;
import hbprobe.model.FarReport;
import hbprobe.model.FarReport.End;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.KeepOpen.Outcome;
import hbprobe.model.Means;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An idle timeout of 1.25 s: a heartbeat every second, a push after 4.97 s. Flows 1 to 3 are app-echo's, then three each
 * of write-only, app-echo-server and none; 13 asks.
 */
class KeepOpenOverUdpTest {
    private static final int FLOWS = 12;
    private static final int CHECK = 13;
    private static final double PUSH_S = 4.97;
    private static final Primed PRIMED =
            new Primed(World.ns(0.02), Optional.empty(), Optional.empty(), Optional.empty());

    private final KeepOpenTrials trials =
            new KeepOpenTrials(Beating.seconds(1.25), FarEnds.UDP_RESPONDER, Optional.empty(), 0);
    private final List<FlowAction> actions = new ArrayList<>();

    @BeforeEach
    void prime() {
        drain();
        for (int flow = 1; flow <= FLOWS; flow++) {
            trials.onPrimed(flow, 0, PRIMED);
        }
        drain();
    }

    private void drain() {
        for (Optional<FlowAction> next = trials.nextAction(); next.isPresent(); next = trials.nextAction()) {
            actions.add(next.get());
        }
    }

    private void runTo(double seconds) {
        for (OptionalLong wake = trials.nextWakeNs();
                wake.isPresent() && wake.getAsLong() <= World.ns(seconds);
                wake = trials.nextWakeNs()) {
            trials.onTime(wake.getAsLong());
            drain();
        }
    }

    private KeepOpen row(Keeper keeper) {
        return trials.findings().stream()
                .filter(found -> found.mechanism() == keeper)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void heartbeatsGoOutInAndBothWaysAndNoKernelSendsAny() {
        runTo(PUSH_S);

        assertThat(actions).filteredOn(new FlowAction.Speak(1)::equals).hasSize(4);
        assertThat(actions).filteredOn(new FlowAction.Beat(4)::equals).hasSize(4);
        assertThat(actions).contains(new FlowAction.Order(7, FarDeed.BEAT, World.ns(1)));
        assertThat(actions).filteredOn(new FlowAction.Speak(10)::equals).isEmpty();
        assertThat(row(Keeper.OS_KEEPALIVE))
                .isEqualTo(KeepOpen.notTested(Keeper.OS_KEEPALIVE, 1.25, Means.NO_KEEPALIVE));
        assertThat(row(Keeper.OS_KEEPALIVE_SERVER).why()).isEqualTo(Means.NO_KEEPALIVE);
        assertThat(KeepOpenTrials.flowsAtOnce(FarEnds.UDP_RESPONDER)).isEqualTo(FLOWS + 1);
        assertThat(trials.findings()).extracting(KeepOpen::mechanism).containsExactly(Keeper.values());
    }

    /** A copy that comes after the next heartbeat was let in by it: no copy has so much time as over TCP. */
    @ParameterizedTest
    @CsvSource({"5.039, KEPT", "5.041, LOST"})
    void aPushIsInTimeBeforeTheNextHeartbeat(double arrivesS, Outcome outcome) {
        runTo(arrivesS);
        for (int flow = 1; flow <= FLOWS; flow++) {
            trials.onPushed(flow, World.ns(arrivesS));
        }

        assertThat(row(Keeper.APP_ECHO).outcome()).isEqualTo(outcome);
        assertThat(row(Keeper.WRITE_ONLY).outcome()).isEqualTo(outcome);
        assertThat(row(Keeper.APP_ECHO_SERVER).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(row(Keeper.NONE).outcome()).isEqualTo(Outcome.KEPT);
    }

    @Test
    void aFarEndThatDidNotPushProvesNothing() {
        runTo(PUSH_S);
        for (int flow = 1; flow <= 9; flow++) {
            trials.onPushed(flow, World.ns(PUSH_S));
        }
        runTo(PUSH_S + 4);
        trials.onPrimed(CHECK, World.ns(9), PRIMED);
        trials.onReported(CHECK, World.ns(9), 10, Optional.empty());
        trials.onReported(CHECK, World.ns(9), 11, Optional.of(report(0)));
        assertThat(row(Keeper.NONE).outcome()).isEqualTo(Outcome.NOT_TESTED);
        trials.onReported(CHECK, World.ns(9), 12, Optional.of(report(5)));

        assertThat(row(Keeper.NONE).outcome()).isEqualTo(Outcome.LOST);
        assertThat(row(Keeper.NONE).why()).isEqualTo("the far end's push was lost");
        assertThat(trials.isOver()).isTrue();
    }

    private static FarReport report(int pushes) {
        return new FarReport(pushes, Duration.ofSeconds(5).toNanos(), false, End.UNSEEN, "198.51.100.1:40000");
    }
}
