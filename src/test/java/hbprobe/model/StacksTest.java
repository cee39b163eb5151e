package hbprobe.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of settings are whole, and none is forgotten. */
class StacksTest {
    private static final Path FOLDER = Path.of("src/main/resources/hbprobe/advice");

    /** A line of text is 80 columns, of which a comment's beginning takes three. */
    private static final int URL = 77;

    private static final Set<String> FORMATS = Set.of(
            "conf",
            "conninfo",
            "haproxy",
            "ini",
            "java",
            "javascript",
            "nginx",
            "postgresql",
            "properties",
            "python",
            "redis",
            "shell",
            "sshconfig",
            "sshdconfig",
            "url",
            "yaml");

    static Stream<SnippetTemplate> templates() {
        return Stacks.names().stream().flatMap(stack -> Stacks.of(stack).stream());
    }

    @Test
    void everyFileIsInTheIndexAndTheOtherWayRound() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("index.txt"))
                    .toList();

            assertThat(names)
                    .containsExactlyInAnyOrderElementsOf(Stacks.names().stream()
                            .map(stack -> stack + ".yaml")
                            .toList());
        }
        assertThat(Stacks.names()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void everyStackStandsInTheDocument() throws IOException {
        String page = Files.readString(Path.of("docs/advice.md"));

        assertThat(Stacks.names()).allSatisfy(name -> assertThat(page).contains("\n| `" + name + "` |"));
    }

    @ParameterizedTest
    @MethodSource("templates")
    void aSnippetIsWhole(SnippetTemplate template) {
        assertThat(template.source()).startsWith("https://").hasSizeLessThanOrEqualTo(URL);
        assertThat(template.why()).endsWith(".").hasSizeBetween(60, 500).doesNotContain("\n");
        assertThat(template.stack() + ": " + template.title()).hasSizeLessThan(70);
        assertThat(FORMATS).contains(template.format());
        assertThat(template.leastS()).isPositive().isLessThan(template.mostS());
        assertThat(template.text()).doesNotContain("\t").isNotBlank();
        assertThat(template.remarks())
                .allSatisfy(remark -> assertThat(remark.note()).isNotBlank().doesNotEndWith("."));
    }

    @ParameterizedTest
    @MethodSource("templates")
    void aKernelsKeepaliveHasAllThreeTimes(SnippetTemplate template) {
        if (template.text().contains("{keepalive_interval_s}")) {
            assertThat(template.kind()).isEqualTo(SnippetTemplate.Kind.KEEPALIVE);
            assertThat(template.text()).contains("{keepalive_idle_s}", "{keepalive_count}");
            assertThat(template.mostS()).isLessThanOrEqualTo(32_767);
        }
    }
}
