package hbprobe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.runtime.Host;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The file of {@code check}: what it means, and that each error names file and line. */
class CheckFileTest {
    private static final String GOOD = """
            defaults:
              idle-at-least: 5m
              interval: 5s
            targets:
              - hb://a.example
              - target: ${EDGE:-hb://edge.example:7401}
                idle-at-least: 1m
                keepalive-holds: true
                keepalive: idle=20s,interval=5s,count=3
                no-reset-under-load: false
            groups:
              nightly:
                defaults: { idle-at-most: 30m, ending: silent }
                targets:
                  - { target: "tcp://192.0.2.7:22", token: "${SECRET}", ipv4: true }
            """;

    @TempDir
    private Path folder;

    private record Ended(int exitCode, String out, String err) {}

    private Ended check(Map<String, String> environment, String yaml, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("hbprobe.yaml"), yaml);
        List<String> args = new ArrayList<>(List.of("check", "--file", file.toString()));
        args.addAll(List.of(more));
        return run(environment, args.toArray(String[]::new));
    }

    private static Ended run(Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Host host = new Host(
                environment,
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                InstantSource.system());
        int exitCode = Cli.run(host, args);
        return new Ended(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void everyTargetHasTheDefaultsAndItsOwn() throws IOException {
        Ended ended = check(Map.of("SECRET", "hush"), GOOD, "--plan");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out().lines().map(line -> line.replaceFirst(":.*at most.*", "")))
                .containsSubsequence(
                        "hb://a.example",
                        "  idle-at-least 5m",
                        "hb://edge.example:7401",
                        "  idle-at-least 1m",
                        "  keepalive-holds",
                        "tcp://192.0.2.7:22",
                        "  idle-at-least 5m",
                        "  idle-at-most 30m",
                        "  ending silent");
    }

    @Test
    void aGroupIsChosenByItsName() throws IOException {
        Ended ended = check(Map.of("SECRET", "hush"), GOOD, "--plan", "--group", "nightly");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("tcp://192.0.2.7:22").doesNotContain("a.example");
    }

    @Test
    void aFileIsValidatedWithoutAnyTraffic() throws IOException {
        Ended ended = check(Map.of("SECRET", "hush"), GOOD, "--validate");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).endsWith("hbprobe.yaml: 3 targets, 6 expectations, no error\n");
    }

    @Test
    void theEnvironmentFillsIn() throws IOException {
        Ended ended = check(Map.of("SECRET", "hush", "EDGE", "hb://other.example"), GOOD, "--plan");

        assertThat(ended.out()).contains("hb://other.example").doesNotContain("edge.example");
    }

    @Test
    void theExampleOfTheManPageIsRight() throws IOException {
        String page = Files.readString(Path.of("src/main/man/hbprobe.yaml.5.adoc"));

        Ended ended = check(Map.of(), page.split("----\n")[3], "--validate");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).endsWith("4 targets, 7 expectations, no error\n");
    }

    private static Arguments of(String yaml, int line, String... wanted) {
        return Arguments.of(yaml, line, wanted);
    }

    private static String target(String... lines) {
        return "targets:\n  - target: hb://h\n    " + String.join("\n    ", lines) + "\n";
    }

    static Stream<Arguments> wrong() {
        String expected = "idle-at-least: 5s";
        return Stream.of(
                of("", 1, "the file is empty", "targets:"),
                of("targets: [", 1, "expected the node content"),
                of("hb://h", 1, "expected 'key: value'"),
                of("target:\n  - hb://h\n", 1, "unknown key 'target'", "did you mean 'targets'?"),
                of("foo: 1\ntargets: []\n", 1, "unknown key 'foo'", "there are defaults, groups, targets"),
                of("defaults:\n  idle-at-least: 5s\n", 1, "there is no target"),
                of("targets: hb://h\n", 1, "expected a list"),
                of("targets:\n  - idle-at-least: 5s\n", 2, "'target' is missing", "host:port"),
                of("defaults:\n  idle-at-lest: 5s\ntargets: [hb://h]\n", 2, "'idle-at-lest'", "idle-at-least"),
                of(target("idle-at-leest: 5s"), 3, "'idle-at-leest'", "did you mean 'idle-at-least'?"),
                of(target(expected, "idle-at-most: soon"), 4, "idle-at-most", "'soon' is not a duration"),
                of(target("repeat: 3"), 2, "nothing is expected", "idle-at-least"),
                of(target(expected, "repeat: 0"), 4, "repeat 0 is not between 1 and 100"),
                of(target(expected, "repeat: many"), 4, "repeat", "'many'"),
                of(target(expected, "ending: loud"), 4, "ending", "silent, reset or fin"),
                of(target(expected, "ending: fin"), 4, "ending needs flows that have ended", "idle-at-most"),
                of(target("idle-at-least: 9s", "idle-at-most: 5s"), 3, "no path holds both"),
                of(target(expected, "keepalive-holds: maybe"), 4, "neither true nor false"),
                of(target(expected, "keepalive: idle=500ms"), 4, "keepalive", "whole seconds"),
                of(target(expected, "detect-within: 2h"), 4, "detect-within 2h is above the most, 1h"),
                of(target(expected, "idle-at-least: 6s"), 4, "'idle-at-least' is there twice"),
                of(target(expected, "token: ${NOT_SET}"), 4, "NOT_SET is not set", "${NOT_SET:-value}"),
                of(target(expected, "token-file: /nowhere"), 4, "token-file", "there is no such file"),
                of(target(expected, "baseline: /nowhere.json"), 4, "baseline", "no such file", "measure -o json"),
                of("targets:\n  - target: hb://h:0\n    " + expected + "\n", 2, "port 0", "between 1 and 65535"),
                of("targets:\n  - target: gopher://h:1\n    " + expected + "\n", 2, "gopher", "hb"),
                of("groups:\n  nightly:\n    target: hb://h\n", 3, "unknown key 'target'", "targets"),
                of("targets: &a [*a]\n", 1, "expected a value"),
                of(target(expected, "bind: [[a]]"), 4, "not a list in a list"),
                of("groups:\n  nightly:\n    defaults: {}\n", 3, "the group 'nightly' has no 'targets'"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsNamedWithFileAndLine(String yaml, int line, String... wanted) throws IOException {
        Ended ended = check(Map.of(), yaml, "--validate");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("hbprobe.yaml:" + line + ": ").contains(wanted);
        assertThat(ended.err().lines()).hasSize(1);
    }

    @Test
    void noTwoErrorsAreTheSame() {
        List<String> told = wrong().map(row -> {
                    try {
                        return check(Map.of(), (String) row.get()[0], "--validate")
                                .err();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();

        assertThat(told).doesNotHaveDuplicates();
    }

    @Test
    void anUnknownGroupIsNamed() throws IOException {
        assertThat(check(Map.of("SECRET", "hush"), GOOD, "--group", "nightli").err())
                .contains("no group 'nightli'; did you mean 'nightly'?");
    }

    @Test
    void aGroupWithoutTargetsIsNamed() throws IOException {
        Ended ended = check(Map.of("SECRET", "hush"), GOOD + "  empty:\n    targets: []\n", "--group", "empty");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("the group 'empty' lists no target");
    }

    @Test
    void theEnvironmentsDefaultsHoldForTargetsToo() throws IOException {
        String file = "targets: [hb://h]\n";

        Ended ended = check(Map.of("HBPROBE_IDLE_AT_LEAST", "7s", "HBPROBE_REPEAT", "7"), file, "--plan");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("idle-at-least 7s: at most 18 flows");
    }

    @Test
    void aTokenFileBesideTheFileIsRead() throws IOException {
        Ended ended = check(Map.of("SECRET", "hush"), GOOD, "--plan", "--token-file", "/nowhere");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("--token-file '/nowhere': there is no such file");
    }

    @Test
    void anErrorOfTheFileIsUnknownToNagios() throws IOException {
        assertThat(check(Map.of(), "targets: []\n", "-o", "NAGIOS").exitCode()).isEqualTo(3);
    }

    @Test
    void aSecretIsNeverPrinted() throws IOException {
        Ended ended = check(Map.of("SECRET", "hush-hush"), GOOD.replace("ipv4: true", "ipv4: maybe"), "--plan");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains(":15: ").doesNotContain("hush-hush");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Ended ended =
                run(Map.of(), "check", "--file", folder.resolve("none.yaml").toString());

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("none.yaml", "there is no such file");
    }
}
