package hbprobe.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hbprobe.model.HeartbeatTrace.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeartbeatTraceTest {
    @Test
    void allOfItHappensWithinItsTime() {
        HeartbeatTrace trace = trace(10, OptionalLong.of(40), 40, 10, 25, 25, 40);
        assertThat(trace.arrivals()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({
        "10, 9, 10, 10, ends before it begins",
        "10, 40, 9, 10, heartbeat 1 is out of order",
        "10, 40, 10, 41, heartbeat 2 is out of order",
        "10, 40, 20, 19, heartbeat 2 is out of order"
    })
    void whatDoesNotIsRefused(long fromNs, long endNs, long firstNs, long secondNs, String why) {
        assertThatThrownBy(() -> trace(fromNs, OptionalLong.empty(), endNs, firstNs, secondNs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("flow 7")
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({"9", "41"})
    void aFaultOutsideIsRefused(long faultNs) {
        assertThatThrownBy(() -> trace(10, OptionalLong.of(faultNs), 40))
                .hasMessage("flow 7: its fault is not within its time");
    }

    @Test
    void aClockMayOverflowOnTheWay() {
        long fromNs = Long.MAX_VALUE - 5;
        assertThat(trace(fromNs, OptionalLong.empty(), fromNs + 20, fromNs + 4, fromNs + 12)
                        .endNs())
                .isNegative();
    }

    private static HeartbeatTrace trace(long fromNs, OptionalLong faultNs, long endNs, long... arrivedNs) {
        List<Arrival> arrivals = new ArrayList<>();
        for (long atNs : arrivedNs) {
            arrivals.add(new Arrival(arrivals.size() + 1, 0, atNs));
        }
        return new HeartbeatTrace("7", 1, arrivals, faultNs, fromNs, endNs);
    }
}
