package hbprobe.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import hbprobe.model.CompareFinding;
import hbprobe.model.FaultOutcome;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.KeepOpen.Outcome;
import hbprobe.model.Mechanism;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Application echo against OS keepalive, through a NAT that counts segments and a proxy that counts bytes. */
@Execution(ExecutionMode.CONCURRENT)
@Order(3)
class KernelCompareIT {
    private static final LabSettings SIX =
            LabSettings.defaults().withIdleTimeout(Duration.ofSeconds(6)).withPickUp(PickUp.OFF);

    @TempDir
    private Path folder;

    private static CompareFinding compare(Lab lab, String target, String... more)
            throws IOException, InterruptedException {
        List<String> args = new ArrayList<>(List.of("compare", target, "--json", "--interval", "1s"));
        args.addAll(List.of("--echo-timeout", "500ms", "--misses", "2", "--trials", "3", "--cap", "4s"));
        args.addAll(List.of("--keepalive", "idle=1s,interval=1s,count=3", "--user-timeout", "3s"));
        args.addAll(List.of(more));
        try (Program client =
                Program.start(lab.on(Node.CLIENT, Program.command(args.toArray(new String[0]))), Map.of())) {
            Program.Result result = client.await();
            assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
            return result.finding("compare-1", CompareFinding.class);
        }
    }

    private static Map<Keeper, Outcome> keepOpen(CompareFinding finding) {
        return finding.keepOpen().stream().collect(Collectors.toMap(KeepOpen::mechanism, KeepOpen::outcome));
    }

    @Test
    void throughANatEveryHeartbeatKeepsThePathOpen() throws Exception {
        try (Lab lab = Labs.start(SIX);
                Program responder = Program.start(lab.on(Node.SERVER, Program.command("respond")), Map.of())) {
            responder.awaitErr("listening on ");

            CompareFinding finding = compare(lab, "hb://server", "--idle-timeout", "6s");

            assertThat(keepOpen(finding))
                    .containsEntry(Keeper.APP_ECHO, Outcome.KEPT)
                    .containsEntry(Keeper.APP_ECHO_SERVER, Outcome.KEPT)
                    .containsEntry(Keeper.OS_KEEPALIVE, Outcome.KEPT)
                    .containsEntry(Keeper.OS_KEEPALIVE_SERVER, Outcome.KEPT)
                    .containsEntry(Keeper.NONE, Outcome.LOST);
            assertThat(finding.terminatedBetween()).isFalse();
            assertThat(finding.keepOpen())
                    .allSatisfy(row -> assertThat(row.observedForS()).isGreaterThan(18));
            assertThat(finding.detection()).hasSize(Mechanism.values().length * 4);
            assertThat(finding.verdict()).contains("only the echo notices a hung application");
        }
    }

    @Test
    void throughAProxyOnlyBytesKeepThePathOpen() throws Exception {
        Labs.needCommand("haproxy", "haproxy");
        Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), """
                defaults
                    mode tcp
                    timeout connect 1s
                    timeout client 6s
                    timeout server 6s
                frontend front
                    bind :7401
                    default_backend back
                backend back
                    server only 127.0.0.1:7400
                """);
        try (Lab lab = Labs.start(SIX.withIdleTimeout(Duration.ofMinutes(10)));
                Program responder = Program.start(lab.on(Node.SERVER, Program.command("respond")), Map.of());
                Program haproxy = Program.start(
                        lab.on(Node.SERVER, List.of("haproxy", "-db", "-f", configuration.toString())), Map.of())) {
            responder.awaitErr("listening on ");
            lab.run(Node.SERVER, "sh", "-c", "until ss -Hltn 'sport = :7401' | grep -q 7401; do sleep 0.1; done");
            assertThat(haproxy.process().isAlive()).isTrue();

            CompareFinding finding = compare(lab, "hb://server:7401", "--idle-timeout", "6s");

            assertThat(keepOpen(finding))
                    .containsEntry(Keeper.APP_ECHO, Outcome.KEPT)
                    .containsEntry(Keeper.OS_KEEPALIVE, Outcome.LOST)
                    .containsEntry(Keeper.OS_KEEPALIVE_SERVER, Outcome.LOST)
                    .containsEntry(Keeper.NONE, Outcome.LOST);
            assertThat(finding.terminatedBetween()).isTrue();
            assertThat(finding.verdict()).contains("terminates TCP");
        }
    }

    @Test
    void theIdleTimeoutIsMeasuredFirstWhereItIsNotGiven() throws Exception {
        try (Lab lab = Labs.start(SIX.withIdleTimeout(Duration.ofSeconds(3)));
                Program responder = Program.start(lab.on(Node.SERVER, Program.command("respond")), Map.of())) {
            responder.awaitErr("listening on ");

            CompareFinding finding =
                    compare(lab, "hb://server", "--mechanism", "app-echo,os-keepalive", "--fault", "blackhole");

            assertThat(finding.outcome()).isEqualTo(FaultOutcome.ANSWERED);
            assertThat(finding.warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("measured first"));
            assertThat(finding.keepOpen())
                    .allSatisfy(row -> assertThat(row.idleTimeoutS()).isBetween(2.6, 3.0));
            assertThat(keepOpen(finding)).containsEntry(Keeper.APP_ECHO, Outcome.KEPT);
        }
    }
}
