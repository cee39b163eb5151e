package hbprobe.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code http://} and {@code https://} against nginx and HAProxy as Debian ships them. */
@Execution(ExecutionMode.CONCURRENT)
@Order(3)
class HttpIT {
    private static final String LATE_PATH = "/delay/{seconds}";

    @TempDir
    private Path folder;

    private ServerLab lab(PickUp pickUp, int port, String... servers) throws Exception {
        ServerLab lab = ServerLab.start(pickUp);
        lab.serve(port, Nginx.command(folder, servers));
        return lab;
    }

    private static String server(String listen, String... more) {
        return "server { listen " + listen + "; " + String.join(" ", more) + " }";
    }

    @Test
    void underTlsAnExpiredFlowIsDeadBothWaysWithoutPickUp() throws Exception {
        Certificate certificate = Certificate.made(folder);
        try (ServerLab lab = lab(
                PickUp.OFF,
                443,
                server("443 ssl", Nginx.tls(certificate), "keepalive_timeout 75s;", Nginx.LATE, Nginx.AT_ONCE))) {
            lab.refused("https://server", "tls-untrusted");

            Program.Result plain = lab.hbprobe("measure", "http://server:443", "--json");
            assertThat(plain.exitCode()).isEqualTo(3);
            assertThat(plain.finding().error().message()).contains("400 Bad Request", "https://");

            MeasureFinding finding = lab.measure(
                    "https://server",
                    "--cacert",
                    certificate.cert().toString(),
                    "--push-path",
                    LATE_PATH,
                    "--max",
                    "11s");
            ServerLab.assertHolds(ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
        }
    }

    /** nginx ends a connection after so many requests: to busy flows that looks like an age limit of the path. */
    @Test
    void howManyRequestsAConnectionMayHaveIsNoAgeLimit() throws Exception {
        String server = server("80", "keepalive_timeout 75s; keepalive_requests 7;", Nginx.AT_ONCE);
        try (ServerLab lab = lab(PickUp.OFF, 80, server)) {
            MeasureFinding finding = lab.measure("http://server", "--max", "11s");

            ServerLab.assertHolds(ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            assertThat(finding.warnings()).noneMatch(warning -> warning.contains("never idle"));
        }
    }

    @Test
    void aLateAnswerIsTheServerSpeakingFirstIntoAnExpiredFlow() throws Exception {
        try (ServerLab lab = lab(PickUp.ON, 80, server("80", "keepalive_timeout 75s;", Nginx.LATE, Nginx.AT_ONCE))) {
            MeasureFinding finding = lab.measure("http://server", "--push-path", LATE_PATH, "--max", "11s");

            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.ONE_WAY);
            assertThat(ServerLab.of(finding, Direction.CLIENT_FIRST).outcome()).isEqualTo(Outcome.SURVIVES);
            assertThat(finding.revivedByClient()).isTrue();
            assertThat(finding.warnings()).anyMatch(warning -> warning.contains("can't say on another connection"));
        }
    }

    /** Flows with a request under way are never idle to nginx: only the others are closed. */
    @Test
    void itsOwnTimeoutIsFoundAndNamed() throws Exception {
        try (ServerLab lab = lab(PickUp.ON, 80, server("80", "keepalive_timeout 6s 6s;", Nginx.LATE, Nginx.AT_ONCE))) {
            MeasureFinding finding = lab.measure("http://server", "--push-path", LATE_PATH, "--max", "11s");

            ServerLab.assertClosedBy(ServerLab.of(finding, Direction.CLIENT_FIRST), 6);
            assertThat(finding.likely()).first().satisfies(likely -> {
                assertThat(likely.product()).contains("server's own", "http keep-alive timeout");
                assertThat(likely.idleTimeoutS()).isEqualTo(6);
                assertThat(likely.source()).isEqualTo("Keep-Alive header");
            });
            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
        }
    }

    @Test
    void aProxyInFrontClosesWhenItsKeepAliveEnds() throws Exception {
        Labs.needCommand("haproxy", "haproxy");
        try (ServerLab lab = lab(PickUp.OFF, 81, server("81", Nginx.LATE, Nginx.AT_ONCE))) {
            Path configuration = folder.resolve("haproxy.cfg");
            Files.writeString(configuration, """
                    defaults
                      mode http
                      timeout connect 5s
                      timeout client 60s
                      timeout server 60s
                      timeout http-keep-alive 6s
                    frontend in
                      bind :80
                      default_backend out
                    backend out
                      server nginx 127.0.0.1:81
                    """);
            lab.serve(80, List.of("haproxy", "-db", "-f", configuration.toString()));

            MeasureFinding finding = lab.measure("http://server", "--push-path", LATE_PATH, "--max", "11s");

            ServerLab.assertClosedBy(ServerLab.of(finding, Direction.CLIENT_FIRST), 6);
            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
        }
    }

    @Test
    void whatCannotBeMeasuredSaysWhy() throws Exception {
        Path passwords = folder.resolve("passwords");
        Files.writeString(passwords, "ann:{PLAIN}sesame-1\n");
        try (ServerLab lab = lab(
                PickUp.ON,
                80,
                server(
                        "80",
                        "auth_basic here; auth_basic_user_file " + passwords + ";",
                        "location / { try_files $uri =404; }"),
                server("81", "keepalive_timeout 0;", Nginx.AT_ONCE))) {
            lab.refused("http://server:81", "no-keep-alive");

            lab.refused("https://server:80", "not-tls");

            Program.Result notLate =
                    lab.hbprobe("measure", "http://ann:sesame-1@server/", "--push-path", "/none?s={seconds}", "--json");
            assertThat(notLate.exitCode()).isEqualTo(3);
            assertThat(notLate.finding().error().code()).isEqualTo("push-path");
            assertThat(notLate.finding().error().message()).contains("/none", "404");

            lab.refused("http://ann:sesame-2@server/", "login");

            // Nobody's login is refused where nobody logs in: 401 is an answer as good as any.
            lab.measure("http://server", "-i", "1s");

            lab.assertLetsIn("http://ann@server/a b?c", folder);
            assertThat(lab.connections(80)).as("connections left behind").isZero();
            lab.assertHinted(80, "http");
            lab.assertLeavesNothing(80, "http://server");
        }
    }
}
