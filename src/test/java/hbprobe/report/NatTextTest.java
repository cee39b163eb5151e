package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Golden;
import hbprobe.Schemas;
import hbprobe.model.NatFinding;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code nat} says, in files, and that its JSON is what the schema promises. */
class NatTextTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/nat-text");
    private static final int COLUMNS = 80;
    private static final Map<String, NatFinding> FINDINGS = new LinkedHashMap<>();

    static {
        FINDINGS.put("symmetric", NatSamples.symmetric());
        FINDINGS.put("firewall", NatSamples.firewall());
        FINDINGS.put("half", NatSamples.half());
        FINDINGS.put("interrupted", NatSamples.interrupted());
        FINDINGS.put("unreachable", NatSamples.unreachable());
    }

    static Set<String> names() {
        return FINDINGS.keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void theTextIsAsAgreed(String name) {
        String text = Report.of(FINDINGS.get(name)).as(Format.TEXT, Ink.NONE);

        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
        Golden.check(GOLDEN.resolve(name + ".txt"), text);
    }

    @ParameterizedTest
    @MethodSource("names")
    void theDocumentIsValidAndCanBeReadBack(String name) {
        String document = Json.document(FINDINGS.get(name), NatFinding.class);

        Schemas.assertValid("nat-1", document);
        assertThat(Json.read(document, NatFinding.class)).isEqualTo(FINDINGS.get(name));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a field is missing      | \"translated\":true,          | ``",
                "a field is unknown      | \"translated\":true           | \"translated\":true,\"extra\":1",
                "a word is wrong         | \"outcome\":\"answered\"      | \"outcome\":\"ok\"",
                "a class is no class     | address-and-port-dependent    | symmetric",
                "answered without one    | address-and-port-dependent    | not-tested",
                "no address and port     | 198.51.100.3:3479             | 198.51.100.3",
                "an exit code is unknown | \"exit_code\":0               | \"exit_code\":17",
                "answered with an error  | \"error\":null                | \"error\":{\"code\":\"a\",\"message\":\"b\"}"
            })
    void aBrokenDocumentIsNotValid(String why, String part, String broken) {
        String document = Json.line(NatSamples.symmetric(), NatFinding.class);

        assertThat(document).contains(part);
        assertThat(Schemas.violations("nat-1", document.replace(part, broken)))
                .as(why)
                .isNotEmpty();
    }
}
