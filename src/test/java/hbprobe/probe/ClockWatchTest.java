package hbprobe.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockWatchTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void saysNothingWhileBothClocksRunTogether() {
        ClockWatch watch = new ClockWatch(NOON, 5);

        assertThat(watch.look(NOON.plusSeconds(600), 5 + 600_000_000_000L)).isEmpty();
    }

    @Test
    void noticesASuspendedMachineAndOnlyOnce() {
        ClockWatch watch = new ClockWatch(NOON, 0);

        assertThat(watch.look(NOON.plusSeconds(61), 1_000_000_000L)).contains(Duration.ofSeconds(60));
        assertThat(watch.look(NOON.plusSeconds(62), 2_000_000_000L)).isEmpty();
    }

    @Test
    void twoSecondsApartAreStillTogether() {
        assertThat(new ClockWatch(NOON, 0).look(NOON.plusSeconds(2), 0)).isEmpty();
        assertThat(new ClockWatch(NOON, 0).look(NOON.plusSeconds(2).plusNanos(1), 0))
                .isPresent();
        assertThat(new ClockWatch(NOON, 0).look(NOON.minusSeconds(2).minusNanos(1), 0))
                .isPresent();
    }
}
