package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import hbprobe.ForeignTool;
import hbprobe.Schemas;
import hbprobe.report.Format;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every format on every ending of the packaged program: valid output, and the exit code. */
@Order(4)
class FormatsIT {
    private static final Path JUNIT_GRAMMAR = Path.of("src/test/resources/junit/surefire-grammar.xsd");

    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    private Path folder;

    /** How a run ends, and what each format has to say of it. {@code check} alone can fail. */
    private enum Ending {
        ANSWERED("measure", 0, 0, "survives", "ok 1 - .*", "::notice .*", "OK"),
        UNREACHABLE("measure", 3, 3, "unreachable", "not ok 1 - .*", "::error .*", "UNKNOWN"),
        INCONCLUSIVE("measure", 4, 1, "inconclusive", "ok 1 - .* # SKIP .*", "::warning .*", "WARNING"),
        INTERRUPTED("measure", 130, 3, "interrupted", "ok 1 - .* # SKIP .*", "::warning .*", "UNKNOWN"),
        PASSED("check", 0, 0, "pass", "ok 1 - .*", "::notice .*", "OK"),
        FAILED("check", 1, 2, "fail", "not ok 1 - .*", "::error .*", "CRITICAL"),
        NOT_CHECKED("check", 3, 3, "unreachable", "not ok 1 - .*", "::error .*", "UNKNOWN"),
        NOT_DECIDED("check", 4, 1, "inconclusive", "ok 1 - .* # SKIP .*", "::warning .*", "WARNING"),
        CUT_SHORT("check", 130, 3, "interrupted", "ok 1 - .* # SKIP .*", "::warning .*", "UNKNOWN");

        final String command;
        final int exitCode;
        final int nagiosExitCode;
        final String outcome;
        final String tap;
        final String github;
        final String nagios;

        Ending(
                String command,
                int exitCode,
                int nagiosExitCode,
                String outcome,
                String tap,
                String github,
                String nagios) {
            this.command = command;
            this.exitCode = exitCode;
            this.nagiosExitCode = nagiosExitCode;
            this.outcome = outcome;
            this.tap = tap;
            this.github = github;
            this.nagios = nagios;
        }
    }

    private Path file(Format format) {
        return folder.resolve("report." + format.word());
    }

    private List<String> toFiles() {
        List<String> words = new ArrayList<>();
        for (Format format : Format.values()) {
            words.addAll(List.of("-o", format.word() + "=" + file(format)));
        }
        return words;
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Program.Result end(Ending ending, List<String> outputs) throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder)) {
            String there = responder.target();
            String nowhere = "hb://127.0.0.1:" + unusedPort();
            return switch (ending) {
                case ANSWERED -> run(outputs, "measure", there, "-i", "300ms");
                case UNREACHABLE -> run(outputs, "measure", nowhere);
                case INCONCLUSIVE -> run(outputs, "measure", there, "--max", "60s", "--deadline", "1500ms");
                case INTERRUPTED -> interrupted(outputs, "answered", "measure", there, "--max", "60s", "-v");
                case PASSED -> run(outputs, "check", there, "--idle-at-least", "300ms");
                case FAILED -> run(outputs, "check", there, "--idle-at-most", "300ms");
                case NOT_CHECKED -> run(outputs, "check", nowhere, "--idle-at-least", "300ms");
                case NOT_DECIDED -> run(outputs, "check", there, "--idle-at-least", "60s", "--deadline", "1500ms");
                case CUT_SHORT -> interrupted(outputs, "primed", "check", there, "--idle-at-least", "60s", "-v");
            };
        }
    }

    private static Program start(List<String> outputs, String... words) throws IOException {
        return Program.start(Stream.concat(Stream.of(words), outputs.stream()).toArray(String[]::new));
    }

    private static Program.Result run(List<String> outputs, String... words) throws Exception {
        try (Program client = start(outputs, words)) {
            return client.await();
        }
    }

    /** By a signal, once an event is told. */
    private static Program.Result interrupted(List<String> outputs, String event, String... words) throws Exception {
        try (Program client = start(outputs, words)) {
            client.awaitErr(event);
            client.signal("INT");
            return client.await();
        }
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void allFormatsAtOnceOnEveryEndingAndAgainFromTheSavedFinding(Ending ending) throws Exception {
        Program.Result result = end(ending, toFiles());

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ending.exitCode);
        assertThat(result.out()).isEmpty();
        Map<Format, String> written = new EnumMap<>(Format.class);
        for (Format format : Format.values()) {
            written.put(format, Files.readString(file(format)));
            valid(ending, format, written.get(format));
        }

        Path saved = Files.move(file(Format.JSON), folder.resolve("saved.json"));
        List<String> report = new ArrayList<>(List.of("report", saved.toString()));
        report.addAll(toFiles());
        Program.Result again = Program.run(report.toArray(String[]::new));
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(again.err()).isEmpty();
        for (Format format : Format.values()) {
            assertThat(Files.readString(file(format))).as(format.word()).isEqualTo(written.get(format));
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void eachFormatOnStdout(Format format) throws Exception {
        Ending ending = Ending.FAILED;
        Program.Result result = end(ending, List.of("-o", format.word()));

        assertThat(result.exitCode())
                .as(result.err())
                .isEqualTo(format == Format.NAGIOS ? ending.nagiosExitCode : ending.exitCode);
        valid(ending, format, result.out());
    }

    @ParameterizedTest
    @EnumSource(value = Ending.class, mode = EnumSource.Mode.EXCLUDE, names = "FAILED")
    void nagiosGetsItsOwnExitCodeOnTheOtherEndingsToo(Ending ending) throws Exception {
        Program.Result result = end(ending, List.of("-o", "nagios"));

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ending.nagiosExitCode);
        valid(ending, Format.NAGIOS, result.out());
    }

    @Test
    void doctorHasEveryFormatToo() throws Exception {
        List<String> words = new ArrayList<>(List.of("doctor"));
        words.addAll(toFiles());
        Program.Result result = Program.run(words.toArray(String[]::new));

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(Files.readString(file(Format.TAP))).contains("this host: clock");
        validXml(Files.readString(file(Format.JUNIT)));
    }

    private static void valid(Ending ending, Format format, String text) throws Exception {
        assertThat(text).as(format.word()).isNotEmpty().endsWith("\n");
        switch (format) {
            case TEXT -> assertThat(text.lines().toList().get(1)).isEmpty();
            case JSON -> {
                Schemas.assertValid(ending.command + "-1", text);
                JsonNode document = MAPPER.readTree(text);
                assertThat(document.get("outcome").asText()).isEqualTo(ending.outcome);
                assertThat(document.get("exit_code").asInt()).isEqualTo(ending.exitCode);
            }
            case NDJSON -> {
                for (String line : text.lines().toList()) {
                    assertThat(line).startsWith("{\"record\":");
                    assertThat(MAPPER.readTree(line).isObject()).isTrue();
                }
                assertThat(text).startsWith("{\"record\":\"finding\"").contains("\"outcome\":\"" + ending.outcome);
            }
            case CSV -> {
                try (CsvReader<CsvRecord> csv = CsvReader.builder()
                        .allowExtraFields(false)
                        .allowMissingFields(false)
                        .ofCsvRecord(text)) {
                    assertThat(csv.stream().map(line -> line.getField(0))).startsWith("record", "finding");
                }
            }
            case MARKDOWN ->
                assertThat(text).startsWith("**").contains("| case | verdict |").contains(", " + ending.outcome + ",");
            case JUNIT -> validXml(text);
            case TAP -> {
                List<String> lines = text.lines().toList();
                long cases = lines.stream()
                        .filter(line -> line.matches("(not )?ok .*"))
                        .count();
                assertThat(lines).startsWith("TAP version 14", "1.." + cases);
                assertThat(lines).anyMatch(line -> line.matches(ending.tap));
                assertThat(lines.stream().filter(line -> line.startsWith("Bail out!")))
                        .hasSize(ending.outcome.equals("interrupted") ? 1 : 0);
            }
            case GITHUB ->
                assertThat(text.lines())
                        .allMatch(line -> line.matches("::(error|warning|notice) title=[^:,]+::.+"))
                        .anyMatch(line -> line.matches(ending.github));
            case NAGIOS ->
                assertThat(text.lines().findFirst().orElseThrow())
                        .matches("HBPROBE " + ending.nagios + " - [^|]+ \\| ('[^'=]+'=[0-9.]+s?(;;;0)? ?)+");
            case PROMETHEUS -> {
                assertThat(ForeignTool.says(text, "promtool", "check", "metrics"))
                        .isEmpty();
                assertThat(text).contains("hbprobe_exit_code{command=\"" + ending.command + "\"");
            }
        }
    }

    private static void validXml(String xml) throws Exception {
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(JUNIT_GRAMMAR.toFile())
                .newValidator()
                .validate(new StreamSource(new StringReader(xml)));
    }
}
