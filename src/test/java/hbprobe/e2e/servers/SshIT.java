package hbprobe.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code ssh://} against OpenSSH: nobody logs in, nothing is written. */
@Execution(ExecutionMode.CONCURRENT)
class SshIT {
    private static final int PORT = 22;

    @TempDir
    private Path folder;

    private ServerLab lab(String graceTime) throws Exception {
        Labs.needCommand("sshd", "openssh-server");
        Labs.needCommand("ssh-keygen", "openssh-client");
        Path key = folder.resolve("key");
        ServerLab.ran("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        ServerLab.ran("mkdir", "-p", "/run/sshd"); // where it separates its privileges
        Path configuration = Files.writeString(folder.resolve("sshd_config"), """
                Port %d
                ListenAddress 0.0.0.0
                HostKey %s
                PidFile none
                UsePAM no
                LoginGraceTime %s
                """.formatted(PORT, key, graceTime));
        ServerLab lab = ServerLab.start(PickUp.OFF);
        lab.serveAsRoot(PORT, List.of("/usr/sbin/sshd", "-D", "-e", "-f", configuration.toString()));
        return lab;
    }

    /** Eight flows at most: the server drops none of them as it comes. */
    @Test
    void anExpiredFlowIsFoundWithFewFlows() throws Exception {
        try (ServerLab lab = lab("2m")) {
            // Five places: a ladder to ten seconds has its rungs, and those of the second pass, well beside six and
            // eight.
            MeasureFinding finding = lab.measure("ssh://server", "--max", "10s");

            ServerLab.assertHolds(ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
            assertThat(finding.settings().maxFlows()).isEqualTo(8);
            lab.assertHinted(PORT, "ssh");
            assertThat(finding.warnings())
                    .noneSatisfy(warning -> assertThat(warning).contains("could be opened"));
        }
    }

    @Test
    void itsLimitForThoseWhoDoNotLogInIsNamedAsSuch() throws Exception {
        try (ServerLab lab = lab("6")) {
            MeasureFinding finding = lab.measure("ssh://server", "--max", "12s");

            DirectionFinding found = ServerLab.of(finding, Direction.CLIENT_FIRST);
            assertThat(found.ending()).isIn(Ending.FIN_AT_EXPIRY, Ending.LIFETIME);
            assertThat(found.aliveS()).isBetween(5.5, 6.5);
            assertThat(finding.warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("LoginGraceTime"));
            lab.assertLeavesNothing(PORT, "ssh://server");
        }
    }

    @Test
    void whoeverDoesNotNameItselfIsNoSshServer() throws Exception {
        Labs.needCommand("redis-server", "redis-server");
        try (ServerLab lab = ServerLab.start(PickUp.ON)) {
            lab.serve(6379, List.of("redis-server", "--bind", "0.0.0.0", "--save", "", "--protected-mode", "no"));

            lab.refused("ssh://server:6379", "not-ssh");
        }
    }
}
