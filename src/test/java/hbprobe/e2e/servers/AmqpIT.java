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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code amqp://} against RabbitMQ as Debian ships it: few servers, since each takes ten seconds to start. */
@Execution(ExecutionMode.CONCURRENT)
@Order(4)
class AmqpIT {
    private static final int PORT = 5672;
    private static final int TLS_PORT = 5671;
    private static final int NAMES_PORT = 4369;

    /** Behind the wrappers that Debian has around them, which want a user of their own. */
    private static final String PROGRAMS = "/usr/lib/rabbitmq/bin/";

    @TempDir
    private Path folder;

    /** One of RabbitMQ's programs with all that it writes in the folder of this test. */
    private List<String> rabbitmq(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "HOME=" + folder,
                "RABBITMQ_MNESIA_BASE=" + folder.resolve("mnesia"),
                "RABBITMQ_LOG_BASE=" + folder,
                "RABBITMQ_LOGS=-",
                "RABBITMQ_CONFIG_FILE=" + folder.resolve("rabbitmq.conf"),
                "RABBITMQ_ENABLED_PLUGINS_FILE=" + folder.resolve("plugins"),
                "RABBITMQ_NODENAME=lab@localhost",
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=+S 1:1 +sbwt none",
                PROGRAMS + program));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    private void serve(ServerLab lab) throws Exception {
        Labs.needCommand("rabbitmq-server", "rabbitmq-server");
        Certificate certificate = Certificate.made(folder);
        Files.writeString(folder.resolve("plugins"), "[].\n");
        Files.writeString(
                folder.resolve("rabbitmq.conf"), """
                listeners.tcp.default = %d
                listeners.ssl.default = %d
                ssl_options.certfile = %s
                ssl_options.keyfile = %s
                loopback_users = none
                default_user = prober
                default_pass = sesame-1
                """.formatted(PORT, TLS_PORT, certificate.cert(), certificate.key()));
        // It would start one by itself, which nobody ends.
        lab.serve(NAMES_PORT, List.of("epmd"));
        List<String> server = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >&2", "sh")); // where it is heard
        server.addAll(rabbitmq("rabbitmq-server"));
        lab.serve(TLS_PORT, server).awaitErr("Server startup complete");
    }

    @Test
    void theUnmodifiedServersHeartbeatIsThePush() throws Exception {
        try (ServerLab lab = ServerLab.start(PickUp.ON)) {
            serve(lab);

            MeasureFinding finding = lab.measure("amqp://prober:sesame-1@server", "--max", "12s");

            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.ONE_WAY);
            assertThat(ServerLab.of(finding, Direction.CLIENT_FIRST).outcome()).isEqualTo(Outcome.SURVIVES);
            assertThat(finding.revivedByClient()).isTrue();
            assertThat(finding.warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("half seconds"));
            lab.assertHinted(PORT, "amqp");
            lab.assertLeavesNothing(PORT, "amqp://prober:sesame-1@server");
        }
    }

    @Test
    void anExpiredFlowIsDeadWithoutPickUpAndThePasswordIsNeverPrinted() throws Exception {
        try (ServerLab lab = ServerLab.start(PickUp.OFF)) {
            serve(lab);

            List<String> options = new ArrayList<>(List.of("--max", "11s", "-vv"));
            options.addAll(ServerLab.everyFormatInto(Files.createDirectory(folder.resolve("written"))));
            try (Program plain = start(lab, "amqp://prober@server", options);
                    Program tls = start(
                            lab,
                            "amqps://prober@server/%2F",
                            List.of(
                                    "--max",
                                    "11s",
                                    "-vv",
                                    "--cacert",
                                    folder.resolve("cert.pem").toString()))) {
                assertBracket(plain.await(), false);
                assertBracket(tls.await(), true);
            }
            assertThat(ServerLab.contents(folder.resolve("written")))
                    .contains("amqp://prober@server")
                    .doesNotContain("sesame-1");

            // Nothing reaches those whose path is cut: the server has to find out by itself, by its heartbeats.
            List<String> heartbeats = lab.run(
                            rabbitmq("rabbitmqctl", "-q", "--no-table-headers", "list_connections", "timeout")
                                    .toArray(String[]::new))
                    .lines()
                    .toList();
            assertThat(heartbeats)
                    .isNotEmpty()
                    .allSatisfy(seconds ->
                            assertThat(Integer.parseInt(seconds.strip())).isBetween(14, 200));

            assertThat(lab.refused("amqp://server", "login")).contains("guest");
            assertThat(lab.refused("amqp://prober@server", "login")).contains("HBPROBE_PASSWORD");
            assertThat(lab.refused("amqp://prober:sesame-2@server", "login"))
                    .contains("ACCESS_REFUSED")
                    .doesNotContain("HBPROBE_PASSWORD");
            assertThat(lab.refused("amqp://prober:sesame-1@server/nowhere", "refused"))
                    .contains("nowhere");
            assertThat(lab.refused("amqps://prober:sesame-1@server", "tls-untrusted"))
                    .contains("--cacert");
            assertThat(lab.refused("amqps://prober:sesame-1@server:" + PORT, "not-tls"))
                    .contains("does not speak TLS");
            assertThat(lab.refused("amqp://prober:sesame-1@server:" + TLS_PORT, "not-amqp"))
                    .contains("an alert of TLS");
        }
    }

    private static Program start(ServerLab lab, String target, List<String> options) throws Exception {
        List<String> args = new ArrayList<>(List.of("measure", target, "--json"));
        args.addAll(options);
        return lab.start(Map.of("HBPROBE_PASSWORD", "sesame-1"), args.toArray(String[]::new));
    }

    private static void assertBracket(Program.Result result, boolean tls) {
        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        assertThat(result.out() + result.err()).doesNotContain("sesame-1");
        MeasureFinding finding = result.finding();
        ServerLab.assertHolds(ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
        ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
        assertThat(finding.target().tls()).isEqualTo(tls);
        assertThat(finding.target().dialect()).isEqualTo("amqp");
    }
}
