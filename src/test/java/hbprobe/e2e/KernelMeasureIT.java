package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.Box;
import hbprobe.lab.LabSettings.Family;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.LabSettings.Rejection;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.MeasureFinding.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged program through a real kernel middlebox whose idle timeout is known: 7 s. */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class KernelMeasureIT {
    private static final double TRUTH_S = 7;
    private static final LabSettings SEVEN = LabSettings.defaults().withIdleTimeout(Duration.ofSeconds(7));

    /** Without the kernel's word, how late this busy machine reads a segment is a part of the bracket. */
    private static final double LATENESS_S = Program.seesSegments() ? 0 : 1;

    /** The range searched unless a test names another. */
    private static final Map<String, String> BOUND = Map.of("HBPROBE_MAX", "60s");

    private static MeasureFinding measure(LabSettings settings, String... more)
            throws IOException, InterruptedException {
        return measure(settings, lab -> {}, more);
    }

    private static MeasureFinding measure(LabSettings settings, Consumer<Lab> adjust, String... more)
            throws IOException, InterruptedException {
        try (Lab lab = Labs.start(settings);
                Program responder = Program.start(lab.on(Node.SERVER, Program.command("respond")), Map.of())) {
            adjust.accept(lab);
            responder.awaitErr("listening on ");
            String[] args = new String[3 + more.length];
            System.arraycopy(new String[] {"measure", "hb://server", "--json"}, 0, args, 0, 3);
            System.arraycopy(more, 0, args, 3, more.length);
            try (Program client = Program.start(lab.on(Node.CLIENT, Program.command(args)), BOUND)) {
                Program.Result result = client.await();
                assertThat(result.exitCode()).as(result.err()).isZero();
                return result.finding();
            }
        }
    }

    private static DirectionFinding direction(MeasureFinding finding, Direction wanted) {
        return finding.directions().stream()
                .filter(direction -> direction.direction() == wanted)
                .findFirst()
                .orElseThrow();
    }

    private static void assertHoldsTheTruth(DirectionFinding direction, Ending ending) {
        assertThat(direction.outcome()).isEqualTo(Outcome.EXPIRES);
        assertThat(direction.ending()).isEqualTo(ending);
        assertThat(direction.aliveS()).isLessThanOrEqualTo(TRUTH_S);
        assertThat(direction.deadS()).isGreaterThanOrEqualTo(TRUTH_S);
        assertThat(direction.deadS() - direction.aliveS())
                .as("width of the bracket")
                .isLessThanOrEqualTo(0.03 * TRUTH_S + 0.2 + LATENESS_S);
        assertThat(direction.disagreeing()).isZero();
    }

    private static Set<Ending> farEndings(MeasureFinding finding, Direction direction) {
        return finding.flows().stream()
                .filter(flow -> flow.direction() == direction && flow.outcome() == FlowOutcome.DEAD)
                .map(MeasureFinding.Flow::farEnding)
                .collect(Collectors.toSet());
    }

    private static void assertOneWayRevivedByTheClient(MeasureFinding finding) {
        assertThat(finding.outcome()).isEqualTo(Outcome.EXPIRES);
        assertHoldsTheTruth(direction(finding, Direction.SERVER_FIRST), Ending.ONE_WAY);
        assertThat(direction(finding, Direction.CLIENT_FIRST).outcome()).isEqualTo(Outcome.SURVIVES);
        assertThat(finding.revivedByClient()).isTrue();
        assertThat(finding.idleTimeout().direction()).isEqualTo(Direction.SERVER_FIRST);
        assertThat(finding.pathCheck().freshFlow()).isEqualTo("ok");
    }

    @Test
    void anExpiredFlowIsDeadForTheServerAndRevivedByTheClientWherePickUpIsOn() throws Exception {
        MeasureFinding finding = measure(SEVEN);

        assertOneWayRevivedByTheClient(finding);
        assertThat(farEndings(finding, Direction.SERVER_FIRST)).containsExactly(Ending.SILENT);
    }

    @Test
    void theSameVerdictWhereTheNatHostResetsTheServersSocket() throws Exception {
        MeasureFinding finding = measure(SEVEN.withTowardsServer(Rejection.RESET));

        assertOneWayRevivedByTheClient(finding);
        assertThat(farEndings(finding, Direction.SERVER_FIRST)).containsExactly(Ending.RESET_ON_PROBE);
    }

    @Test
    void bothDirectionsDieSilentlyWherePickUpIsOff() throws Exception {
        MeasureFinding finding = measure(SEVEN.withPickUp(PickUp.OFF));

        assertHoldsTheTruth(direction(finding, Direction.CLIENT_FIRST), Ending.SILENT);
        assertHoldsTheTruth(direction(finding, Direction.SERVER_FIRST), Ending.SILENT);
        assertThat(finding.revivedByClient()).isFalse();
    }

    @Test
    void anRstOnTheClientsNextPacketIsResetOnProbe() throws Exception {
        MeasureFinding finding = measure(SEVEN.withPickUp(PickUp.OFF).withTowardsClient(Rejection.RESET));

        assertHoldsTheTruth(direction(finding, Direction.CLIENT_FIRST), Ending.RESET_ON_PROBE);
        assertHoldsTheTruth(direction(finding, Direction.SERVER_FIRST), Ending.SILENT);
    }

    @Test
    void aFirewallAtTheServersSideIsDeadForTheClientOnly() throws Exception {
        MeasureFinding finding = measure(SEVEN.withBox(Box.SERVER_FIREWALL));

        assertHoldsTheTruth(direction(finding, Direction.CLIENT_FIRST), Ending.ONE_WAY);
        assertThat(direction(finding, Direction.SERVER_FIRST).outcome()).isEqualTo(Outcome.SURVIVES);
        assertThat(direction(finding, Direction.SERVER_FIRST).aliveS()).isGreaterThan(TRUTH_S);
        assertThat(finding.revivedByClient()).isFalse();
        assertThat(finding.idleTimeout().direction()).isEqualTo(Direction.CLIENT_FIRST);
    }

    @Test
    void aStatefulFilterOverIpv6DiesSilentlyBothWays() throws Exception {
        MeasureFinding finding = measure(SEVEN.withFamily(Family.IPV6).withPickUp(PickUp.OFF));

        assertThat(finding.target().address()).contains(":");
        assertHoldsTheTruth(direction(finding, Direction.CLIENT_FIRST), Ending.SILENT);
        assertHoldsTheTruth(direction(finding, Direction.SERVER_FIRST), Ending.SILENT);
    }

    @Test
    void noMiddleboxMeansSurvives() throws Exception {
        LabSettings tenMinutes = SEVEN.withIdleTimeout(Duration.ofMinutes(10));
        MeasureFinding finding = measure(tenMinutes, "--max", "8s");

        assertThat(finding.outcome()).isEqualTo(Outcome.SURVIVES);
        assertThat(finding.idleTimeout()).isNull();
        assertThat(finding.directions()).hasSize(2).allSatisfy(direction -> {
            assertThat(direction.outcome()).isEqualTo(Outcome.SURVIVES);
            assertThat(direction.aliveS()).isBetween(7.9, 8.1);
            assertThat(direction.deadS()).isNull();
        });
    }

    @Test
    void anIcmpErrorOnTheClientsNextPacketIsNamed() throws Exception {
        String rule =
                "insert rule inet lab through iifname n0 ct state invalid reject with icmpx type admin-prohibited";
        MeasureFinding finding = measure(
                SEVEN.withPickUp(PickUp.OFF),
                lab -> lab.run(Node.NAT, ("nft " + rule).split(" ", -1)),
                "--direction",
                "client-first");

        assertHoldsTheTruth(
                direction(finding, Direction.CLIENT_FIRST), Program.seesSegments() ? Ending.ICMP : Ending.SILENT);
        assertThat(finding.warnings())
                .anySatisfy(warning -> assertThat(warning).contains(Program.seesSegments() ? "ICMP" : "without epoll"));
    }

    @Test
    void bisectionFindsTheSameWithOneFlowAtATime() throws Exception {
        LabSettings three = SEVEN.withIdleTimeout(Duration.ofSeconds(3));
        MeasureFinding finding = measure(three, "--strategy", "bisect");

        DirectionFinding serverFirst = direction(finding, Direction.SERVER_FIRST);
        assertThat(serverFirst.outcome()).isEqualTo(Outcome.EXPIRES);
        assertThat(serverFirst.ending()).isEqualTo(Ending.ONE_WAY);
        assertThat(serverFirst.aliveS()).isLessThanOrEqualTo(3);
        assertThat(serverFirst.deadS()).isBetween(3.0, serverFirst.aliveS() + 0.3);
        assertThat(finding.revivedByClient()).isTrue();
    }

    @Test
    void aSecondPassNarrowsTheBracketOfAFewFlows() throws Exception {
        LabSettings three = SEVEN.withIdleTimeout(Duration.ofSeconds(3)).withPickUp(PickUp.OFF);
        MeasureFinding finding = measure(three, "--max-flows", "24", "--refine", "--direction", "server-first");

        DirectionFinding serverFirst = direction(finding, Direction.SERVER_FIRST);
        assertThat(serverFirst.aliveS()).isLessThanOrEqualTo(3);
        assertThat(serverFirst.deadS()).isBetween(3.0, serverFirst.aliveS() + 0.3);
    }
}
