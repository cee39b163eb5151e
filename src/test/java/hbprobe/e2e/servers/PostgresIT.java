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
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code postgres://} against PostgreSQL as Debian ships it. */
@Execution(ExecutionMode.CONCURRENT)
@Order(2)
class PostgresIT {
    private static final int PORT = 5432;
    private static final List<String> AS_POSTGRES =
            List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups");

    @TempDir
    private Path folder;

    /** Whose programs are in a folder of their own, most of them not on the path. */
    private static String program(String name) throws Exception {
        Path postgres = Stream.of(System.getenv("PATH").split(":"))
                .map(entry -> Path.of(entry).resolve("postgres"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
        return postgres.toRealPath().resolveSibling(name).toString();
    }

    private Path cluster() throws Exception {
        Labs.needAsRoot("postgres", "postgresql-15");
        Path data = ServerLab.folder(folder, "data", "postgres");
        List<String> initdb = new ArrayList<>(AS_POSTGRES);
        initdb.addAll(List.of(
                program("initdb"), "--no-sync", "--no-locale", "--encoding=UTF8", "-U", "postgres", "-A", "trust"));
        initdb.addAll(List.of("-D", data.toString()));
        ServerLab.ran(initdb.toArray(String[]::new));
        return data;
    }

    /** Starts it with these settings, each {@code name=value}. */
    private static void serve(ServerLab lab, Path data, String access, String... settings) throws Exception {
        Files.writeString(data.resolve("pg_hba.conf"), "host all postgres 127.0.0.1/32 trust\n" + access + "\n");
        List<String> command = new ArrayList<>(AS_POSTGRES);
        command.addAll(List.of(program("postgres"), "-D", data.toString(), "-c", "listen_addresses=*"));
        command.addAll(List.of("-c", "unix_socket_directories=", "-c", "fsync=off"));
        Stream.of(settings).forEach(setting -> command.addAll(List.of("-c", setting)));
        lab.serveAsRoot(PORT, command);
    }

    private static String sql(ServerLab lab, String... statements) {
        List<String> command = new ArrayList<>(List.of("psql", "-X", "-h", "127.0.0.1", "-U", "postgres", "-At"));
        Arrays.stream(statements).forEach(statement -> command.addAll(List.of("-c", statement)));
        return lab.run(command.toArray(String[]::new)).strip();
    }

    private static long sessions(ServerLab lab, String condition) {
        return Long.parseLong(
                sql(lab, "SELECT count(*) FROM pg_stat_activity WHERE client_addr = '198.51.100.1' AND " + condition));
    }

    /** A session that was told to end is gone when its process is, a moment later. */
    private static void assertNothingIsLeft(ServerLab lab) {
        ServerLab.eventually("no session is left", () -> sessions(lab, "true") == 0);
    }

    /** What the server has for statements, it must not have for the order to speak. */
    @Test
    void anExpiredFlowIsDeadBothWaysWithoutPickUp() throws Exception {
        Path data = cluster();
        try (ServerLab lab = ServerLab.start(PickUp.OFF)) {
            serve(lab, data, "host all all all trust", "statement_timeout=3s");

            MeasureFinding finding = lab.measure("postgres://server");

            ServerLab.assertHolds(ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            assertThat(finding.target().tls()).isFalse();
            assertNothingIsLeft(lab);
            lab.assertHinted(PORT, "postgres");

            try (Program client = lab.start(Map.of(), "measure", "postgres://server", "-i", "60s,120s,180s")) {
                ServerLab.eventually("sleeping", () -> sessions(lab, "state = 'active'") == 3);
                client.signal("INT");
                client.await();
                assertNothingIsLeft(lab);
            }
        }
    }

    @Test
    void theUnmodifiedServerSpeaksFirstIntoAnExpiredFlowUnderTls() throws Exception {
        Path data = cluster();
        Certificate made = Certificate.made(folder);
        Path key = Files.copy(made.key(), data.resolve("server.key"));
        ServerLab.ran("chmod", "600", key.toString());
        ServerLab.ran("chown", "postgres", key.toString());
        Files.copy(made.cert(), data.resolve("server.crt"));
        try (ServerLab lab = ServerLab.start(PickUp.ON)) {
            serve(lab, data, "hostssl all all all scram-sha-256", "ssl=on");
            sql(lab, "CREATE ROLE prober LOGIN PASSWORD 'sesame-1'");

            assertThat(lab.refused("postgres://prober:sesame-1@server/postgres", "login"))
                    .contains("?sslmode=require");

            String verified = "postgresql://prober:sesame-1@server/postgres?sslmode=verify-full";
            Program.Result untrusted = lab.hbprobe("measure", verified, "--json");
            assertThat(untrusted.exitCode()).isEqualTo(3);
            assertThat(untrusted.finding().error().code()).isEqualTo("tls-untrusted");

            MeasureFinding anybody =
                    lab.measure("postgres://prober:sesame-1@server/postgres?sslmode=require", "-i", "1s,2s");
            assertThat(anybody.target().tls()).isTrue();

            MeasureFinding finding =
                    lab.measure(verified, "--cacert", made.cert().toString(), "--max", "11s", "--open-rate", "25");
            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.ONE_WAY);
            assertThat(ServerLab.of(finding, Direction.CLIENT_FIRST).outcome()).isEqualTo(Outcome.SURVIVES);
            assertThat(finding.revivedByClient()).isTrue();
            assertThat(finding.target().tls()).isTrue();
            assertThat(finding.target().dialect()).isEqualTo("postgres");
            assertNothingIsLeft(lab);
        }
    }

    /** A session in pg_sleep is never idle to the server: only those that ordered nothing are closed. */
    @Test
    void itsOwnTimeoutIsFoundAndNamed() throws Exception {
        Path data = cluster();
        try (ServerLab lab = ServerLab.start(PickUp.ON)) {
            serve(lab, data, "host all all all trust", "idle_session_timeout=6s");

            MeasureFinding finding = lab.measure("postgres://server", "--max", "11s");

            DirectionFinding clientFirst = ServerLab.of(finding, Direction.CLIENT_FIRST);
            assertThat(clientFirst.ending()).isEqualTo(Ending.FIN_AT_EXPIRY);
            // Where the machine is busy this end learns late that its silence has begun.
            assertThat(clientFirst.aliveS()).isBetween(5.5, 6.1);
            assertThat(clientFirst.deadS()).isBetween(6.0, 6.5);
            assertThat(ServerLab.of(finding, Direction.SERVER_FIRST).outcome()).isEqualTo(Outcome.SURVIVES);
            assertThat(finding.likely()).first().satisfies(likely -> {
                assertThat(likely.product()).contains("idle_session_timeout");
                assertThat(likely.idleTimeoutS()).isEqualTo(6);
                assertThat(likely.source()).contains("pg_settings");
            });
            assertNothingIsLeft(lab);
        }
    }

    @Test
    void aPasswordLetsInAndIsNeverPrinted() throws Exception {
        Path data = cluster();
        try (ServerLab lab = ServerLab.start(PickUp.ON)) {
            serve(lab, data, "host all plain all password\nhost all old all md5\nhost all new all scram-sha-256");
            sql(
                    lab,
                    "CREATE ROLE plain LOGIN PASSWORD 'sesame-1'",
                    "CREATE ROLE new LOGIN PASSWORD 'sesame-1'",
                    "SET password_encryption = md5",
                    "CREATE ROLE old LOGIN PASSWORD 'sesame-1'");

            assertThat(lab.refused("postgres://new@server/postgres", "login"))
                    .contains("demands a password")
                    .contains("HBPROBE_PASSWORD");
            for (String user : List.of("plain", "old", "new")) {
                assertThat(lab.refused("postgres://" + user + ":sesame-2@server/postgres", "login"))
                        .contains("password authentication failed");
            }
            assertThat(lab.refused("postgres://new:sesame-1@server/nowhere", "refused"))
                    .contains("postgres://host/DATABASE");
            assertThat(lab.refused("postgres://new:sesame-1@server/postgres?sslmode=require", "not-tls"))
                    .contains("has no TLS");

            for (String user : List.of("plain", "old", "new")) {
                lab.assertLetsIn("postgres://" + user + "@server/postgres", folder);
            }
            assertNothingIsLeft(lab);
        }
    }

    @Test
    void anotherServerIsNamed() throws Exception {
        Labs.needCommand("redis-server", "redis-server");
        try (ServerLab lab = ServerLab.start(PickUp.ON)) {
            lab.serve(
                    PORT, List.of("redis-server", "--port", "" + PORT, "--bind", "0.0.0.0", "--protected-mode", "no"));

            for (String target : List.of("postgres://server", "postgres://server/?sslmode=require")) {
                assertThat(lab.refused(target, "not-postgres")).contains("postgres");
            }
        }
    }
}
