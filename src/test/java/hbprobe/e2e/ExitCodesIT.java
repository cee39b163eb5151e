package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every exit code that {@code measure} can have, each with one valid JSON document. */
@Order(2)
class ExitCodesIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path folder;

    private static MeasureFinding unreachable(Program.Result result, String code) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(3);
        MeasureFinding finding = result.finding();
        assertThat(finding.outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(finding.error().code()).isEqualTo(code);
        assertThat(result.err()).contains(finding.error().message());
        return finding;
    }

    private static Program.Result measure(int port, String... more) throws IOException, InterruptedException {
        String[] args = new String[3 + more.length];
        System.arraycopy(new String[] {"measure", "hb://127.0.0.1:" + port, "--json"}, 0, args, 0, 3);
        System.arraycopy(more, 0, args, 3, more.length);
        return Program.run(args);
    }

    @Test
    void zeroWhenEverythingAskedForWasLivedThrough() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder)) {
            Program.Result result = measure(responder.port(), "--intervals", "300ms,500ms");

            assertThat(result.exitCode()).as(result.err()).isZero();
            assertThat(result.finding().outcome()).isEqualTo(Outcome.SURVIVES);
        }
    }

    @Test
    void zeroOverIpv6AndWithoutEpollWhichIsSaid() throws Exception {
        try (Program responder = Program.start("respond", "--listen", "::1", "--port", "0")) {
            String line = responder.awaitErr("listening on [::1]:");
            String port = line.substring(line.lastIndexOf(':') + 1);
            List<String> command = Program.command("measure", "hb://[::1]:" + port, "-j", "-i", "300ms,500ms");
            try (Program client = Program.start(new ProcessBuilder(command), Map.of("HBPROBE_TEST_TRANSPORT", "nio"))) {
                Program.Result result = client.await();

                assertThat(result.exitCode()).as(result.err()).isZero();
                MeasureFinding finding = result.finding();
                assertThat(finding.host().transport()).isEqualTo("nio");
                assertThat(finding.target().address()).isEqualTo("::1");
                assertThat(finding.warnings())
                        .anySatisfy(warning -> assertThat(warning).contains("without epoll"));
            }
        }
    }

    @Test
    void threeWhenRefused() throws Exception {
        unreachable(measure(unusedPort()), "refused");
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void threeWithoutARoute() throws Exception {
        try (Lab lab = Labs.start(LabSettings.defaults())) {
            lab.run(Node.CLIENT, "ip", "route", "add", "unreachable", "203.0.113.0/24");
            try (Program client = Program.start(
                    lab.on(Node.CLIENT, Program.command("measure", "hb://203.0.113.7", "-j")), Map.of())) {
                unreachable(client.await(), "no-route");
            }
        }
    }

    @Test
    void threeWhenTheNameIsUnknown() throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n");
        List<String> command =
                Program.command(List.of("-Djdk.net.hosts.file=" + hosts), "measure", "hb://nowhere.example", "-j");
        try (Program client = Program.start(new ProcessBuilder(command), Map.of())) {
            unreachable(client.await(), "unresolved");
        }
    }

    @Test
    void threeWhenATokenIsDemanded() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "open sesame\n");
        try (Program.Responder responder = Program.responder(builder -> builder, "--token-file", token.toString())) {
            unreachable(measure(responder.port()), "token");

            Path wrong = Files.writeString(folder.resolve("wrong"), "open barley\n");
            unreachable(measure(responder.port(), "--token-file", wrong.toString()), "token");

            Program.Result right = measure(responder.port(), "--token-file", token.toString(), "-i", "300ms");
            assertThat(right.exitCode()).as(right.err()).isZero();
            assertThat(right.out() + right.err()).doesNotContain("sesame");
        }
    }

    @Test
    void threeWhenAWebServerIsThere() throws Exception {
        HttpServer web = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        web.start();
        try {
            Program.Result result = measure(web.getAddress().getPort());
            assertThat(result.exitCode()).as(result.err()).isEqualTo(3);
            assertThat(result.finding().error().code()).isIn("not-a-responder", "closed", "no-answer");
        } finally {
            web.stop(0);
        }
    }

    @Test
    void threeWhenSomethingElseGreets() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, LOOPBACK)) {
            CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write("220 mail.example ESMTP\r\n".getBytes("US-ASCII"));
                    socket.getOutputStream().flush();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            MeasureFinding finding = unreachable(measure(server.getLocalPort()), "not-a-responder");
            assertThat(finding.error().message()).contains("220 mail.example");
        }
    }

    @Test
    void threeWhenItAcceptsAndNeverAnswers() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, LOOPBACK)) {
            unreachable(measure(server.getLocalPort()), "no-answer");
        }
    }

    @Test
    void threeWhenItClosesAtOnce() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, LOOPBACK)) {
            CompletableFuture.runAsync(() -> {
                try {
                    server.accept().close();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            unreachable(measure(server.getLocalPort()), "closed");
        }
    }

    @Test
    void fourWhenThePathIsCutHalfWay() throws Exception {
        LabSettings settings =
                LabSettings.defaults().withIdleTimeout(Duration.ofSeconds(600)).withPickUp(PickUp.OFF);
        try (Lab lab = Labs.start(settings);
                Program responder = Program.start(lab.on(Node.SERVER, Program.command("respond")), Map.of())) {
            responder.awaitErr("listening on ");
            List<String> command = Program.command("measure", "hb://server", "-j", "--max", "60s", "-v");
            try (Program client = Program.start(lab.on(Node.CLIENT, command), Map.of())) {
                client.awaitErr("speaks after 2.");
                lab.cutLink();
                Program.Result result = client.await();

                assertThat(result.exitCode()).as(result.err()).isEqualTo(4);
                MeasureFinding finding = result.finding();
                assertThat(finding.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
                assertThat(finding.idleTimeout()).isNull();
                assertThat(finding.error().code()).isEqualTo("path-down");
                assertThat(finding.pathCheck().freshFlow()).isEqualTo("failed");
                assertThat(finding.directions())
                        .allSatisfy(direction -> assertThat(direction.outcome()).isNotEqualTo(Outcome.EXPIRES));
            }
        }
    }

    @Test
    void fourWhenTheResponderIsKilledHalfWay() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder);
                Program client = Program.start("measure", responder.target(), "-j", "--max", "60s", "-v")) {
            client.awaitErr("speaks after 1.");
            responder.program().signal("KILL");
            Program.Result result = client.await();

            assertThat(result.exitCode()).as(result.err()).isEqualTo(4);
            MeasureFinding finding = result.finding();
            assertThat(finding.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
            assertThat(finding.idleTimeout()).isNull();
            assertThat(finding.pathCheck().freshFlow()).isEqualTo("failed");
        }
    }

    @Test
    void fourWhenTheDeadlineComesFirst() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder)) {
            Program.Result result = measure(responder.port(), "--max", "60s", "--deadline", "4s");

            assertThat(result.exitCode()).as(result.err()).isEqualTo(4);
            MeasureFinding finding = result.finding();
            assertThat(finding.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
            assertThat(finding.elapsedS()).isBetween(3.9, 20.0);
            assertThat(finding.directions())
                    .allSatisfy(direction -> assertThat(direction.aliveS()).isGreaterThanOrEqualTo(0.9));
        }
    }

    @ParameterizedTest
    @CsvSource({"INT,130", "TERM,143"})
    void aSignalLeavesAPartialFinding(String signal, int exitCode) throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder);
                Program client = Program.start("measure", responder.target(), "-j", "--max", "60s", "-v")) {
            client.awaitErr("answered");
            client.signal(signal);
            Program.Result result = client.await();

            assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
            assertThat(result.finding().outcome()).isEqualTo(Outcome.INTERRUPTED);
        }
    }

    @Test
    void seventyForADefect() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder);
                Program client = Program.start(
                        new ProcessBuilder(Program.command("measure", responder.target(), "-j")),
                        Map.of("HBPROBE_TEST_DEFECT", "1"))) {
            Program.Result result = client.await();

            assertThat(result.exitCode()).isEqualTo(70);
            assertThat(result.finding().error().code()).isEqualTo("defect");
            assertThat(result.err())
                    .contains("a defect in hbprobe")
                    .doesNotContain("\tat ")
                    .doesNotContain("    at ");
        }
    }

    @Test
    void twoForAUsageErrorWhichLeavesNoDocument() throws Exception {
        Program.Result result = Program.run("measure", "hb://127.0.0.1", "-j", "--max", "5x");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("--max").contains("5x").contains("Try 'hbprobe measure --help'");
    }

    @Test
    void aFullDiskLosesNothing() throws Exception {
        Program.Result result =
                Program.run("measure", "hb://127.0.0.1:" + unusedPort(), "-o", "text", "-o", "json=/dev/full");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("write '/dev/full'").contains("\"schema\": \"hbprobe/measure/1\"");
    }

    @Test
    void aReaderThatLeavesEarlyMakesNoNoise() throws Exception {
        List<String> shell = List.of("sh", "-c", "\"$@\" | head -1", "sh");
        List<String> command = new java.util.ArrayList<>(shell);
        command.addAll(Program.command("--help"));
        try (Program program = Program.start(new ProcessBuilder(command), Map.of())) {
            Program.Result result = program.await();

            assertThat(result.out().lines()).hasSize(1);
            assertThat(result.err()).isEmpty();
        }
    }
}
