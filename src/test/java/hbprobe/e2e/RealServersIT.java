package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged program against servers and proxies as Debian ships them. */
@Execution(ExecutionMode.CONCURRENT)
class RealServersIT {
    /** Between two looks at something that becomes true soon or never. */
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path folder;

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    private static DirectionFinding closesByItself(String target, double timeoutS) throws Exception {
        Program.Result result = Program.run("measure", target, "--json", "--max", "30s");
        assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
        MeasureFinding finding = result.finding();
        assertThat(finding.outcome()).isEqualTo(Outcome.EXPIRES);
        DirectionFinding clientFirst = finding.directions().get(0);
        assertThat(clientFirst.direction()).isEqualTo(Direction.CLIENT_FIRST);
        assertThat(clientFirst.ending()).isEqualTo(Ending.FIN_AT_EXPIRY);
        assertThat(clientFirst.estimateS()).isEqualTo(clientFirst.aliveS());
        assertThat(clientFirst.estimateS()).isGreaterThan(timeoutS - 0.1);
        assertThat(finding.advice().keepalive())
                .as("keepalive, which a proxy doesn't count")
                .isNull();
        assertThat(finding.advice().heartbeatIntervalS()).isLessThan(timeoutS / 2);
        return clientFirst;
    }

    /** Waits until something listens there, which it does soon or never. */
    private static void awaitListening(Program server, int port) throws InterruptedException {
        long untilNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() - untilNs < 0 && server.process().isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(LOOPBACK, port), 500);
                return;
            } catch (IOException e) {
                LockSupport.parkNanos(POLL_NS);
            }
        }
        throw new AssertionError("nothing listens on port " + port + ": " + server.await());
    }

    @Test
    void haproxyClosesAtItsClientTimeoutExactly() throws Exception {
        Labs.needCommand("haproxy", "haproxy");
        int port = unusedPort();
        // Its backend has to close when it is told of the client's end: HAProxy waits for that.
        try (Program.Responder backend = Program.responder(builder -> builder)) {
            Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), """
                    defaults
                        mode tcp
                        timeout connect 1s
                        timeout client 5s
                        timeout server 60s
                    frontend front
                        bind 127.0.0.1:%d
                        default_backend back
                    backend back
                        server only 127.0.0.1:%d
                    """.formatted(port, backend.port()));
            try (Program haproxy =
                    Program.start(new ProcessBuilder("haproxy", "-db", "-f", configuration.toString()), Map.of())) {
                awaitListening(haproxy, port);

                assertThat(closesByItself("tcp://127.0.0.1:" + port, 5).estimateS())
                        .isBetween(4.9, 5.1);
            }
        }
    }

    @Test
    void redisSweepsAndTheSpreadIsShown() throws Exception {
        Labs.needCommand("redis-server", "redis-server");
        int port = unusedPort();
        try (Program redis = Program.start(
                new ProcessBuilder(
                        "redis-server",
                        "--port",
                        "" + port,
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--timeout",
                        "6",
                        "--hz",
                        "100"),
                Map.of())) {
            awaitListening(redis, port);

            DirectionFinding clientFirst = closesByItself("127.0.0.1:" + port, 6);

            // Redis counts from a clock that it reads hz times a second: ten by default, which makes it 0.1 s early.
            assertThat(clientFirst.estimateS()).isGreaterThanOrEqualTo(6 - 1.0 / 100);
            assertThat(clientFirst.deadS()).as("the spread").isBetween(clientFirst.aliveS() + 0.2, 9.5);
            assertThat(clientFirst.disagreeing())
                    .as("a spread is no disagreement")
                    .isZero();
        }
    }

    /** It blocks an address after some connections without a login: here after five. */
    @Test
    void aMysqlServerIsRefusedAndDoesNotBlockTheHostForIt() throws Exception {
        Labs.needCommand("mariadbd", "mariadb-server-core");
        Path data = Files.createDirectory(folder.resolve("data"));
        String[] mariadbd = {
            "mariadbd",
            "--no-defaults",
            "--user=root",
            "--skip-grant-tables", // its tables would take an installation; nobody logs in
            "--datadir=" + data,
            "--socket=" + folder.resolve("socket"),
            "--bind-address=0.0.0.0",
            "--port=3306",
            "--max-connect-errors=5"
        };
        try (Lab lab = Labs.start(LabSettings.defaults())) {
            // The server counts by the client's address once that has a name.
            lab.run(Node.SERVER, "sh", "-c", "echo 198.51.100.1 nat >>/run/hosts");
            try (Program server = Program.start(lab.on(Node.SERVER, List.of(mariadbd)), Map.of())) {
                server.awaitErr("ready for connections");

                MeasureFinding finding = measure(lab, "server:3306");

                assertThat(finding.exitCode()).isEqualTo(3);
                assertThat(finding.outcome()).isEqualTo(Outcome.UNREACHABLE);
                assertThat(finding.error().code()).isEqualTo("mysql");
                assertThat(finding.error().message()).contains("mysql://").doesNotContain("refuses");

                MeasureFinding again = measure(lab, "server:3306");
                assertThat(again.error().message()).as("not blocked").doesNotContain("blocked");

                // The same as a bare ladder would have done it, so that this test could fail.
                MeasureFinding harmed = measure(lab, "tcp://server:3306", "--max", "2s");
                assertThat(harmed.flows().size()).isGreaterThan(5);
                assertThat(measure(lab, "server:3306").error().message())
                        .contains("refuses")
                        .contains("blocked");
            }
        }
    }

    private static MeasureFinding measure(Lab lab, String target, String... more) throws Exception {
        String[] args = new String[3 + more.length];
        System.arraycopy(new String[] {"measure", target, "--json"}, 0, args, 0, 3);
        System.arraycopy(more, 0, args, 3, more.length);
        try (Program client = Program.start(lab.on(Node.CLIENT, Program.command(args)), Map.of())) {
            return client.await().finding();
        }
    }
}
