package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Golden;
import hbprobe.Schemas;
import hbprobe.model.CompareFinding;
import hbprobe.model.DetectFinding;
import hbprobe.model.FaultOutcome;
import hbprobe.model.Problem;
import hbprobe.model.TrialsPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code compare} and {@code detect} say, in files, and that it is what the schemas promise. */
class FaultTextTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/fault-text");
    private static final int COLUMNS = 80;
    private static final Pattern ESCAPE = Pattern.compile("\u001b\\[[0-9;]*m");

    private static final Map<String, DetectFinding> DETECTED = Map.of(
            "detect-everything", FaultSamples.detected(),
            "detect-trace", FaultSamples.judged(),
            "detect-unreachable",
                    FaultSamples.of(
                            FaultOutcome.UNREACHABLE,
                            new Problem("unresolved", "resolve nowhere.example: no such host"),
                            3),
            "detect-deadline",
                    FaultSamples.of(FaultOutcome.INCONCLUSIVE, new Problem("deadline", "the deadline came first"), 4));

    private static final Map<String, CompareFinding> COMPARED = Map.of(
            "compare-proxy",
                    FaultSamples.compared(
                            true,
                            "Something between terminates TCP and answers keepalive itself: use an application echo"
                                    + " every 2s."),
            "compare-nat", FaultSamples.compared(false, "Both keep the path open."),
            "compare-interrupted", FaultSamples.interrupted());

    static Stream<String> detected() {
        return DETECTED.keySet().stream().sorted();
    }

    static Stream<String> compared() {
        return COMPARED.keySet().stream().sorted();
    }

    private static void check(String name, String plain, String coloured) {
        assertThat(plain.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
        assertThat(coloured).isNotEqualTo(plain);
        assertThat(ESCAPE.matcher(coloured).replaceAll("")).isEqualTo(plain);
        Golden.check(GOLDEN.resolve(name + ".txt"), plain);
    }

    @ParameterizedTest
    @MethodSource("detected")
    void detectSaysWhatIsAgreed(String name) {
        DetectFinding finding = DETECTED.get(name);

        check(name, DetectText.of(finding, Ink.NONE), DetectText.of(finding, Ink.COLOUR));
    }

    @ParameterizedTest
    @MethodSource("compared")
    void compareSaysWhatIsAgreed(String name) {
        CompareFinding finding = COMPARED.get(name);

        check(name, CompareText.of(finding, Ink.NONE), CompareText.of(finding, Ink.COLOUR));
    }

    @ParameterizedTest
    @MethodSource("detected")
    void detectIsValidAndCanBeReadBack(String name) {
        String document = Json.document(DETECTED.get(name), DetectFinding.class);

        Schemas.assertValid("detect-1", document);
        assertThat(Json.read(document, DetectFinding.class)).isEqualTo(DETECTED.get(name));
    }

    @ParameterizedTest
    @MethodSource("compared")
    void compareIsValidAndCanBeReadBack(String name) {
        String document = Json.document(COMPARED.get(name), CompareFinding.class);

        Schemas.assertValid("compare-1", document);
        assertThat(Json.read(document, CompareFinding.class)).isEqualTo(COMPARED.get(name));
    }

    @ParameterizedTest
    @CsvSource({
        "\"schema\":\"hbprobe/detect/1\", \"schema\":\"hbprobe/detect/2\"",
        "\"outcome\":\"answered\", \"outcome\":\"done\"",
        "\"fault\":\"hang\", \"fault\":\"hung\"",
        "\"false_alarms\":117, \"false_alarms\":-1",
        "\"mechanism\":\"write-only\", \"mechanism\":\"write\"",
        "\"exit_code\":0, \"exit_code\":4"
    })
    void aBrokenFindingIsNotValid(String part, String broken) {
        String document = Json.line(FaultSamples.detected(), DetectFinding.class);
        assertThat(document).contains(part);

        assertThat(Schemas.violations("detect-1", document.replace(part, broken)))
                .isNotEmpty();
    }

    @Test
    void aPlanSaysWhatIsLacking() {
        String text = PlanText.of(
                "tcp://192.0.2.7:443",
                new TrialsPlan(
                        40, 56, Duration.ofSeconds(204), true, List.of("hang, app-echo: tcp:// writes nothing")));

        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
        Golden.check(GOLDEN.resolve("plan.txt"), text);
    }
}
