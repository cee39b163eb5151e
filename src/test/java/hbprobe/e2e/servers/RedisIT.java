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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code redis://} against Redis as Debian ships it. */
@Execution(ExecutionMode.CONCURRENT)
@Order(3)
class RedisIT {
    private static final int PORT = 6379;

    @TempDir
    private Path folder;

    private static ServerLab lab(PickUp pickUp, String... more) throws Exception {
        return with(ServerLab.start(pickUp), more);
    }

    private static ServerLab with(ServerLab lab, String... more) throws Exception {
        Labs.needCommand("redis-server", "redis-server");
        List<String> command = new ArrayList<>(List.of(
                "redis-server", "--port", "" + PORT, "--bind", "0.0.0.0", "--save", "", "--protected-mode", "no"));
        command.addAll(Arrays.asList(more));
        lab.serve(PORT, command);
        return lab;
    }

    private static long clients(ServerLab lab) {
        return lab.run("redis-cli", "client", "list", "type", "normal")
                .lines()
                .filter(line -> line.contains("addr=198.51.100.1"))
                .count();
    }

    @Test
    void anExpiredFlowIsDeadBothWaysWithoutPickUp() throws Exception {
        Certificate certificate = Certificate.made(folder);
        try (ServerLab lab = lab(
                        PickUp.OFF,
                        "--tls-port",
                        "6380",
                        "--tls-auth-clients",
                        "no",
                        "--tls-cert-file",
                        certificate.cert().toString(),
                        "--tls-key-file",
                        certificate.key().toString());
                Program underTls = lab.measuring(
                        "rediss://server:6380",
                        "--max",
                        "11s",
                        "--cacert",
                        certificate.cert().toString())) {
            for (MeasureFinding finding : List.of(lab.measure("redis://server"), ServerLab.answer(underTls))) {
                ServerLab.assertHolds(
                        ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
                ServerLab.assertHolds(
                        ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            }
            lab.refused("rediss://server:6380", "tls-untrusted");
            lab.refused("rediss://server", "not-tls");
            assertThat(clients(lab)).as("connections left behind").isZero();
            lab.assertHinted(PORT, "redis");
            lab.assertLeavesNothing(PORT, "redis://server");
        }
    }

    @Test
    void theUnmodifiedServerSpeaksFirstIntoAnExpiredFlow() throws Exception {
        try (ServerLab lab = lab(PickUp.ON)) {
            MeasureFinding finding = lab.measure("redis://server");

            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.ONE_WAY);
            assertThat(ServerLab.of(finding, Direction.CLIENT_FIRST).outcome()).isEqualTo(Outcome.SURVIVES);
            assertThat(finding.revivedByClient()).isTrue();
            assertThat(clients(lab)).as("connections left behind").isZero();
        }
    }

    /** Clients that wait in BLPOP are never idle to Redis: only those that ordered nothing are closed. */
    @Test
    void itsOwnTimeoutIsFoundAndNamed() throws Exception {
        try (ServerLab lab = with(ServerLab.start(PickUp.ON, Duration.ofMinutes(1)), "--timeout", "6", "--hz", "100")) {
            MeasureFinding finding = lab.measure("redis://server", "--max", "11s");

            DirectionFinding clientFirst = ServerLab.of(finding, Direction.CLIENT_FIRST);
            assertThat(clientFirst.ending()).isEqualTo(Ending.FIN_AT_EXPIRY);
            // Redis counts in whole seconds of its own clock: flows opened in one second live between 6 and 7 s.
            assertThat(clientFirst.estimateS()).isBetween(5.99, 7.2);
            assertThat(finding.likely()).first().satisfies(likely -> {
                assertThat(likely.product()).contains("redis timeout");
                assertThat(likely.idleTimeoutS()).isEqualTo(6);
                assertThat(likely.source()).contains("CONFIG GET timeout");
            });
        }
    }

    @Test
    void aPasswordLetsInAndIsNeverPrinted() throws Exception {
        try (ServerLab lab = lab(PickUp.ON, "--requirepass", "sesame-1")) {
            Program.Result without = lab.hbprobe("measure", "redis://server", "--json");
            assertThat(without.exitCode()).isEqualTo(3);
            assertThat(without.finding().error().message())
                    .contains("demands a password")
                    .contains("HBPROBE_PASSWORD");

            lab.refused("redis://:sesame-2@server", "login");

            lab.assertLetsIn("redis://server", folder);
        }
    }
}
