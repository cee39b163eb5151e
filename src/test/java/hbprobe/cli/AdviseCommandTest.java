package hbprobe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Schemas;
import hbprobe.model.AdviceFinding;
import hbprobe.model.AdviceFinding.Outcome;
import hbprobe.model.AdviceFinding.Snippet;
import hbprobe.model.Ending;
import hbprobe.model.Stacks;
import hbprobe.report.Json;
import hbprobe.runtime.Host;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdviseCommandTest {
    @TempDir
    private Path folder;

    private record Ended(int exitCode, String out, String err) {
        AdviceFinding finding() {
            assertThat(exitCode).as(err).isZero();
            Schemas.assertValid("advise-1", out);
            return Json.read(out, AdviceFinding.class);
        }
    }

    private static Ended run(InputStream in, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Host host = new Host(
                Map.of(),
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
        return run(InputStream.nullInputStream(), args);
    }

    /** A finding of {@code measure} with as little as it must have. */
    private static String measured(String outcome, String ending, int exitCode) {
        boolean expires = outcome.equals("expires");
        String dead = expires ? "61.2" : "null";
        String end = expires ? "\"" + ending + "\"" : "null";
        return """
                {"schema": "hbprobe/measure/1", "version": "0.1.0",
                 "target": {"uri": "hb://h", "host": "h", "address": "192.0.2.7", "port": 7400, "transport": "tcp",
                  "dialect": "hb", "tls": false},
                 "host": {"os": "Linux", "java": "17", "transport": "epoll", "timer_error_ms_p99": null},
                 "started_at": "2026-11-25T03:00:00Z", "elapsed_s": 72.5, "seed": 1, "outcome": "%s",
                 "settings": {"min_s": 1, "max_s": 900, "intervals_s": null, "resolution": 0.025, "direction": "both",
                  "max_flows": 512, "open_rate": 100, "confirm": 2, "repeat": 1, "refine": false,
                  "reply_timeout_s": null, "strategy": "ladder"},
                 "idle_timeout": %s,
                 "directions": [
                  {"direction": "client-first", "test": "tcp-1", "outcome": "%s", "alive_s": 119.5, "dead_s": null,
                   "estimate_s": null, "ending": null, "flows": 9, "disagreeing": 0},
                  {"direction": "server-first", "test": "tcp-1", "outcome": "%s", "alive_s": 59.8, "dead_s": %s,
                   "estimate_s": null, "ending": %s, "flows": 9, "disagreeing": 0}],
                 "revived_by_client": null, "hidden_refresh": null, "path_check": {"fresh_flow": "ok"}, "likely": [],
                 "advice": null, "flows": [], "warnings": [], "error": null, "exit_code": %d}
                """.formatted(
                        outcome,
                        expires
                                ? "{\"alive_s\": 59.8, \"dead_s\": 61.2, \"estimate_s\": 60.5, \"direction\":"
                                        + " \"server-first\", \"ending\": " + end + "}"
                                : "null",
                        outcome,
                        outcome,
                        dead,
                        end,
                        exitCode);
    }

    private Path saved(String document) throws Exception {
        return Files.writeString(folder.resolve("run.json"), document);
    }

    @Test
    void aKnownTimeoutIsAdvisedOnForEveryStack() {
        AdviceFinding finding = run("advise", "--idle-timeout", "350s", "-j").finding();

        assertThat(finding.outcome()).isEqualTo(Outcome.ADVISED);
        assertThat(finding.advice().heartbeatIntervalS()).isEqualTo(120);
        assertThat(finding.settings().stacks()).isEqualTo(Stacks.names());
        assertThat(finding.snippets().stream().map(Snippet::stack).distinct())
                .containsExactlyElementsOf(Stacks.names());
        assertThat(finding.warnings()).isEmpty();
    }

    @Test
    void everyOptionIsEchoed() {
        AdviceFinding finding = run(
                        "advise",
                        "--idle-timeout=60s",
                        "--rtt=50ms",
                        "--loss=2.5%",
                        "--detect-within=15s",
                        "--battery",
                        "--stack=nginx,java",
                        "--stack=redis",
                        "-j")
                .finding();

        assertThat(finding.settings())
                .isEqualTo(new AdviceFinding.Settings(
                        60, null, null, 0.05, 0.025, 15.0, true, List.of("java", "nginx", "redis")));
        assertThat(finding.advice().detectionS().max()).isLessThanOrEqualTo(15);
        assertThat(finding.advice().battery()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "stdin"})
    void aMeasurementIsAdvisedOnByWhatWasAlive(String where) throws Exception {
        String document = measured("expires", "one-way", 0);
        String from = where.equals("file") ? saved(document).toString() : "-";
        AdviceFinding finding = run(
                        new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)),
                        "advise",
                        "--from",
                        from,
                        "-j")
                .finding();

        assertThat(finding.settings().idleTimeoutS()).isEqualTo(59.8);
        assertThat(finding.settings().ending()).isEqualTo(Ending.ONE_WAY);
        assertThat(finding.settings().from()).isEqualTo(from);
        assertThat(finding.advice().heartbeatIntervalS()).isEqualTo(20);
        assertThat(finding.advice().keepalive()).isNotNull();
    }

    @Test
    void aFinIsNotMovedByKeepalive() throws Exception {
        AdviceFinding finding = run(
                        "advise",
                        "--from",
                        saved(measured("expires", "fin-at-expiry", 0)).toString(),
                        "-j")
                .finding();

        assertThat(finding.advice().keepalive()).isNull();
        assertThat(finding.warnings()).anyMatch(note -> note.contains("a FIN ended the flows"));
    }

    @Test
    void anAgeLimitIsMovedByNothing() throws Exception {
        AdviceFinding finding = run(
                        "advise",
                        "--from",
                        saved(measured("expires", "lifetime", 0)).toString(),
                        "-j")
                .finding();

        assertThat(finding.outcome()).isEqualTo(Outcome.NO_USE);
        assertThat(finding.advice()).isNull();
        assertThat(finding.snippets()).isEmpty();
    }

    @Test
    void whereNothingExpiredNoHeartbeatIsNeededUpToTheShorterDirection() throws Exception {
        String file = saved(measured("survives", "", 0)).toString();
        AdviceFinding finding = run("advise", "--from", file, "-j").finding();

        assertThat(finding.outcome()).isEqualTo(Outcome.NOT_NEEDED);
        assertThat(finding.settings().idleTimeoutS()).isEqualTo(59.8);
        assertThat(run("advise", "--from", file, "--stack", "java").out())
                .startsWith("No heartbeat is needed for silences up to 59.8 s, and longer ones were not");
    }

    @ParameterizedTest
    @CsvSource({"inconclusive, 4", "unreachable, 3", "interrupted, 130"})
    void aMeasurementWithoutAnAnswerIsAUsageError(String outcome, int exitCode) throws Exception {
        Ended ended =
                run("advise", "--from", saved(measured(outcome, "", exitCode)).toString(), "-j");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("run.json", "it is " + outcome, "--idle-timeout D");
    }

    @Test
    void whatIsSavedCanBeReportedAgain() {
        String file = folder.resolve("advice.json").toString();
        Ended first = run("advise", "--idle-timeout", "30s", "-o", "text", "-o", "json=" + file);
        Ended again = run("report", file);

        assertThat(first.exitCode()).isZero();
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).isEqualTo(first.out());
    }

    @Test
    void theFindingOfAnotherCommandIsRefused() {
        String file = folder.resolve("advice.json").toString();
        run("advise", "--idle-timeout", "30s", "-o", "json=" + file);
        Ended ended = run("advise", "--from", file);

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("it is a finding of advise, not of measure");
    }
}
