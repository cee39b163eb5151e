package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every format of every command, in files. */
class FormatsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    /** Text has files of its own, but for {@code check}'s, and JSON has a schema. */
    private static final Map<Format, String> ENDINGS = new EnumMap<>(Map.of(
            Format.NDJSON, "ndjson",
            Format.CSV, "csv",
            Format.MARKDOWN, "md",
            Format.JUNIT, "xml",
            Format.TAP, "tap",
            Format.GITHUB, "txt",
            Format.NAGIOS, "txt",
            Format.PROMETHEUS, "prom"));

    /** It would make files that nobody can read. */
    private static final Set<String> IN_NO_FILE = Set.of("hostile");

    static Stream<Arguments> all() {
        return ENDINGS.keySet().stream()
                .flatMap(format -> Findings.ALL.keySet().stream()
                        .filter(name -> !IN_NO_FILE.contains(name))
                        .map(name -> Arguments.of(format, name)));
    }

    /** An interrupted check may still have expectations that were proved to hold. */
    static Stream<Arguments> unanswered() {
        return all().filter(one -> Findings.ALL.get((String) one.get()[1]).exitCode() != 0)
                .filter(one -> !((String) one.get()[1]).startsWith("check-"));
    }

    static Stream<String> checks() {
        return Findings.ALL.keySet().stream().filter(name -> name.startsWith("check-"));
    }

    private static Path file(Format format, String name) {
        return GOLDEN.resolve(format.word()).resolve(name + "." + ENDINGS.get(format));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aFormatIsAsAgreed(Format format, String name) {
        String text = Findings.ALL.get(name).as(format, Ink.NONE);

        assertThat(text).endsWith("\n").doesNotContain("\r");
        assertThat(Findings.ALL.get(name).as(format, Ink.COLOUR)).isEqualTo(text);
        Golden.check(file(format, name), text);
    }

    @ParameterizedTest
    @MethodSource("checks")
    void theTextOfCheckIsAsAgreed(String name) {
        String text = Findings.ALL.get(name).as(Format.TEXT, Ink.NONE);

        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        Golden.check(GOLDEN.resolve("check-text").resolve(name + ".txt"), text);
    }

    @Test
    void thereIsNoGoldenThatNothingIsHeldAgainst() throws IOException {
        for (Format format : ENDINGS.keySet()) {
            List<Path> held = all().filter(one -> one.get()[0] == format)
                    .map(one -> file(format, (String) one.get()[1]))
                    .toList();
            try (Stream<Path> files = Files.list(GOLDEN.resolve(format.word()))) {
                assertThat(files).containsExactlyInAnyOrderElementsOf(held);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("unanswered")
    void whatHasNoAnswerPassesNowhere(Format format, String name) {
        Report report = Findings.ALL.get(name);
        String text = report.as(format, Ink.NONE);

        assertThat(text)
                .doesNotContain("HBPROBE OK")
                .doesNotContain("::notice title=hbprobe " + report.command() + "%3A idle")
                .doesNotContain("| ok |")
                .doesNotContainPattern("(?m)^ok (?!.*# SKIP)")
                .doesNotContainPattern("hbprobe_success\\{.*} 1");
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void noFormatHandsOnWhatATerminalObeys(Format format) {
        String text = Findings.ALL.get("hostile").as(format, Ink.NONE);

        // Those that say everything have the characters themselves, or a way to write them; a person sees none.
        if (format != Format.CSV && format != Format.PROMETHEUS) {
            assertThat(text).doesNotContain("\u0000").doesNotContain("\u0007").doesNotContain("\u001b");
        }
        assertThat(text).contains("\ud83d\ude00");
    }
}
