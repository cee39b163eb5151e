package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.CheckFinding;
import hbprobe.model.CheckFinding.CheckedTarget;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.CheckFinding.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged {@code check} on loopback, where nothing expires: each of its endings, as CI sees it. */
@Execution(ExecutionMode.CONCURRENT)
@Order(2)
class CheckIT {
    @TempDir
    private Path folder;

    private static CheckFinding check(int exitCode, String... args) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("check", "--json"));
        all.addAll(List.of(args));
        return checked(exitCode, Program.run(all.toArray(new String[0])));
    }

    private static CheckFinding checked(int exitCode, Program.Result result) {
        assertThat(result.exitCode()).as(result.err() + result.out()).isEqualTo(exitCode);
        return result.finding("check-1", CheckFinding.class);
    }

    private static Map<String, Held> held(CheckedTarget target) {
        return target.expectations().stream().collect(Collectors.toMap(Expectation::name, Expectation::outcome));
    }

    private static Expectation only(CheckFinding finding) {
        assertThat(finding.targets()).hasSize(1);
        assertThat(finding.targets().get(0).expectations()).hasSize(1);
        return finding.targets().get(0).expectations().get(0);
    }

    @Test
    void whatHoldsPasses() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            CheckFinding finding = check(
                    0,
                    responder.target(),
                    "--idle-at-least",
                    "2s",
                    "--rtt-p99-below",
                    "2s",
                    "--no-reset-under-load",
                    "--keepalive-holds",
                    "--keepalive",
                    "idle=1s,interval=1s");

            assertThat(finding.outcome()).isEqualTo(Outcome.PASS);
            assertThat(held(finding.targets().get(0)))
                    .containsOnlyKeys("idle-at-least", "rtt-p99-below", "keepalive-holds", "no-reset-under-load")
                    .allSatisfy((name, outcome) -> assertThat(outcome).isEqualTo(Held.PASS));
            assertThat(finding.targets().get(0).target().address()).isEqualTo("127.0.0.1");
            assertThat(finding.elapsedS()).as("side by side").isLessThan(16);
        }
    }

    @Test
    void whatDoesNotHoldFailsAndEndsTheRestIfAsked() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            CheckFinding finding =
                    check(1, responder.target(), "--idle-at-least", "30s", "--rtt-p99-below", "1us", "--fail-fast");

            assertThat(finding.outcome()).isEqualTo(Outcome.FAIL);
            assertThat(held(finding.targets().get(0)))
                    .containsEntry("rtt-p99-below", Held.FAIL)
                    .containsEntry("idle-at-least", Held.INCONCLUSIVE);
            assertThat(finding.targets().get(0).expectations().get(0).why()).contains("--fail-fast");
            assertThat(finding.elapsedS()).isLessThan(25);
        }
    }

    @Test
    void anIdleSessionThatLivesBreaksAPolicy() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            Expectation policy = only(check(1, responder.target(), "--idle-at-most", "1s", "--retries", "1"));

            assertThat(policy.observed()).isEqualTo("alive after 1s");
        }
    }

    @Test
    void theDeadlineIsNeverAPass() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            CheckFinding finding = check(4, responder.target(), "--idle-at-least", "30s", "-w", "2s");

            assertThat(finding.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
            assertThat(only(finding).why()).contains("the deadline came first");
        }
    }

    @Test
    void whoIsNotThereIsAnError() throws Exception {
        CheckFinding refused = check(3, "hb://127.0.0.1:1", "--idle-at-least", "1s", "--detect-within", "1s");
        assertThat(refused.outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(refused.targets().get(0).error().code()).isEqualTo("refused");
        assertThat(held(refused.targets().get(0)).get("idle-at-least")).isEqualTo(Held.ERROR);

        CheckFinding unresolved = check(3, "hb://nowhere.invalid", "--idle-at-least", "1s");
        assertThat(unresolved.targets().get(0).error().code()).isEqualTo("unresolved");
        assertThat(only(unresolved).outcome()).isEqualTo(Held.ERROR);
    }

    @Test
    void aSignalEndsItWithWhatIsKnown() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity());
                Program client = Program.start("check", "--json", "-v", responder.target(), "--idle-at-least", "60s")) {
            client.awaitErr("primed");
            client.signal("INT");

            CheckFinding finding = checked(130, client.await());

            assertThat(finding.outcome()).isEqualTo(Outcome.INTERRUPTED);
            assertThat(only(finding).why()).startsWith("interrupted after");
        }
    }

    /** A server that resets every connection as soon as it is asked something, or after some echoes. */
    @Test
    void busyFlowsThatAreResetFailIt() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            Thread echo = new Thread(
                    () -> {
                        try {
                            while (true) {
                                Socket socket = server.accept();
                                Thread one = new Thread(() -> echoesThenResets(socket), "one");
                                one.setDaemon(true);
                                one.start();
                            }
                        } catch (IOException e) {
                            Thread.currentThread().interrupt(); // closed: the test is over
                        }
                    },
                    "echo");
            echo.setDaemon(true);
            echo.start();

            Expectation load = only(check(1, "echo://127.0.0.1:" + server.getLocalPort(), "--no-reset-under-load"));

            assertThat(load.outcome()).isEqualTo(Held.FAIL);
            assertThat(load.observed()).startsWith("reset by RST after");
        }
    }

    private static void echoesThenResets(Socket socket) {
        byte[] buffer = new byte[4_096];
        try (socket) {
            for (int echoes = 0; echoes < 20; echoes++) {
                int read = socket.getInputStream().read(buffer);
                if (read < 0) {
                    return;
                }
                socket.getOutputStream().write(buffer, 0, read);
            }
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            Thread.currentThread().interrupt(); // the client has gone
        }
    }

    @Test
    void tenTargetsTakeNoLongerThanOne() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            String targets = ("  - " + responder.target() + "\n").repeat(10);
            Path ten = Files.writeString(
                    folder.resolve("ten.yaml"), "defaults:\n  idle-at-least: 3s\ntargets:\n" + targets);

            CheckFinding one = check(0, responder.target(), "--idle-at-least", "3s");
            CheckFinding all = check(0, "--file", ten.toString());

            assertThat(all.targets()).hasSize(10);
            assertThat(all.elapsedS()).isLessThan(one.elapsedS() + 2);
        }
    }

    @Test
    void theWorstTargetDecides() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            Path file = Files.writeString(
                    folder.resolve("hbprobe.yaml"),
                    "targets:\n"
                            + "  - {target: '" + responder.target() + "', idle-at-least: 1s}\n"
                            + "  - {target: '" + responder.target() + "', idle-at-most: 1s}\n"
                            + "  - {target: 'hb://127.0.0.1:1', idle-at-least: 1s}\n");

            CheckFinding finding = check(1, "--file", file.toString());

            assertThat(finding.targets())
                    .extracting(CheckedTarget::outcome)
                    .containsExactly(Outcome.PASS, Outcome.FAIL, Outcome.UNREACHABLE);
        }
    }

    private Path twoTargets(Program.Responder responder, String first, String second) throws IOException {
        return Files.writeString(
                folder.resolve("two.yaml"),
                "targets:\n  - {target: '" + responder.target() + "', " + first + "}\n  - {target: '"
                        + responder.target() + "', " + second + "}\n");
    }

    /** A target that is done no longer listens, and must not keep the others from hearing. */
    @Test
    void aSignalReachesTheTargetsBehindOneThatIsDone() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            Path file = twoTargets(responder, "rtt-p99-below: 2s", "idle-at-least: 60s");
            try (Program client = Program.start("check", "--json", "-v", "--file", file.toString())) {
                client.awaitErr("is done: pass");
                client.signal("TERM");

                CheckFinding finding = checked(143, client.await());

                assertThat(finding.outcome()).isEqualTo(Outcome.INTERRUPTED);
                assertThat(finding.elapsedS()).isLessThan(30);
            }
        }
    }

    @Test
    void soDoesAFailure() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            Path file = Files.writeString(
                    folder.resolve("three.yaml"),
                    "defaults: {target: '" + responder.target() + "'}\ntargets:\n"
                            + "  - {idle-at-least: 300ms}\n  - {idle-at-most: 4s}\n  - {idle-at-least: 60s}\n");

            CheckFinding finding = check(1, "--file", file.toString(), "--fail-fast");

            assertThat(finding.targets())
                    .extracting(CheckedTarget::outcome)
                    .containsExactly(Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE);
            assertThat(finding.elapsedS()).isLessThan(30);
        }
    }

    @Test
    void whatIsTriedAgainSaysSo() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            Expectation again = only(check(1, responder.target(), "--idle-at-most", "500ms", "--retries", "2"));

            assertThat(again.why()).matches("try 1: fail, .*; try 2: fail, .*; try 3: fail, .*");
        }
    }

    @Test
    void aDeadlineThatKeepaliveDoesNotFitIntoIsADeadline() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            Expectation keepalive = only(check(4, responder.target(), "--keepalive-holds", "-w", "2s"));

            assertThat(keepalive.why()).contains("the deadline came first");
        }
    }

    @Test
    void aReportThatGoesNowhereIsNoSuccess() throws Exception {
        try (Program.Responder responder = Program.responder(UnaryOperator.identity())) {
            List<String> command = new ArrayList<>(List.of("sh", "-c", "\"$@\" >/dev/full", "sh"));
            command.addAll(Program.command("check", responder.target(), "--idle-at-least", "300ms"));
            try (Program client = Program.start(new ProcessBuilder(command), Map.of())) {
                Program.Result result = client.await();

                assertThat(result.exitCode()).as(result.err()).isEqualTo(3);
                assertThat(result.err()).contains("write to stdout");
            }
        }
    }
}
