package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.IdleTest;
import hbprobe.model.Ladder;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureFinding.Udp;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Timers of 6 s and 15 s, unless a test says otherwise. */
class UdpMappingsTest {
    private static DirectionFinding expired(IdleTest test, double aliveS, double deadS) {
        return new DirectionFinding(
                Direction.SERVER_FIRST,
                test,
                Outcome.EXPIRES,
                aliveS,
                deadS,
                (aliveS + deadS) / 2,
                Ending.ONE_WAY,
                40,
                0);
    }

    private static Boolean inboundRefreshes(DirectionFinding... findings) {
        return UdpMappings.of(List.of(), List.of(findings)).inboundRefreshes();
    }

    /** After the packets in a flow dies 15 s or 6 s later if they count, 2.5 s sooner than that if they don't. */
    @ParameterizedTest
    @CsvSource({
        "14.9, 15.2, true",
        "5.9, 6.2, true",
        "12.4, 12.7, false",
        "3.4, 3.6, false",
        "9.0, 9.3,",
        "11.0, 16.0,",
    })
    void packetsInRefreshWhereTheyAreWhatATimerCountsFrom(double aliveS, double deadS, Boolean refreshes) {
        assertThat(inboundRefreshes(
                        expired(IdleTest.UDP_1, 5.8, 6.1),
                        expired(IdleTest.UDP_2, aliveS, deadS),
                        expired(IdleTest.UDP_3, 14.8, 15.2)))
                .isEqualTo(refreshes);
    }

    @Test
    void nothingIsSaidWhereATimerIsNotKnownOrShorterThanThePriming() {
        assertThat(inboundRefreshes(expired(IdleTest.UDP_1, 5.8, 6.1), expired(IdleTest.UDP_2, 5.8, 6.1)))
                .isNull();
        assertThat(inboundRefreshes(expired(IdleTest.UDP_1, 5.8, 6.1), expired(IdleTest.UDP_3, 14.8, 15.2)))
                .isNull();
        assertThat(inboundRefreshes(
                        expired(IdleTest.UDP_1, 1.8, 2.1),
                        expired(IdleTest.UDP_2, 1.8, 2.1),
                        expired(IdleTest.UDP_3, 14.8, 15.2)))
                .isNull();
    }

    private static Trial back(double idleS, String mapped, String mappedAfter) {
        Trial trial = new Trial((int) idleS, new Ladder(IdleTest.UDP_1, Direction.SERVER_FIRST), World.ns(idleS));
        trial.become(Trial.State.OPENING);
        trial.become(Trial.State.SILENT);
        trial.become(Trial.State.OVERDUE);
        trial.become(Trial.State.DEAD);
        trial.mapped = mapped;
        trial.mappedAfter = mappedAfter;
        return trial;
    }

    @Test
    void portsAreToldOfFlowsThatSurelyExpired() {
        List<Trial> trials = List.of(
                back(5, "a:1", "a:9"), // below the bracket: died of something else
                back(7, "a:2", "a:2"),
                back(8, "a:3", "a:3"),
                back(9, "a:4", "a:5"),
                back(10, "a:6", "b:6"),
                back(11, "a:7", null));
        DirectionFinding found = expired(IdleTest.UDP_1, 5.8, 6.1);

        assertThat(UdpMappings.of(trials, List.of(found))).isEqualTo(new Udp(null, 2, 2, 8.0, 9.0));
        assertThat(UdpMappings.of(trials, List.of())).isEqualTo(new Udp(null, 0, 0, null, null));
    }
}
