package hbprobe.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code mysql://} against MariaDB as Debian ships it. */
@Execution(ExecutionMode.CONCURRENT)
@Order(4)
class MysqlIT {
    private static final int PORT = 3306;
    private static final String USERS = """
            CREATE USER anybody@'%';
            CREATE USER prober@'%' IDENTIFIED BY 'sesame-1';
            GRANT ALL ON *.* TO prober@'%';
            CREATE USER sealed@'%' IDENTIFIED BY 'sesame-1' REQUIRE SSL;
            """;

    @TempDir
    private Path folder;

    /** It counts connections without a login once the client's address has a name, and blocks it after five. */
    private ServerLab lab(PickUp pickUp, String... more) throws Exception {
        Labs.needCommand("mariadbd", "mariadb-server-core");
        Labs.needCommand("mariadb", "mariadb-client-core");
        Path data = folder.resolve("data");
        // One that starts removes what others have in a folder for temporary tables that they share.
        String temporary = "--tmpdir=" + Files.createDirectory(folder.resolve("temporary"));
        ServerLab.ran(
                "mariadb-install-db",
                "--no-defaults",
                "--skip-innodb", // whose files are large
                "--default-storage-engine=Aria",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--user=root",
                temporary,
                "--datadir=" + data);
        List<String> command = new ArrayList<>(List.of(
                "mariadbd",
                "--no-defaults",
                "--skip-innodb",
                "--default-storage-engine=Aria",
                "--user=root",
                temporary,
                "--datadir=" + data,
                "--socket=" + folder.resolve("socket"),
                "--bind-address=0.0.0.0",
                "--port=" + PORT,
                "--init-file=" + Files.writeString(folder.resolve("users.sql"), USERS),
                "--max-connect-errors=5"));
        command.addAll(Arrays.asList(more));
        ServerLab lab = ServerLab.start(pickUp);
        lab.run("sh", "-c", "echo 198.51.100.1 nat >>/run/hosts");
        lab.serve(PORT, command);
        return lab;
    }

    private long count(ServerLab lab, String sql) {
        String socket = "--socket=" + folder.resolve("socket");
        return Long.parseLong(lab.run("mariadb", "--no-defaults", "--user=root", socket, "-Nse", sql)
                .strip());
    }

    private long connections(ServerLab lab, String condition) {
        return count(
                lab, "SELECT COUNT(*) FROM information_schema.processlist WHERE HOST LIKE 'nat:%' AND " + condition);
    }

    /** A connection that was told to end is gone when its thread is, a moment later. */
    private void assertNothingIsLeft(ServerLab lab) {
        ServerLab.eventually("no connection is left", () -> connections(lab, "TRUE") == 0);
    }

    private long withoutLogin(ServerLab lab) {
        return count(
                lab,
                "SELECT VARIABLE_VALUE FROM information_schema.global_status"
                        + " WHERE VARIABLE_NAME = 'ABORTED_CONNECTS'");
    }

    /** What the server has for statements, it must not have for the order to speak. */
    @Test
    void anExpiredFlowIsDeadBothWaysWithoutPickUpAndNobodyIsBlockedForIt() throws Exception {
        try (ServerLab lab = lab(PickUp.OFF, "--max-statement-time=3")) {
            MeasureFinding finding = lab.measure("mysql://anybody@server");

            ServerLab.assertHolds(ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            assertThat(finding.target().tls()).isFalse();
            assertNothingIsLeft(lab);

            try (Program client = lab.start(Map.of(), "measure", "mysql://anybody@server", "-i", "60s,120s,180s")) {
                ServerLab.eventually("sleeping", () -> connections(lab, "INFO LIKE '%SLEEP(%'") == 3);
                client.signal("INT");
                client.await();
                assertNothingIsLeft(lab);
            }
            assertThat(withoutLogin(lab)).as("connections without a login").isZero();
        }
    }

    @Test
    void theUnmodifiedServerSpeaksFirstIntoAnExpiredFlowUnderTls() throws Exception {
        Certificate certificate = Certificate.made(folder);
        try (ServerLab lab = lab(PickUp.ON, "--ssl-cert=" + certificate.cert(), "--ssl-key=" + certificate.key())) {
            assertThat(lab.refused("mysql://sealed:sesame-1@server", "login")).contains("?ssl-mode=required");
            String verified = "mariadb://sealed:sesame-1@server?ssl-mode=verify-identity";
            assertThat(lab.refused(verified, "tls-untrusted")).contains("--cacert");
            MeasureFinding anybody = lab.measure("mysql://sealed:sesame-1@server?ssl-mode=REQUIRED", "-i", "1s,2s");
            assertThat(anybody.target().tls()).isTrue();

            MeasureFinding finding =
                    lab.measure(verified, "--cacert", certificate.cert().toString(), "--max", "11s");
            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.ONE_WAY);
            assertThat(ServerLab.of(finding, Direction.CLIENT_FIRST).outcome()).isEqualTo(Outcome.SURVIVES);
            assertThat(finding.revivedByClient()).isTrue();
            assertThat(finding.target().tls()).isTrue();
            assertThat(finding.target().dialect()).isEqualTo("mysql");
            assertNothingIsLeft(lab);
        }
    }

    /** A connection in SLEEP is never idle to the server: only those that ordered nothing are closed. */
    @Test
    void itsOwnTimeoutIsFoundAndNamed() throws Exception {
        try (ServerLab lab = lab(PickUp.ON, "--wait-timeout=6")) {
            MeasureFinding finding = lab.measure("mysql://anybody@server", "--max", "11s");

            DirectionFinding clientFirst = ServerLab.of(finding, Direction.CLIENT_FIRST);
            // MariaDB resets; MySQL closes, with some words before.
            assertThat(clientFirst.ending()).isEqualTo(Ending.RESET_AT_EXPIRY);
            // Where the machine is busy this end learns late that its silence has begun.
            assertThat(clientFirst.aliveS()).isBetween(5.5, 6.1);
            assertThat(clientFirst.deadS()).isBetween(6.0, 6.5);
            assertThat(ServerLab.of(finding, Direction.SERVER_FIRST).outcome()).isEqualTo(Outcome.SURVIVES);
            assertThat(finding.likely()).first().satisfies(likely -> {
                assertThat(likely.product()).contains("wait_timeout");
                assertThat(likely.idleTimeoutS()).isEqualTo(6);
                assertThat(likely.source()).contains("@@wait_timeout");
            });
            assertNothingIsLeft(lab);
        }
    }

    @Test
    void aPasswordLetsInAndIsNeverPrinted() throws Exception {
        Labs.needCommand("redis-server", "redis-server");
        try (ServerLab lab = lab(PickUp.ON)) {
            lab.serve(6379, List.of("redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"));

            assertThat(lab.refused("mysql://prober@server", "login"))
                    .contains("Access denied")
                    .contains("HBPROBE_PASSWORD");
            assertThat(lab.refused("mysql://prober:sesame-2@server", "login"))
                    .contains("Access denied")
                    .doesNotContain("HBPROBE_PASSWORD");
            assertThat(lab.refused("mysql://prober:sesame-1@server/nowhere", "refused"))
                    .contains("mysql://host/DATABASE");
            assertThat(lab.refused("mysql://prober:sesame-1@server?ssl-mode=required", "not-tls"))
                    .contains("has no TLS");
            assertThat(lab.refused("mysql://prober:sesame-1@server:6379", "not-mysql"))
                    .contains("mysql");

            lab.assertLetsIn("mysql://prober@server/mysql", folder);
            assertNothingIsLeft(lab);

            // A bare ladder has the address blocked.
            lab.hbprobe("measure", "tcp://server:" + PORT, "--max", "2s");
            assertThat(lab.refused("mysql://prober:sesame-1@server", "blocked")).contains("FLUSH HOSTS");
        }
    }
}
