package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Schemas;
import hbprobe.model.CompareFinding;
import hbprobe.model.DetectFinding;
import hbprobe.model.Detection;
import hbprobe.model.DetectorKind;
import hbprobe.model.FaultOutcome;
import hbprobe.model.KeepOpen;
import hbprobe.model.Mechanism;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code detect} and {@code compare} as scripts meet them: every ending leaves one valid document. */
@Order(3)
class DetectIT {
    private static final List<String> BRISK = List.of(
            "--interval",
            "1s",
            "--echo-timeout",
            "400ms",
            "--keepalive",
            "idle=1s,interval=1s,count=2",
            "--user-timeout",
            "2s");

    @TempDir
    private Path folder;

    private static String[] words(String command, String target, String... more) {
        List<String> words = new ArrayList<>(List.of(command, target, "--json"));
        words.addAll(BRISK);
        words.addAll(List.of(more));
        return words.toArray(new String[0]);
    }

    private static Detection row(DetectFinding finding, Mechanism mechanism, String fault) {
        return finding.detection().stream()
                .filter(row -> row.mechanism() == mechanism && row.fault().equals(fault))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatThisHostCanStageHasItsFiguresAndTheRestSaysWhy() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder)) {
            DetectFinding finding = Program.run(words(
                            "detect",
                            responder.target(),
                            "--mechanism",
                            "app-echo,os-keepalive,user-timeout",
                            "--trials",
                            "4",
                            "--cap",
                            "6s",
                            "--detector",
                            "none"))
                    .finding("detect-1", DetectFinding.class);

            assertThat(finding.outcome()).isEqualTo(FaultOutcome.ANSWERED);
            assertThat(finding.detection()).hasSize(12);
            assertThat(row(finding, Mechanism.APP_ECHO, "hang").detected()).isEqualTo(4);
            assertThat(row(finding, Mechanism.OS_KEEPALIVE, "hang").detected()).isZero();
            assertThat(row(finding, Mechanism.APP_ECHO, "fin").latencyS().max()).isLessThan(0.5);
            assertThat(row(finding, Mechanism.OS_KEEPALIVE, "rst").latencyS().max())
                    .isLessThan(0.5);
            if (Program.seesSegments()) {
                assertThat(row(finding, Mechanism.APP_ECHO, "blackhole").detected())
                        .isEqualTo(4);
                assertThat(row(finding, Mechanism.USER_TIMEOUT, "blackhole").detected())
                        .isEqualTo(4);
                assertThat(finding.cost())
                        .allSatisfy(cost -> assertThat(cost.measured()).isTrue());
            } else {
                assertThat(row(finding, Mechanism.APP_ECHO, "blackhole").why())
                        .contains("socket filters")
                        .contains("hang");
                assertThat(row(finding, Mechanism.USER_TIMEOUT, "hang").why()).contains("TCP_USER_TIMEOUT");
                assertThat(finding.cost())
                        .allSatisfy(cost -> assertThat(cost.measured()).isFalse());
            }
        }
    }

    @Test
    void aRecordedRunIsJudgedAgain() throws Exception {
        Path trace = folder.resolve("run.ndjson");
        try (Program.Responder responder = Program.responder(builder -> builder)) {
            String fault = Program.seesSegments() ? "blackhole" : "hang";
            DetectFinding live = Program.run(words(
                            "detect",
                            responder.target(),
                            "--fault",
                            fault,
                            "--trials",
                            "4",
                            "--cap",
                            "3s",
                            "--detector",
                            "fixed,phi",
                            "-o",
                            "ndjson=" + trace))
                    .finding("detect-1", DetectFinding.class);
            // The heartbeats stand in front of the finding's records.
            assertThat(Files.readAllLines(trace).stream().takeWhile(line -> !line.startsWith("{\"record\":")))
                    .hasSizeGreaterThan(20)
                    .allSatisfy(line -> Schemas.assertValid("heartbeat-event-1", line));

            DetectFinding judged = Program.run(
                            "detect",
                            "--trace",
                            trace.toString(),
                            "--json",
                            "--interval",
                            "1s",
                            "--echo-timeout",
                            "400ms",
                            "--detector",
                            "fixed,phi")
                    .finding("detect-1", DetectFinding.class);

            assertThat(judged.target()).isNull();
            assertThat(judged.detectors()).hasSize(2);
            assertThat(live.detectors()).hasSize(2);
            for (int i = 0; i < 2; i++) {
                assertThat(judged.detectors().get(i).name())
                        .isEqualTo(live.detectors().get(i).name());
                assertThat(judged.detectors().get(i).detectionTimeS().mean())
                        .isBetween(
                                live.detectors().get(i).detectionTimeS().mean() - 0.001,
                                live.detectors().get(i).detectionTimeS().mean() + 0.001);
            }
            assertThat(live.detectors().get(0).name()).isEqualTo(DetectorKind.FIXED);
        }
    }

    @Test
    void ctrlCLeavesAPartialTable() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder);
                Program client = Program.start(
                        new ProcessBuilder(Program.command(words(
                                "detect",
                                responder.target(),
                                "--mechanism",
                                "app-echo,os-keepalive",
                                "--fault",
                                "fin,hang",
                                "--trials",
                                "2",
                                "--cap",
                                "100s",
                                "--detector",
                                "none",
                                "-v"))),
                        Map.of())) {
            client.awaitErr("orders MUTE");
            client.awaitErr("orders MUTE");
            client.awaitErr("orders MUTE");
            client.awaitErr("orders MUTE");
            client.signal("INT");
            Program.Result result = client.await();

            assertThat(result.exitCode()).isEqualTo(130);
            DetectFinding finding = result.finding("detect-1", DetectFinding.class);
            assertThat(finding.outcome()).isEqualTo(FaultOutcome.INTERRUPTED);
            assertThat(row(finding, Mechanism.OS_KEEPALIVE, "hang").trials()).isZero();
            assertThat(row(finding, Mechanism.OS_KEEPALIVE, "hang").why()).contains("not finished");
            assertThat(row(finding, Mechanism.OS_KEEPALIVE, "fin").detected()).isPositive();
        }
    }

    @Test
    void aDeadlineThatComesFirstIsInconclusive() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder)) {
            Program.Result result = Program.run(
                    words("detect", responder.target(), "--fault", "hang", "--deadline", "2s", "--detector", "none"));

            assertThat(result.exitCode()).isEqualTo(4);
            DetectFinding finding = result.finding("detect-1", DetectFinding.class);
            assertThat(finding.error().code()).isEqualTo("deadline");
        }
    }

    @Test
    void nobodyListensThere() throws Exception {
        Program.Result detect = Program.run(words("detect", "hb://127.0.0.1:1"));
        Program.Result compare = Program.run(words("compare", "hb://127.0.0.1:1", "--idle-timeout", "60s"));

        assertThat(detect.exitCode()).isEqualTo(3);
        assertThat(detect.finding("detect-1", DetectFinding.class).error().code())
                .isEqualTo("refused");
        assertThat(compare.exitCode()).isEqualTo(3);
        assertThat(compare.finding("compare-1", CompareFinding.class).error().code())
                .isEqualTo("refused");
    }

    @Test
    void aServerThatTakesNoOrdersIsComparedAsFarAsItGoes() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder)) {
            CompareFinding finding = Program.run(words(
                            "compare",
                            "echo://127.0.0.1:" + responder.port(),
                            "--idle-timeout",
                            "2s",
                            "--mechanism",
                            "app-echo,os-keepalive",
                            "--fault",
                            (Program.seesSegments() ? "blackhole" : "idle") + ",hang",
                            "--trials",
                            "2",
                            "--cap",
                            "5s"))
                    .finding("compare-1", CompareFinding.class);

            assertThat(finding.keepOpen()).hasSize(5).allSatisfy(row -> {
                boolean ordered = row.mechanism().word().endsWith("-server");
                assertThat(row.outcome()).isEqualTo(ordered ? KeepOpen.Outcome.NOT_TESTED : KeepOpen.Outcome.KEPT);
                assertThat(row.why() != null && row.why().contains("only hbprobe respond"))
                        .isEqualTo(ordered);
            });
            assertThat(finding.detection())
                    .filteredOn(row -> row.fault().equals("hang"))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row.why()).contains("only hbprobe respond"));
            assertThat(finding.outcome())
                    .isEqualTo(Program.seesSegments() ? FaultOutcome.ANSWERED : FaultOutcome.INCONCLUSIVE);
        }
    }

    @Test
    void aKeepOpenThatDoesNotFitTheDeadlineIsNotTested() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder)) {
            CompareFinding finding = Program.run(words(
                            "compare",
                            responder.target(),
                            "--idle-timeout",
                            "60s",
                            "--deadline",
                            "30s",
                            "--mechanism",
                            "app-echo",
                            "--fault",
                            "hang",
                            "--trials",
                            "2",
                            "--cap",
                            "3s"))
                    .finding("compare-1", CompareFinding.class);

            assertThat(finding.outcome()).isEqualTo(FaultOutcome.ANSWERED);
            assertThat(finding.keepOpen())
                    .hasSize(5)
                    .allSatisfy(row -> assertThat(row.outcome()).isEqualTo(KeepOpen.Outcome.NOT_TESTED))
                    .allSatisfy(row -> assertThat(row.why()).contains("deadline"));
        }
    }
}
