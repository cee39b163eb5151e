package hbprobe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Limits;
import hbprobe.report.Format;
import hbprobe.runtime.Host;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code report}, and what the formats do to exit codes and files, whichever command it is. */
class ReportCommandTest {
    /** {@code doctor}'s is the shortest finding. */
    private static final String FINDING = "{\"schema\":\"hbprobe/doctor/1\",\"version\":\"0.1.0\",\"host\":{\"os\":"
            + "\"Linux\",\"java\":\"17\",\"transport\":\"epoll\",\"timer_error_ms_p99\":null},\"started_at\":"
            + "\"2026-11-24T03:00:00Z\",\"elapsed_s\":0.61,\"outcome\":\"able\",\"checks\":[{\"name\":\"clock\","
            + "\"state\":\"ok\",\"seen\":\"fine\",\"consequence\":null,\"remedy\":null}],\"error\":null,"
            + "\"exit_code\":0}";

    @TempDir
    private Path folder;

    private Path saved;

    @BeforeEach
    void save() throws IOException {
        saved = Files.writeString(folder.resolve("run.json"), FINDING);
    }

    private record Ended(int exitCode, String out, String err) {}

    private static Ended run(Map<String, String> environment, InputStream in, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Host host = new Host(
                environment,
                in,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                InstantSource.system());
        int exitCode = Cli.run(host, args);
        return new Ended(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Ended run(String... args) {
        return run(Map.of(), InputStream.nullInputStream(), args);
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void everyFormatGoesToStdoutOrToAFile(Format format) throws IOException {
        Path file = folder.resolve("report");
        Ended printed = run("report", saved.toString(), "-o", format.word());
        Ended written = run("report", saved.toString(), "-o", format.word() + "=" + file);

        assertThat(printed.exitCode()).as(printed.err()).isZero();
        assertThat(printed.err()).isEmpty();
        assertThat(written.exitCode()).isZero();
        assertThat(written.out()).isEmpty();
        assertThat(Files.readString(file)).isEqualTo(printed.out()).isNotEmpty();
    }

    @Test
    void aFindingComesFromStdinToo() {
        InputStream in = new ByteArrayInputStream(FINDING.getBytes(StandardCharsets.UTF_8));

        Ended ended = run(Map.of(), in, "report", "-");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).startsWith("This host can measure what hbprobe claims.");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "3, 3", "4, 1", "70, 3"})
    void onlyForNagiosOnStdoutTheFindingDecidesTheExitCode(int findings, int nagios) throws IOException {
        String file = Files.writeString(saved, FINDING.replace("\"exit_code\":0", "\"exit_code\":" + findings))
                .toString();

        assertThat(run("report", file).exitCode()).isZero();
        assertThat(run("report", file, "-o", "nagios=" + folder.resolve("n")).exitCode())
                .isZero();
        assertThat(run("report", file, "-o", "nagios").exitCode()).isEqualTo(nagios);
        assertThat(run("report", file, "-o", "nagios", "-o", "json=" + folder.resolve("j"))
                        .exitCode())
                .isEqualTo(nagios);
    }

    /** 2 would be CRITICAL. */
    @ParameterizedTest
    @CsvSource({
        "measure hb://h --max 5x -o nagios, 3",
        "measure hb://h -o nagios --max 5x, 3",
        "measure hb://h --max 5x --output=nagios, 3",
        "measure hb://h --max 5x -qo nagios, 3",
        "measure hb://h --max 5x -onagios, 3",
        "report /nowhere/run.json -o nagios, 3",
        "measure hb://h --config /nowhere/c.yaml -o nagios, 3",
        "measure hb://h --max 5x -o nagios=/tmp/n, 2",
        "measure hb://h --max 5x -o text, 2",
        "measure hb://nagios --max 5x, 2"
    })
    void aUsageErrorIsUnknownToNagios(String args, int exitCode) {
        Ended ended = run(args.split(" "));

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void soItIsWhereNagiosIsReadByDefault() throws IOException {
        String config = Files.writeString(folder.resolve("hbprobe.yaml"), "output: nagios\n")
                .toString();
        Map<String, String> environment = Map.of("HBPROBE_OUTPUT", "nagios");

        assertThat(run("measure", "hb://h", "--max", "5x", "--config", config).exitCode())
                .isEqualTo(3);
        assertThat(run(environment, InputStream.nullInputStream(), "measure", "hb://h", "--max", "5x")
                        .exitCode())
                .isEqualTo(3);
        assertThat(run(environment, InputStream.nullInputStream(), "measur").exitCode())
                .isEqualTo(3);
        assertThat(run(environment, InputStream.nullInputStream(), "measure", "hb://h", "--config", "/nowhere.yaml")
                        .exitCode())
                .isEqualTo(3);
    }

    @Test
    void whatIsNoFindingIsAUsageErrorThatNamesTheFile() throws IOException {
        Path nonsense = Files.writeString(folder.resolve("nonsense"), "nonsense");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        Path newer = Files.writeString(folder.resolve("newer"), FINDING.replace("doctor/1", "doctor/2"));

        refused(folder.resolve("none"), "there is no such file");
        refused(folder, "it is a folder");
        refused(nonsense, "it is not JSON: at its beginning");
        refused(binary, "it is not UTF-8 text");
        refused(newer, "hbprobe/doctor/2 is newer than this hbprobe, which knows hbprobe/doctor/1");
    }

    private static void refused(Path file, String why) {
        Ended ended = run("report", file.toString());

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .startsWith("hbprobe report: " + file + ": " + why)
                .contains("Try 'hbprobe report --help'")
                .doesNotContain("Exception");
    }

    @Test
    void whatNeverEndsIsNotReadToItsEnd() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }
        };

        Ended ended = run(Map.of(), endless, "report", "-");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("stdin: it is larger than the " + Limits.SAVED_FINDING_BYTES + " bytes");
    }

    @Test
    void theStepsSummaryGrowsByTheMarkdownForGithubOnly() throws IOException {
        Path summary = Files.writeString(folder.resolve("summary.md"), "# Before\n");
        Map<String, String> actions = Map.of("GITHUB_STEP_SUMMARY", summary.toString());

        run(actions, InputStream.nullInputStream(), "report", saved.toString());
        assertThat(summary).hasContent("# Before\n");

        Ended ended = run(actions, InputStream.nullInputStream(), "report", saved.toString(), "-o", "github");
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).startsWith("::notice title=hbprobe doctor%3A clock::this host: fine");
        assertThat(summary)
                .hasContent("# Before\n"
                        + run("report", saved.toString(), "-o", "markdown").out());
    }

    @Test
    void aSummaryThatCantBeWrittenIsTold() {
        Map<String, String> actions = Map.of("GITHUB_STEP_SUMMARY", folder.toString());

        Ended ended = run(actions, InputStream.nullInputStream(), "report", saved.toString(), "-o", "github");

        assertThat(ended.exitCode()).as("nobody asked for that file by name").isZero();
        assertThat(ended.err()).contains("write '" + folder + "'").contains("here is what was to go there");
    }
}
