package hbprobe.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.model.CheckFinding;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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

    /** Two expectations need more flows than the server takes: one is tried after the other. */
    @Test
    void expectationsTakeTurns() throws Exception {
        try (ServerLab lab = lab("2m")) {
            List<String> args = List.of(
                    "check",
                    "ssh://server",
                    "--idle-at-least",
                    "2s",
                    "--keepalive-holds",
                    "--keepalive",
                    "idle=1s,interval=1s,count=3",
                    "--idle-timeout",
                    "3s");
            Program.Result cut = lab.hbprobe(with(args, "--deadline", "6s", "--json"));
            assertThat(cut.exitCode()).as(cut.err() + cut.out()).isEqualTo(4);
            assertThat(cut.finding("check-1", CheckFinding.class)
                            .targets()
                            .get(0)
                            .expectations())
                    .extracting(CheckFinding.Expectation::outcome)
                    .containsExactly(Held.PASS, Held.INCONCLUSIVE);

            Program.Result whole = lab.hbprobe(with(args));
            assertThat(whole.exitCode()).as(whole.err() + whole.out()).isZero();
            assertThat(lab.hbprobe(with(args, "--plan")).out()).contains("in 2 turns");
            assertThat(lab.connections(PORT)).as("connections left behind").isLessThanOrEqualTo(3);
        }
    }

    private static String[] with(List<String> args, String... more) {
        return Stream.concat(args.stream(), Stream.of(more)).toArray(String[]::new);
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
