package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Abilities;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyTimeoutTest {
    @ParameterizedTest
    @CsvSource({
        "0,1000000000",
        "249999999,1000000000",
        "250000000,1000000000",
        "250000001,1000000004",
        "7499999999,29999999996",
        "7500000000,30000000000",
        "7500000001,30000000000"
    })
    void itIsFourTimesTheSlowestAnswerWithinBounds(long slowestNs, long expectedNs) {
        ReplyTimeout timeout = new ReplyTimeout(Optional.empty(), Abilities.ONE_RETRANSMISSION);
        timeout.learn(slowestNs);
        timeout.learn(slowestNs / 2);
        assertThat(timeout.ns()).isEqualTo(expectedNs);
    }

    @ParameterizedTest
    @CsvSource({"10", "1000", "600000"})
    void whatIsGivenStands(long givenMs) {
        ReplyTimeout timeout = new ReplyTimeout(Optional.of(Duration.ofMillis(givenMs)), Abilities.ONE_RETRANSMISSION);
        timeout.learn(World.ns(5));
        assertThat(timeout.ns()).isEqualTo(givenMs * 1_000_000);
    }
}
