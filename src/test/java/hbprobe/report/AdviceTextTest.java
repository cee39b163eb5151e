package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Golden;
import hbprobe.Schemas;
import hbprobe.model.AdviceFinding;
import hbprobe.model.AdviceFinding.Snippet;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Advice as text and as JSON. */
class AdviceTextTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/advice-text");

    private static final Map<String, AdviceFinding> FINDINGS = findings();

    private static Map<String, AdviceFinding> findings() {
        Map<String, AdviceFinding> findings = new LinkedHashMap<>();
        findings.put("350s", AdviceSamples.usual(350));
        findings.put("240s", AdviceSamples.usual(240));
        findings.put("60s", AdviceSamples.usual(60));
        findings.put("30s", AdviceSamples.usual(30));
        findings.put("demanding", AdviceSamples.demanding());
        findings.put("not-needed", AdviceSamples.notNeeded());
        findings.put("no-use", AdviceSamples.noUse());
        return findings;
    }

    static Stream<String> names() {
        return FINDINGS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void textIsAsAgreedAndFitsATerminalButForWhatIsPasted(String name) {
        AdviceFinding finding = FINDINGS.get(name);
        String text = Report.of(finding).as(Format.TEXT, Ink.NONE);
        Set<String> pasted = new HashSet<>();
        finding.snippets().stream()
                .map(Snippet::text)
                .filter(Objects::nonNull)
                .forEach(snippet -> snippet.lines().forEach(pasted::add));

        assertThat(text.lines().filter(line -> !pasted.contains(line)))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(Report.of(finding).as(Format.TEXT, Ink.COLOUR).replaceAll("\u001b\\[\\d+m", ""))
                .isEqualTo(text);
        Golden.check(GOLDEN.resolve(name + ".txt"), text);
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatIsPastedStandsThereUnchanged(String name) {
        AdviceFinding finding = FINDINGS.get(name);
        String text = Report.of(finding).as(Format.TEXT, Ink.NONE);

        assertThat(finding.snippets().stream().map(Snippet::text).filter(Objects::nonNull))
                .allSatisfy(snippet -> assertThat(text).contains("\n" + snippet + "\n"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFindingIsValidAndCanBeReadBack(String name) {
        AdviceFinding finding = FINDINGS.get(name);
        String document = Json.document(finding, AdviceFinding.class);

        Schemas.assertValid("advise-1", document);
        assertThat(Json.read(document, AdviceFinding.class)).isEqualTo(finding);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a field is missing       | \"tolerates_lost\":1         | \"tolerates\":1",
                "a field is unknown       | \"mobile\":false             | \"mobile\":false,\"extra\":1",
                "a word is wrong          | \"outcome\":\"advised\"      | \"outcome\":\"good\"",
                "no advice although given | \"outcome\":\"advised\"      | \"outcome\":\"no-use\"",
                "an interval of nothing   | \"heartbeat_interval_s\":120 | \"heartbeat_interval_s\":0",
                "everything is lost       | \"loss\":0                   | \"loss\":1",
                "a source is none         | \"source\":\"https://www.k   | \"source\":\"www.k"
            })
    void aBrokenFindingIsNotValid(String why, String part, String broken) {
        String document = Json.line(FINDINGS.get("350s"), AdviceFinding.class);

        assertThat(document).contains(part);
        assertThat(Schemas.violations("advise-1", document.replaceFirst(Pattern.quote(part), broken)))
                .as(why)
                .isNotEmpty();
    }
}
