package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines for GitHub Actions, taken apart as its runner does. */
class GithubReportTest {
    private static final Pattern COMMAND = Pattern.compile("::(error|warning|notice) title=([^:,]*)::(.*)");

    private record Annotation(String kind, String title, String message) {}

    static Stream<String> names() {
        return Findings.ALL.keySet().stream();
    }

    private static List<Annotation> annotations(String name) {
        return Findings.ALL
                .get(name)
                .as(Format.GITHUB, Ink.NONE)
                .lines()
                .map(GithubReportTest::annotation)
                .toList();
    }

    private static Annotation annotation(String line) {
        Matcher matcher = COMMAND.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        String title = matcher.group(2).replace("%2C", ",").replace("%3A", ":");
        return new Annotation(matcher.group(1), plain(title), plain(matcher.group(3)));
    }

    private static String plain(String data) {
        assertThat(data.replaceAll("%(25|0A|0D)", "")).doesNotContain("%");
        return data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyLineIsOneCommand(String name) {
        assertThat(annotations(name)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "measure-expires, notice notice",
        "measure-unreachable, error",
        "measure-inconclusive, warning warning",
        "measure-interrupted, warning warning",
        "check-pass, notice notice",
        "check-mixed, notice error warning error",
        "hostile, error error warning notice notice"
    })
    void everyCaseIsOneAnnotationAndSoIsEveryNote(String name, String kinds) {
        assertThat(annotations(name)).extracting(Annotation::kind).containsExactly(kinds.split(" "));
    }

    @Test
    void hostileTextComesBackAsItWasAndCommandsNothing() {
        List<Annotation> annotations = annotations("hostile");

        assertThat(annotations.get(1).message()).endsWith(": " + Words.printable(Findings.HOSTILE));
        assertThat(annotations.get(2).title()).isEqualTo("hbprobe check: " + Words.printable(Findings.HOSTILE));
        assertThat(annotations.get(4).title()).isEqualTo("hbprobe check: note");
    }
}
