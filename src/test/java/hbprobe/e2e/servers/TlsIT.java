package hbprobe.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
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

/** TLS under hbprobe's own protocol, and under nothing at all. */
@Execution(ExecutionMode.CONCURRENT)
@Order(2)
class TlsIT {
    private static final int PORT = 7400;

    @TempDir
    private Path folder;

    private static ServerLab lab(String... options) throws Exception {
        Labs.needCommand("openssl", "openssl");
        ServerLab lab = ServerLab.start(PickUp.OFF);
        respond(lab, PORT, options);
        return lab;
    }

    private static void respond(ServerLab lab, int port, String... options) throws Exception {
        List<String> args = new ArrayList<>(List.of("respond", "--port", "" + port));
        args.addAll(Arrays.asList(options));
        lab.serve(port, Program.command(args.toArray(String[]::new)));
    }

    private static void assertRefused(ServerLab lab, String code, String... args) throws Exception {
        List<String> all = new ArrayList<>(List.of("measure", "--json", "-i", "1s"));
        all.addAll(Arrays.asList(args));
        Program.Result result = lab.hbprobe(Map.of(), all.toArray(String[]::new));
        assertThat(result.exitCode()).as(result.err() + result.out()).isEqualTo(3);
        assertThat(result.finding().error().code()).isEqualTo(code);
        assertThat(result.err()).doesNotContain("Exception");
    }

    @Test
    void theSameBracketUnderTlsAsWithout() throws Exception {
        Certificate pair = Certificate.made(folder);
        String trusted = pair.cert().toString();
        try (ServerLab lab =
                lab("--cert", pair.cert().toString(), "--key", pair.key().toString())) {
            MeasureFinding plain = lab.measure("hb://server", "--max", "11s");
            MeasureFinding under = lab.measure("hb+tls://server", "--max", "11s", "--cacert", trusted);
            MeasureFinding silent = lab.measure("tls://server:7400", "--max", "11s", "--cacert", trusted);

            assertThat(plain.target().tls()).isFalse();
            assertThat(under.target().tls()).isTrue();
            assertThat(under.target().dialect()).isEqualTo("hb");
            for (MeasureFinding finding : List.of(plain, under)) {
                assertThat(finding.directions())
                        .hasSize(2)
                        .allSatisfy(found -> ServerLab.assertHolds(found, ServerLab.TIMEOUT_S, Ending.SILENT));
            }
            ServerLab.assertHolds(ServerLab.of(silent, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);

            assertRefused(lab, "tls-untrusted", "hb+tls://server");
            assertRefused(lab, "tls-name", "hb+tls://server", "--cacert", trusted, "--servername", "other.example");
            lab.measure("hb+tls://server", "-i", "1s", "--insecure");
        }
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        Certificate old = Certificate.expired(folder);
        try (ServerLab lab = lab()) {
            assertRefused(lab, "not-tls", "hb+tls://server");

            respond(
                    lab,
                    7401,
                    "--cert",
                    old.cert().toString(),
                    "--key",
                    old.key().toString());
            assertRefused(
                    lab,
                    "tls-expired",
                    "hb+tls://server:7401",
                    "--cacert",
                    old.cert().toString());
            lab.measure("hb+tls://server:7401", "-i", "1s", "--insecure");
        }
    }
}
