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

/** HTTP/2 against nginx and nghttpd, and gRPC against its own library for Python, all as Debian ships them. */
@Execution(ExecutionMode.CONCURRENT)
@Order(4)
class H2IT {
    /** A server without a single service: any answer will do. */
    private static final String GRPC_SERVER = """
            import grpc
            from concurrent import futures
            server = grpc.server(futures.ThreadPoolExecutor(2))
            server.add_insecure_port("0.0.0.0:50051")
            server.start()
            server.wait_for_termination()
            """;

    @TempDir
    private Path folder;

    @Test
    void anExpiredFlowIsDeadWithoutPickUpUnderTlsToo() throws Exception {
        Labs.needCommand("nghttpd", "nghttp2-server");
        Certificate certificate = Certificate.made(folder);
        try (ServerLab lab = ServerLab.start(PickUp.OFF)) {
            lab.serve(80, List.of("nghttpd", "--no-tls", "-d", folder.toString(), "80"));
            lab.serve(
                    443,
                    Nginx.command(
                            folder,
                            Nginx.tls(certificate),
                            "keepalive_timeout 75s;",
                            "server { listen 443 ssl http2; " + Nginx.AT_ONCE + " }",
                            "server { listen 444 ssl; " + Nginx.AT_ONCE + " }",
                            "server { listen 81; " + Nginx.AT_ONCE + " }"));

            lab.refused("h2s://server", "tls-untrusted");

            try (Program plain = lab.measuring("h2://server", "--max", "11s");
                    Program grpc = lab.measuring("grpcs://server", "--insecure", "--max", "11s");
                    Program other = lab.measuring("h2s://server:444", "--insecure")) {
                MeasureFinding underTls = lab.measure(
                        "h2s://server", "--cacert", certificate.cert().toString(), "--max", "11s");
                for (MeasureFinding finding : List.of(underTls, ServerLab.answer(plain), ServerLab.answer(grpc))) {
                    ServerLab.assertHolds(
                            ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
                }
                Program.Result refused = other.await();
                assertThat(refused.exitCode()).isEqualTo(3);
                assertThat(refused.finding().error().code()).isEqualTo("not-h2");
            }
            lab.refused("h2://server:444", "not-h2");

            assertThat(lab.refused("h2://server:81", "not-h2")).contains("HTTP/1.1 400");
        }
    }

    @Test
    void theServersOwnTimeoutIsAFarewellAndAClose() throws Exception {
        Path passwords = Files.writeString(folder.resolve("passwords"), "ann:{PLAIN}sesame-1\n");
        try (ServerLab lab = ServerLab.start(PickUp.ON)) {
            lab.serve(
                    80,
                    Nginx.command(
                            folder,
                            "keepalive_timeout 6s;",
                            "server { listen 80 http2; " + Nginx.AT_ONCE + " }",
                            "server { listen 81 http2; auth_basic here; auth_basic_user_file " + passwords
                                    + "; location / { try_files $uri =404; } }"));

            lab.refused("h2://ann:sesame-2@server:81", "login");
            lab.assertLetsIn("h2://ann@server:81", folder);

            Program.Result result = lab.hbprobe("measure", "h2://server", "--json", "-v", "--max", "11s");

            assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
            assertThat(result.err()).contains("GOAWAY NO_ERROR");
            ServerLab.assertClosedBy(ServerLab.of(result.finding(), Direction.CLIENT_FIRST), 6);
            assertThat(lab.connections(80)).as("connections left behind").isZero();
            lab.assertHinted(80, "h2");
            lab.assertLeavesNothing(80, "h2://server");
        }
    }

    /** As it is set up by default, it sends those away who ping without data. */
    @Test
    void grpcServersAreNotPingedIntoSendingUsAway() throws Exception {
        Labs.needPython("grpc", "python3-grpcio");
        Path script = Files.writeString(folder.resolve("server.py"), GRPC_SERVER);
        try (ServerLab lab = ServerLab.start(PickUp.OFF)) {
            lab.serve(50_051, List.of(Labs.PYTHON, script.toString()));
            lab.assertHinted(50_051, "grpc");
            lab.assertLeavesNothing(50_051, "grpc://server");

            Program.Result result = lab.hbprobe("measure", "grpc://server", "--json", "-v", "--max", "11s");

            assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
            assertThat(result.err()).doesNotContain("GOAWAY", "ENHANCE");
            assertThat(result.finding().outcome()).isEqualTo(Outcome.EXPIRES);
            ServerLab.assertHolds(
                    ServerLab.of(result.finding(), Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
        }
    }
}
