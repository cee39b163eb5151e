package hbprobe.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "250ms,PT0.25S",
        "30s,PT30S",
        "5m,PT5M",
        "2h,PT2H",
        "1h30m,PT1H30M",
        "PT30S,PT30S",
        "pt1m,PT1M",
        "7,PT7S",
        "7.5,PT7.5S",
        "0,PT0S",
        "1.5h,PT1H30M",
        "100us,PT0.0001S",
        "1d,PT24H",
        "1m0.5s,PT1M0.5S"
    })
    void reads(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s",
                "5x",
                "-3s",
                "-3",
                "PT-3S",
                "1e9h",
                "1,5s",
                "5 s",
                "5s ",
                "٣s",
                "PT",
                "P1Y",
                "1h30",
                "--5",
                "99999999999999999999",
                "99999999h"
            })
    void refusesAndNamesTheText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("'" + text + "'");
    }

    @Test
    void printsWhatItReads() {
        Random random = new Random(7);
        for (int round = 0; round < 10_000; round++) {
            Duration duration = Duration.ofMillis(random.nextInt(10_000_000));
            assertThat(Durations.parse(Durations.print(duration))).isEqualTo(duration);
        }
        assertThat(Durations.print(Duration.ofSeconds(5_400))).isEqualTo("1h30m");
        assertThat(Durations.print(Duration.ofMillis(7_500))).isEqualTo("7.5s");
        assertThat(Durations.print(Duration.ZERO)).isEqualTo("0s");
    }
}
