package hbprobe.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectorSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, 1, 8, the interval is longer than 0s",
        "1, -1, 1, 1, 8, the timeout is longer than 0s",
        "1, 1, 0, 1, 8, the beat of the sweep is longer than 0s",
        "1, 1, 1, 0, 8, the interval of the sweep is longer than 0s",
        "1, 1, 1, 1, 0, phi's threshold is above 0",
        "1, 1, 1, 1, 100.1, at most 100",
        "1, 1, 1, 1, NaN, phi's threshold"
    })
    void settingsThatMeanNothingAreRefused(
            long intervalS, long timeoutS, long beatS, long everyS, double threshold, String why) {
        assertThatThrownBy(() -> new DetectorSettings(
                        Duration.ofSeconds(intervalS),
                        Duration.ofSeconds(timeoutS),
                        Duration.ofSeconds(beatS),
                        Duration.ofSeconds(everyS),
                        threshold))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
