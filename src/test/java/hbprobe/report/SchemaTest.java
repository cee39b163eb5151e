package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Schemas;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.IdleTest;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Flow;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.MeasureFinding.Keepalive;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.ResponderEvent;
import hbprobe.model.Target;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is what the schemas promise, and can be read back. */
class SchemaTest {
    private static final String MEASURE = "measure-1";
    private static final String EVENT = "responder-event-1";

    /** Every field has a value. */
    private static MeasureFinding full() {
        return Sample.of(Outcome.EXPIRES)
                .idleTimeout(59.8, 61.2, Direction.SERVER_FIRST, Ending.ONE_WAY)
                .expired(Direction.CLIENT_FIRST, 119.5, 122.5, Ending.RESET_ON_PROBE, Ending.SILENT)
                .expired(Direction.SERVER_FIRST, 59.8, 61.2, Ending.ONE_WAY, Ending.RESET_ON_PROBE)
                .flow(new Flow(
                        4,
                        Direction.CLIENT_FIRST,
                        IdleTest.TCP_1,
                        900,
                        null,
                        null,
                        FlowOutcome.UNPROBED,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null))
                .revivedByClient(true)
                .hiddenRefresh(240.5, 3)
                .freshFlow("ok")
                .likely("A box", 60, Ending.SILENT)
                .likely("Another box", 60, null)
                .advice(20, new Keepalive(20, 6, 3))
                .warning("a note")
                .error("deadline", "a message")
                .finding();
    }

    /** As little as there can be: the name did not resolve. */
    private static MeasureFinding minimal() {
        return Sample.of(Outcome.UNREACHABLE)
                .target(new Target("hb://nowhere.example", "nowhere.example", null, 7400, "tcp", "hb", false))
                .error("unresolved", "resolve nowhere.example: no such host")
                .finding();
    }

    static Stream<MeasureFinding> findings() {
        return Stream.of(
                full(), minimal(), MeasureTextTest.FINDINGS.get("udp"), MeasureTextTest.FINDINGS.get("udp-rebound"));
    }

    @ParameterizedTest
    @MethodSource("findings")
    void aFindingIsValidAndCanBeReadBack(MeasureFinding finding) {
        String document = Json.document(finding, MeasureFinding.class);

        Schemas.assertValid(MEASURE, document);
        assertThat(Json.read(document, MeasureFinding.class)).isEqualTo(finding);
        Schemas.assertValid(MEASURE, Json.line(finding, MeasureFinding.class));
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void everyEndingIsValid(Ending ending) {
        MeasureFinding finding = Sample.of(Outcome.EXPIRES)
                .expired(Direction.CLIENT_FIRST, 1, 2, ending, ending)
                .finding();

        Schemas.assertValid(MEASURE, Json.document(finding, MeasureFinding.class));
    }

    @ParameterizedTest
    @EnumSource(FlowOutcome.class)
    void everyOutcomeOfAFlowIsValid(FlowOutcome outcome) {
        MeasureFinding finding = Sample.of(Outcome.SURVIVES)
                .flow(new Flow(
                        0,
                        Direction.CLIENT_FIRST,
                        IdleTest.TCP_1,
                        1,
                        0.0,
                        null,
                        outcome,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null))
                .finding();

        Schemas.assertValid(MEASURE, Json.document(finding, MeasureFinding.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a field is missing        | \"timer_error_ms_p99\":0.125         | \"timer_error\":0.125",
                "a field is missing        | \"exit_code\":0                      | \"exit\":0",
                "a field is missing        | \"rtt_ms\":12.345,                   | ``",
                "a field is unknown        | \"seed\":4711                        | \"seed\":4711,\"extra\":1",
                "a field is unknown        | \"fresh_flow\":\"ok\"                | \"fresh_flow\":\"ok\",\"extra\":1",
                "a word is wrong           | \"outcome\":\"expires\"              | \"outcome\":\"EXPIRES\"",
                "a word is wrong           | \"ending\":\"one-way\"               | \"ending\":\"oneway\"",
                "a word is wrong           | \"direction\":\"both\"               | \"direction\":\"either\"",
                "a word is wrong           | \"strategy\":\"ladder\"              | \"strategy\":\"LADDER\"",
                "a null is not allowed     | \"elapsed_s\":72.5                   | \"elapsed_s\":null",
                "a number is negative      | \"alive_s\":59.8                     | \"alive_s\":-59.8",
                "a number is a text        | \"seed\":4711                        | \"seed\":\"4711\"",
                "a time is not UTC         | 03:00:00.123456Z                     | 03:00:00.123456+01:00",
                "the format is another one | hbprobe/measure/1                    | hbprobe/measure/2",
                "an exit code is unknown   | \"exit_code\":0                      | \"exit_code\":17",
                "survives with a timeout   | \"outcome\":\"expires\",\"settings\" | \"outcome\":\"survives\",\"settings\""
            })
    void aBrokenFindingIsNotValid(String why, String part, String broken) {
        String document = Json.line(full(), MeasureFinding.class);

        assertThat(document).contains(part);
        assertThat(Schemas.violations(MEASURE, document.replace(part, broken)))
                .as(why)
                .isNotEmpty();
    }

    static Stream<ResponderEvent> events() {
        String at = "2026-11-23T03:00:00Z";
        return Stream.of(
                new ResponderEvent(1, at, "listening", null, "[::]:7400", null),
                new ResponderEvent(2, at, "greeted", "00000000000000ff", "192.0.2.99:40001", "hb"),
                new ResponderEvent(3, at, "stopped", null, null, null));
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventIsOneValidLineAndCanBeReadBack(ResponderEvent event) {
        String line = Json.line(event, ResponderEvent.class);

        assertThat(line.lines()).hasSize(1);
        Schemas.assertValid(EVENT, line);
        assertThat(Json.read(line, ResponderEvent.class)).isEqualTo(event);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a field is missing  | ,\"detail\":null       | ``",
                "a field is unknown  | \"seq\":3              | \"seq\":3,\"extra\":1",
                "a word is wrong     | \"type\":\"stopped\"   | \"type\":\"halted\"",
                "the count is wrong  | \"seq\":3              | \"seq\":0"
            })
    void aBrokenEventIsNotValid(String why, String part, String broken) {
        String line = Json.line(events().skip(2).findFirst().orElseThrow(), ResponderEvent.class);

        assertThat(line).contains(part);
        assertThat(Schemas.violations(EVENT, line.replace(part, broken)))
                .as(why)
                .isNotEmpty();
    }
}
