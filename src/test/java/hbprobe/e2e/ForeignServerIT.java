package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged program against servers that aren't ours, through a real kernel NAT whose idle timeout is known. */
@Execution(ExecutionMode.CONCURRENT)
@Order(2)
class ForeignServerIT {
    private static final double TRUTH_S = 7;
    private static final LabSettings SEVEN =
            LabSettings.defaults().withIdleTimeout(Duration.ofSeconds(7)).withPickUp(PickUp.OFF);

    /** What the client found, and what the server told meanwhile. */
    private record Met(MeasureFinding finding, String server) {}

    private static Met measure(LabSettings settings, String target, String... serverArgs)
            throws IOException, InterruptedException {
        try (Lab lab = Labs.start(settings);
                Program server = Program.start(lab.on(Node.SERVER, ForeignServer.command(serverArgs)), Map.of())) {
            server.awaitErr("listening");
            String[] args = {"measure", target + ":" + ForeignServer.PORT, "--json", "--max", "30s"};
            try (Program client = Program.start(lab.on(Node.CLIENT, Program.command(args)), Map.of())) {
                MeasureFinding finding = client.await().finding();
                server.signal("TERM");
                return new Met(finding, server.await().err());
            }
        }
    }

    private static void assertHoldsTheTruth(MeasureFinding finding) {
        assertThat(finding.exitCode()).isZero();
        assertThat(finding.outcome()).isEqualTo(Outcome.EXPIRES);
        assertThat(finding.directions()).hasSize(1);
        DirectionFinding clientFirst = finding.directions().get(0);
        assertThat(clientFirst.direction()).isEqualTo(Direction.CLIENT_FIRST);
        assertThat(clientFirst.ending()).isEqualTo(Ending.SILENT);
        assertThat(clientFirst.aliveS()).isBetween(0.9 * TRUTH_S, TRUTH_S);
        assertThat(clientFirst.deadS()).isBetween(TRUTH_S, 1.1 * TRUTH_S + 0.2);
        assertThat(clientFirst.disagreeing()).isZero();
        assertThat(finding.settings().maxFlows()).isEqualTo(64);
        assertThat(finding.settings().direction()).isEqualTo("client-first");
        assertThat(finding.warnings())
                .anySatisfy(warning -> assertThat(warning).contains("mid-stream"))
                .anySatisfy(warning -> assertThat(warning).contains("ask nothing"));
    }

    @Test
    void theTimeoutIsFoundWithoutOneByteWritten() throws Exception {
        Met met = measure(SEVEN, "tcp://server");

        assertHoldsTheTruth(met.finding);
        assertThat(met.finding.target().dialect()).isEqualTo("tcp");
        assertThat(met.finding.settings().refine()).isTrue();
        assertThat(met.server).contains("connection 20").doesNotContain("byte ");
    }

    @Test
    void aServerThatNeverSpeaksIsRecognisedAndTheFlowsStaySilent() throws Exception {
        Met met = measure(SEVEN, "server");

        assertHoldsTheTruth(met.finding);
        assertThat(met.finding.target().dialect()).isEqualTo("tcp");
        assertThat(met.finding.warnings())
                .anySatisfy(
                        warning -> assertThat(warning).contains("no responder").contains("tcp://"));
        assertThat(met.server.lines().filter(line -> line.startsWith("byte ")))
                .as("only the hello on the first connection")
                .hasSizeLessThan(32);
    }

    @Test
    void aServersOwnKeepaliveIsNoEvidence() throws Exception {
        MeasureFinding finding = measure(SEVEN, "tcp://server", "3").finding;

        assertThat(finding.idleTimeout()).isNull();
        if (!Program.seesSegments()) {
            assertThat(finding.warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("without epoll"));
            return;
        }
        assertThat(finding.exitCode()).isEqualTo(4);
        assertThat(finding.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        // Linux's timers of that length may be an eighth late, and are never early; then comes half a rung.
        assertThat(finding.hiddenRefresh().intervalS()).isBetween(2.87, 3.5);
        assertThat(finding.hiddenRefresh().flows()).isPositive();
        assertThat(finding.warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .containsPattern("every (2\\.[89]\\d*|3(\\.[0-4]\\d*)?) s")
                        .contains("keepalive"));
    }

    @Test
    void aTimeoutBelowTheServersKeepaliveIsFoundAllTheSame() throws Exception {
        LabSettings two = SEVEN.withIdleTimeout(Duration.ofSeconds(2));
        MeasureFinding finding = measure(two, "tcp://server", "4").finding;

        assertThat(finding.exitCode()).isZero();
        assertThat(finding.idleTimeout().aliveS()).isBetween(1.5, 2.0);
        assertThat(finding.idleTimeout().deadS()).isBetween(2.0, 2.5);
    }
}
