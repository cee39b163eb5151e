package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Schemas;
import hbprobe.model.Bounds;
import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorKind;
import hbprobe.model.HeartbeatEvent;
import hbprobe.model.Mechanism;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    static Stream<Arguments> events() {
        return Stream.of(
                Arguments.of(
                        HeartbeatEvent.ofFlow("17", 1_500_000_499, 30_000_000_000L, Mechanism.APP_ECHO, "blackhole"),
                        "{'event':'flow','flow':'17','at_s':1.5,'period_s':30.0,"
                                + "'mechanism':'app-echo','fault':'blackhole'}"),
                Arguments.of(
                        HeartbeatEvent.ofHeartbeat("17", 31_002_003_500L, 1, -7_000),
                        "{'event':'heartbeat','flow':'17','at_s':31.002004,'seq':1,'sent_s':-0.000007}"),
                Arguments.of(
                        HeartbeatEvent.ofFault("17", 40_000_000_000L), "{'event':'fault','flow':'17','at_s':40.0}"),
                Arguments.of(HeartbeatEvent.ofEnd("17", 0), "{'event':'end','flow':'17','at_s':0.0}"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void whatAnEventDoesNotHaveIsNotInItsLine(HeartbeatEvent event, String line) {
        String written = Json.sparseLine(event, HeartbeatEvent.class);
        assertThat(written).isEqualTo(line.replace('\'', '"') + "\n");
        Schemas.assertValid("heartbeat-event-1", written);
    }

    @ParameterizedTest
    @MethodSource("events")
    void aLineIsReadAsItWasWritten(HeartbeatEvent event, String line) {
        assertThat(Json.read(line.replace('\'', '"'), HeartbeatEvent.class)).isEqualTo(event);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'event':'heartbeat','flow':'17','at_s':1,'seq':1}",
                "{'event':'heartbeat','flow':'17','at_s':1,'seq':1,'sent_s':null}",
                "{'event':'flow','flow':'17','at_s':1}",
                "{'event':'end','flow':'17','at_s':1,'seq':2}",
                "{'event':'stop','flow':'17','at_s':1}",
                "{'event':'fault','flow':17,'at_s':1}",
                "{'event':'fault','flow':'17'}"
            })
    void aBrokenEventIsNotValid(String line) {
        assertThat(Schemas.violations("heartbeat-event-1", line.replace('\'', '"')))
                .isNotEmpty();
    }

    @Test
    void aDetectorsFindingHasAllItsFields() {
        DetectorFinding found = new DetectorFinding(
                DetectorKind.SWEEP,
                new DetectorFinding.Settings(null, null, 40.0, 45.0, null, null, null, null),
                new DetectorFinding.DetectionTime(5.1, 47, 72, 84, 89.9, 47.5, new Bounds(5, 47.5, 90)),
                0.5,
                null,
                1.0);
        assertThat(Json.line(found, DetectorFinding.class))
                .isEqualTo(("{'name':'sweep','settings':{'interval_s':null,'timeout_s':null,'beat_s':40.0,"
                                        + "'every_s':45.0,'margin_s':null,'threshold':null,'min_deviation_s':null,"
                                        + "'window':null},'detection_time_s':{'min':5.1,'p50':47.0,'p90':72.0,"
                                        + "'p99':84.0,'max':89.9,'mean':47.5,'predicted':{'min':5.0,'mean':47.5,"
                                        + "'max':90.0}},'mistake_rate_per_hour':0.5,'mistake_duration_s':null,"
                                        + "'query_accuracy':1.0}")
                                .replace('\'', '"')
                        + "\n");
    }
}
