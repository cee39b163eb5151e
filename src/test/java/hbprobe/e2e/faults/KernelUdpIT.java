package hbprobe.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.e2e.UdpRun;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.Family;
import hbprobe.lab.LabSettings.Ports;
import hbprobe.model.CompareFinding;
import hbprobe.model.DetectFinding;
import hbprobe.model.Detection;
import hbprobe.model.Ending;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Flow;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.Mechanism;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a kernel's UDP mappings do beside expiring: they move, are refreshed, and hide faults. */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class KernelUdpIT {
    private static final int SOLO_S = 4;
    private static final int STREAM_S = 7;

    /** Four seconds for a mapping that has carried no traffic both ways, seven for one that has. */
    private static final LabSettings SHORT =
            LabSettings.defaults().withUdp(UdpRun.udp(SOLO_S, STREAM_S, Ports.PRESERVED));

    private static MeasureFinding measure(LabSettings settings) throws Exception {
        Program.Result result = UdpRun.of(settings, "measure", "hb+udp://server", "--max", "15s", "--json");
        assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
        return result.finding();
    }

    private static List<Flow> backAgain(MeasureFinding finding) {
        return finding.flows().stream()
                .filter(flow -> flow.outcome() == FlowOutcome.DEAD && flow.mappedAfter() != null)
                .toList();
    }

    private static void assertHoldsTheTruth(MeasureFinding finding, Ending ending) {
        assertThat(finding.directions()).hasSize(3).allSatisfy(found -> {
            assertThat(found.ending()).isEqualTo(ending);
            assertThat(found.aliveS()).isLessThanOrEqualTo(truthS(found));
            assertThat(found.deadS()).isGreaterThanOrEqualTo(truthS(found));
        });
    }

    private static double truthS(DirectionFinding found) {
        return found.test().word().equals("udp-1") ? SOLO_S : STREAM_S;
    }

    @Test
    void aNatWithRandomPortsRebindsAnExpiredFlow() throws Exception {
        MeasureFinding finding = measure(SHORT.withUdp(UdpRun.udp(SOLO_S, STREAM_S, Ports.RANDOM)));

        assertHoldsTheTruth(finding, Ending.REBOUND);
        assertThat(backAgain(finding))
                .isNotEmpty()
                .allSatisfy(flow -> assertThat(flow.mappedAfter()).isNotEqualTo(flow.mapped()));
        assertThat(finding.udp().otherPort()).isEqualTo(backAgain(finding).size());
        assertThat(finding.udp().samePort()).isZero();
        assertThat(finding.udp().portLostS()).isGreaterThanOrEqualTo(SOLO_S);
    }

    @Test
    void overIpv6TheSameTimeoutsAreFoundWithoutAnyTranslation() throws Exception {
        MeasureFinding finding = measure(new LabSettings(
                SHORT.idleTimeout(),
                SHORT.towardsClient(),
                SHORT.towardsServer(),
                SHORT.pickUp(),
                SHORT.box(),
                Family.IPV6,
                SHORT.hops(),
                SHORT.udp()));

        assertHoldsTheTruth(finding, Ending.ONE_WAY);
        assertThat(backAgain(finding))
                .isNotEmpty()
                .allSatisfy(flow ->
                        assertThat(flow.mappedAfter()).isEqualTo(flow.mapped()).isEqualTo(flow.local()));
        assertThat(finding.udp().portHeldS()).isGreaterThanOrEqualTo(STREAM_S);
    }

    private static List<String> brisk(String command, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "hb+udp://server", "--json", "--interval", "1s"));
        args.addAll(List.of("--echo-timeout", "500ms", "--misses", "2", "--trials", "4", "--cap", "4s"));
        args.addAll(List.of(more));
        return args;
    }

    @Test
    void heartbeatsInEitherDirectionKeepAMappingAndThereIsNoKeepalive() throws Exception {
        Program.Result result =
                UdpRun.of(SHORT, brisk("compare", "--idle-timeout", "4s").toArray(String[]::new));
        assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
        CompareFinding finding = result.finding("compare-1", CompareFinding.class);

        Map<Keeper, KeepOpen.Outcome> kept =
                finding.keepOpen().stream().collect(Collectors.toMap(KeepOpen::mechanism, KeepOpen::outcome));
        assertThat(kept)
                .containsOnly(
                        Map.entry(Keeper.APP_ECHO, KeepOpen.Outcome.KEPT),
                        Map.entry(Keeper.WRITE_ONLY, KeepOpen.Outcome.KEPT),
                        Map.entry(Keeper.APP_ECHO_SERVER, KeepOpen.Outcome.KEPT),
                        Map.entry(Keeper.OS_KEEPALIVE, KeepOpen.Outcome.NOT_TESTED),
                        Map.entry(Keeper.OS_KEEPALIVE_SERVER, KeepOpen.Outcome.NOT_TESTED),
                        Map.entry(Keeper.NONE, KeepOpen.Outcome.LOST));
        assertThat(finding.detection()).allSatisfy(row -> {
            boolean staged = row.mechanism() == Mechanism.APP_ECHO
                    && List.of("blackhole", "hang").contains(row.fault());
            assertThat(row.trials()).as("%s", row).isEqualTo(staged ? 4 : 0);
            assertThat(row.detected()).as("%s", row).isEqualTo(staged ? 4 : 0);
        });
        assertThat(finding.cost()).singleElement().satisfies(cost -> {
            assertThat(cost.measured()).isTrue();
            assertThat(cost.packetsPerHour()).isEqualTo(2 * 3_600);
        });
        assertThat(finding.terminatedBetween()).isNull();
    }

    @Test
    void anEchoOverUdpNoticesWhatItCanAndOutlivesAFlushedNat() throws Exception {
        List<String> args = new ArrayList<>(List.of("lab", "run", "--udp-timeout", "4s", "--"));
        args.addAll(brisk("detect", "--fault", "blackhole,blackhole:1s,loss:20%,nat-flush,fin", "--detector", "none"));
        Program.Result result = Program.run(args.toArray(String[]::new));
        assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
        Map<String, Detection> rows = result.finding("detect-1", DetectFinding.class).detection().stream()
                .collect(Collectors.toMap(Detection::fault, row -> row));

        Detection hole = rows.get("blackhole");
        assertThat(hole.detected()).isEqualTo(4);
        assertThat(hole.latencyS().max()).isLessThanOrEqualTo(hole.predictedS().max() + 0.25);
        assertThat(hole.latencyS().min())
                .isGreaterThanOrEqualTo(hole.predictedS().min() - 0.01);
        assertThat(rows.get("blackhole:1s").why()).contains("traffic flowing again");
        assertThat(rows.get("loss:20").trials()).isEqualTo(4);
        assertThat(rows.get("nat-flush").why()).contains(Detection.OUTLIVED);
        assertThat(rows.get("fin").trials()).isZero();
        assertThat(rows.get("fin").why()).contains("UDP has no connection to close");
    }
}
