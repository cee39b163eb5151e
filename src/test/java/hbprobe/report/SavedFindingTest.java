package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A saved finding says what it said, and what is none is refused with its reason. */
class SavedFindingTest {
    static Stream<String> names() {
        return Findings.ALL.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyFormatIsAsItWas(String name) throws Exception {
        Report report = Findings.ALL.get(name);
        Report again = SavedFinding.read(report.as(Format.JSON, Ink.NONE));

        for (Format format : Format.values()) {
            String written = report.as(format, Ink.NONE);
            if (format == Format.NDJSON) {
                written = written.replaceAll("(?m)^\\{\"event\".*\n", "");
            }
            assertThat(again.as(format, Ink.NONE)).as(format.word()).isEqualTo(written);
        }
        assertThat(again.exitCode()).isEqualTo(report.exitCode());
        assertThat(again.command()).isEqualTo(report.command());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                        | it is not JSON: at its beginning: Unexpected end",
                "nonsense                                  | it is not JSON: at its beginning: Invalid null constant",
                "[]                                        | it is not a JSON object",
                "42                                        | it is not a JSON object",
                "null                                      | it is not a JSON object",
                "{\"schema\":                              | it is not JSON: at its beginning: Unexpected end",
                "{\"a\":{\"b\":[1,{\"c\":nul}]}}           | it is not JSON: at a.b[1].c: Invalid null constant",
                "{\"a\":1} {\"a\":2}                       | something follows the end",
                "{\"a\":1}                                 | it has no \"schema\"",
                "{\"schema\":null}                         | it has no \"schema\"",
                "{\"schema\":7}                            | '7' is no schema that this hbprobe knows; it knows hbprobe/ad",
                "{\"schema\":\"hbprobe/cat/1\"}            | 'hbprobe/cat/1' is no schema that this hbprobe knows",
                "{\"schema\":\"hbprobe/measure/2\"}        | hbprobe/measure/2 is newer than this hbprobe, which knows"
                        + " hbprobe/measure/1",
                "{\"schema\":\"hbprobe/measure/0\"}        | hbprobe/measure/0 is older than this hbprobe",
                "{\"schema\":\"hbprobe/measure/1\"}        | it is no whole hbprobe/measure/1: "
            })
    void whatIsNoneSaysWhy(String document, String why) {
        assertThatThrownBy(() -> SavedFinding.read(document))
                .isInstanceOf(SavedFindingException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"outcome\": \"expires\"    | \"outcome\": \"expired\"",
                "\"flows\": [                | \"flaws\": [",
                "\"target\": {               | \"goal\": {",
                "\"started_at\": \"2026      | \"started_at\": \"20x6",
                "\"elapsed_s\": 72.5         | \"elapsed_s\": \"long\"",
                "\"path_check\": {           | \"path_check\": null, \"x\": {"
            })
    void whatIsNotWholeIsRefused(String part, String broken) {
        String document = Findings.ALL.get("measure-expires").as(Format.JSON, Ink.NONE);
        assertThat(document).contains(part);

        assertThatThrownBy(() -> SavedFinding.read(document.replace(part, broken)))
                .isInstanceOf(SavedFindingException.class)
                .hasMessageStartingWith("it is no whole hbprobe/measure/1: ");
    }

    @Test
    void everyCutIsRefused() {
        String document =
                Findings.ALL.get("check-mixed").as(Format.JSON, Ink.NONE).strip();

        for (int length = 0; length < document.length(); length++) {
            String cut = document.substring(0, length);
            assertThatThrownBy(() -> SavedFinding.read(cut)).isInstanceOf(SavedFindingException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void aSeedThatNoDoubleHoldsStaysAsItIs(Format format) throws Exception {
        String document = Findings.ALL
                .get("measure-expires")
                .as(Format.JSON, Ink.NONE)
                .replace("\"seed\": 4711", "\"seed\": 9007199254740993");
        String text = SavedFinding.read(document).as(format, Ink.NONE);

        assertThat(text).doesNotContain("9007199254740992").doesNotContain("9.007");
        if (format == Format.CSV || format == Format.NDJSON || format == Format.JUNIT) {
            assertThat(text).contains("9007199254740993");
        }
    }
}
