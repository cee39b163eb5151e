package hbprobe.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code xmpp://} against Prosody. */
@Execution(ExecutionMode.CONCURRENT)
class XmppIT {
    private static final int PORT = 5222;

    @TempDir
    private Path folder;

    private ServerLab lab(PickUp pickUp, String tls) throws Exception {
        Labs.needCommand("prosody", "prosody");
        Path data = ServerLab.folder(folder, "data", "prosody");
        Path configuration = Files.writeString(folder.resolve("prosody.cfg.lua"), """
                pidfile = "%1$s/pid"
                data_path = "%1$s"
                interfaces = { "*" }
                modules_enabled = { "roster", "saslauth", "tls", "disco", "ping" }
                modules_disabled = { "s2s", "posix" }
                authentication = "internal_hashed"
                log = { info = "*console" }
                VirtualHost "server"
                %2$s
                """.formatted(data, tls));
        List<String> asProsody = List.of("setpriv", "--reuid=prosody", "--regid=prosody", "--clear-groups");
        ServerLab.ran(with(
                asProsody,
                "prosodyctl",
                "--config",
                configuration.toString(),
                "register",
                "ann",
                "server",
                "sesame-1"));
        ServerLab lab = ServerLab.start(pickUp);
        lab.serveAsRoot(PORT, List.of(with(asProsody, "prosody", "-F", "--config", configuration.toString())));
        return lab;
    }

    private static String[] with(List<String> prefix, String... command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(Arrays.asList(command));
        return whole.toArray(String[]::new);
    }

    @Test
    void aPingAfterTheSilenceFindsAnExpiredFlow() throws Exception {
        try (ServerLab lab = lab(PickUp.OFF, "c2s_require_encryption = false")) {
            lab.assertLetsIn("xmpp://ann@server", folder);
            lab.assertHinted(PORT, "xmpp");
            lab.assertLeavesNothing(PORT, "xmpp://ann:sesame-1@server");

            Program.Result result = lab.hbprobe(
                    Map.of("HBPROBE_PASSWORD", "sesame-1"), "measure", "xmpp://ann@server", "--json", "--max", "12s");

            assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
            ServerLab.assertHolds(
                    ServerLab.of(result.finding(), Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            assertThat(result.out() + result.err()).doesNotContain("sesame-1");
        }
    }

    @Test
    void aServerThatDemandsTlsGetsItInTheStream() throws Exception {
        Certificate pair = Certificate.made(folder);
        String tls = "c2s_require_encryption = true\nssl = { certificate = \"%s\"; key = \"%s\" }"
                .formatted(pair.cert(), pair.key());
        try (ServerLab lab = lab(PickUp.ON, tls)) {
            Program.Result without = lab.hbprobe("measure", "xmpp://ann:sesame-1@server", "--json");
            assertThat(without.exitCode()).isEqualTo(3);
            assertThat(without.finding().error().code()).isEqualTo("tls-required");
            assertThat(without.finding().error().message()).contains("starttls=require");

            Program.Result untrusted = lab.hbprobe("measure", "xmpp://ann:sesame-1@server?starttls=require", "--json");
            assertThat(untrusted.exitCode()).isEqualTo(3);
            assertThat(untrusted.finding().error().code()).isEqualTo("tls-untrusted");

            MeasureFinding finding = lab.measure(
                    "xmpp://ann:sesame-1@server?starttls=require",
                    "-i",
                    "1s,2s",
                    "--cacert",
                    pair.cert().toString());
            assertThat(finding.target().tls()).isTrue();
            assertThat(finding.target().uri()).isEqualTo("xmpp://ann:***@server?starttls=require");

            Program.Result wrong = lab.hbprobe(
                    "measure", "xmpp://ann:sesame-2@server?starttls=require", "--json", "--insecure", "-vv");
            assertThat(wrong.exitCode()).isEqualTo(3);
            assertThat(wrong.finding().error().code()).isEqualTo("login");
            assertThat(wrong.out() + wrong.err()).doesNotContain("sesame-2");

            Program.Result nobody = lab.hbprobe("measure", "xmpp://server?starttls=require", "--json");
            assertThat(nobody.exitCode()).isEqualTo(3);
            assertThat(nobody.finding().error().message()).contains("USER");
        }
    }
}
