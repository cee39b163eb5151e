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

/** {@code mqtt://} and {@code mqtts://} against Mosquitto as Debian ships it. */
@Execution(ExecutionMode.CONCURRENT)
@Order(3)
class MqttIT {
    private static final int PORT = 1883;
    private static final String OPEN = "listener 1883 0.0.0.0\nallow_anonymous true\n";

    @TempDir
    private Path folder;

    private ServerLab lab(PickUp pickUp, int port, String listeners) throws Exception {
        Labs.needCommand("mosquitto", "mosquitto");
        Path configuration = Files.writeString(
                folder.resolve("mosquitto.conf"), "user root\nper_listener_settings true\n" + listeners);
        ServerLab lab = ServerLab.start(pickUp);
        lab.serve(port, List.of("mosquitto", "-c", configuration.toString()));
        return lab;
    }

    @Test
    void anExpiredFlowIsDeadBothWaysWithoutPickUp() throws Exception {
        try (ServerLab lab = lab(PickUp.OFF, PORT, OPEN)) {
            MeasureFinding finding = lab.measure("mqtt://server", "--max", "11s");

            ServerLab.assertHolds(ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            assertThat(lab.connections(PORT)).as("connections left behind").isZero();
            lab.assertHinted(PORT, "mqtt");
            lab.assertLeavesNothing(PORT, "mqtt://server");
        }
    }

    @Test
    void underTlsThePublishOfAnotherConnectionFindsAnExpiredFlow() throws Exception {
        Certificate certificate = Certificate.made(folder);
        try (ServerLab lab = lab(
                PickUp.ON,
                8883,
                "listener 8883 0.0.0.0\nallow_anonymous true\ncertfile " + certificate.cert() + "\nkeyfile "
                        + certificate.key() + "\n")) {
            lab.refused("mqtts://server", "tls-untrusted");

            MeasureFinding finding =
                    lab.measure("mqtts://server", "--cacert", certificate.cert().toString(), "--max", "11s");

            ServerLab.assertHolds(ServerLab.of(finding, Direction.SERVER_FIRST), ServerLab.TIMEOUT_S, Ending.ONE_WAY);
            assertThat(ServerLab.of(finding, Direction.CLIENT_FIRST).outcome()).isEqualTo(Outcome.SURVIVES);
            assertThat(finding.revivedByClient()).isTrue();
            assertThat(lab.connections(8883)).as("connections left behind").isZero();
        }
    }

    @Test
    void whatCannotBeMeasuredSaysWhy() throws Exception {
        Path passwords = folder.resolve("passwords");
        ServerLab.ran("mosquitto_passwd", "-b", "-c", passwords.toString(), "ann", "sesame-1");
        ServerLab.ran("mosquitto_passwd", "-b", passwords.toString(), "bob", "sesame-3");
        Path rules = Files.writeString(
                folder.resolve("rules"), "user ann\ntopic readwrite hbprobe/#\nuser bob\ntopic read hbprobe/#\n");
        String restricted =
                "listener 1883 0.0.0.0\nallow_anonymous false\npassword_file " + passwords + "\nacl_file " + rules;
        try (ServerLab lab = lab(PickUp.ON, PORT, restricted + "\n")) {
            lab.serve(80, Nginx.command(folder, "server { listen 80; " + Nginx.AT_ONCE + " }"));

            assertThat(lab.refused("mqtt://server:80", "not-mqtt")).contains("HTTP/1.1 400");

            assertThat(lab.refused("mqtt://server", "login")).contains("demands a login", "HBPROBE_PASSWORD");

            lab.refused("mqtt://ann:sesame-2@server", "login");

            // It may listen but not publish, which the broker keeps to itself: that is no dead path.
            Program.Result mute = lab.hbprobe("measure", "mqtt://bob:sesame-3@server", "-i", "1s,2s", "--json");
            assertThat(mute.exitCode()).as(mute.err()).isEqualTo(4);
            assertThat(ServerLab.of(mute.finding(), Direction.CLIENT_FIRST).outcome())
                    .isEqualTo(Outcome.SURVIVES);
            assertThat(ServerLab.of(mute.finding(), Direction.SERVER_FIRST).outcome())
                    .isEqualTo(Outcome.INCONCLUSIVE);
            assertThat(mute.finding().warnings())
                    .anyMatch(warning -> warning.contains("hbprobe/#") && warning.contains("--direction client-first"));
            lab.measure("mqtt://bob:sesame-3@server", "-i", "1s", "--direction", "client-first");

            assertThat(lab.assertLetsIn("mqtt://ann@server", folder)).contains("pushed by the far end");
            assertThat(lab.connections(PORT)).as("connections left behind").isZero();
        }
    }
}
