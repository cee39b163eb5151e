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

    private ServerLab lab(PickUp pickUp, String settings) throws Exception {
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
                %2$s
                VirtualHost "server"
                """.formatted(data, settings));
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

    private static String tls(Certificate certificate) {
        return "ssl = { certificate = \"%s\"; key = \"%s\" }".formatted(certificate.cert(), certificate.key());
    }

    @Test
    void aPingAfterTheSilenceFindsAnExpiredFlow() throws Exception {
        Certificate certificate = Certificate.made(folder);
        String settings = "c2s_require_encryption = false\nc2s_direct_tls_ports = { 5223 }\n" + tls(certificate);
        try (ServerLab lab = lab(PickUp.OFF, settings)) {
            lab.assertLetsIn("xmpp://ann@server", folder);
            lab.assertHinted(PORT, "xmpp");
            lab.assertLeavesNothing(PORT, "xmpp://ann:sesame-1@server");

            try (Program underTls = lab.measuring("xmpps://ann:sesame-1@server", "--insecure", "--max", "12s")) {
                MeasureFinding plain = lab.measure("xmpp://ann:sesame-1@server", "--max", "12s");
                for (MeasureFinding finding : List.of(plain, ServerLab.answer(underTls))) {
                    ServerLab.assertHolds(
                            ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
                }
            }
        }
    }

    /** It closes nobody for being idle: after its read timeout it sends a space (RFC 6120, 4.6). */
    @Test
    void theSpacesThatItSendsItselfShow() throws Exception {
        String settings = "c2s_require_encryption = false\nnetwork_settings = { read_timeout = 3 }";
        try (ServerLab lab = lab(PickUp.OFF, settings)) {
            Program.Result result =
                    lab.hbprobe("measure", "xmpp://ann:sesame-1@server", "-i", "1s,2s,8s,11s", "--json");

            MeasureFinding finding = result.finding();
            assertThat(finding.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
            assertThat(finding.hiddenRefresh()).isNotNull();
            assertThat(finding.hiddenRefresh().intervalS()).isBetween(2.7, 3.5);
        }
    }

    @Test
    void aServerThatDemandsTlsGetsItInTheStream() throws Exception {
        Certificate certificate = Certificate.made(folder);
        try (ServerLab lab = lab(PickUp.ON, "c2s_require_encryption = true\n" + tls(certificate))) {
            assertThat(lab.refused("xmpp://ann:sesame-1@server", "tls-required"))
                    .contains("starttls=require");

            lab.refused("xmpp://ann:sesame-1@server?starttls=require", "tls-untrusted");

            MeasureFinding finding = lab.measure(
                    "xmpp://ann:sesame-1@server?starttls=require",
                    "-i",
                    "1s,2s",
                    "--cacert",
                    certificate.cert().toString());
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
