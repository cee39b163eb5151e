package hbprobe.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.LabSettings.Rejection;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import hbprobe.model.CheckFinding;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.CheckFinding.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged {@code check} through a kernel NAT whose idle timeout is known. */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class KernelCheckIT {
    @TempDir
    private Path folder;

    private static LabSettings timeout(double seconds) {
        return LabSettings.defaults().withIdleTimeout(Duration.ofMillis((long) (1_000 * seconds)));
    }

    private static Program responder(Lab lab) throws IOException, InterruptedException {
        Program responder = Program.start(lab.on(Node.SERVER, Program.command("respond")), Map.of());
        responder.awaitErr("listening on ");
        return responder;
    }

    private static Program client(Lab lab, String... args) throws IOException {
        return Program.start(lab.on(Node.CLIENT, Program.command(args)), Map.of());
    }

    private static CheckFinding check(Lab lab, int exitCode, String... args) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("check", "hb://server", "--json"));
        all.addAll(List.of(args));
        try (Program client = client(lab, all.toArray(new String[0]))) {
            Program.Result result = client.await();
            assertThat(result.exitCode()).as(result.err() + result.out()).isEqualTo(exitCode);
            return result.finding("check-1", CheckFinding.class);
        }
    }

    private static CheckFinding check(LabSettings settings, int exitCode, String... args)
            throws IOException, InterruptedException {
        try (Lab lab = Labs.start(settings);
                Program responder = responder(lab)) {
            CheckFinding finding = check(lab, exitCode, args);
            assertThat(responder.process().isAlive()).isTrue();
            return finding;
        }
    }

    private static Expectation row(CheckFinding finding, String name) {
        return finding.targets().get(0).expectations().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPathThatOutlivesThePeriodPassesInItsTime() throws Exception {
        CheckFinding finding = check(timeout(8), 0, "--idle-at-least", "5s");

        assertThat(finding.outcome()).isEqualTo(Outcome.PASS);
        assertThat(finding.elapsedS()).isBetween(5.0, 8.0);
    }

    @Test
    void aPathThatForgetsEarlierFails() throws Exception {
        CheckFinding finding = check(timeout(4), 1, "--idle-at-least", "5s");

        assertThat(row(finding, "idle-at-least").why())
                .isEqualTo("client-first 3 of 3 alive; server-first 0 of 3 alive, one-way");
    }

    @Test
    void aResponderThatIsNotThereIsAnError() throws Exception {
        try (Lab lab = Labs.start(timeout(8))) {
            CheckFinding finding = check(lab, 3, "--idle-at-least", "5s");

            assertThat(finding.targets().get(0).error().code()).isEqualTo("refused");
        }
    }

    @Test
    void aPathThatIsCutOnTheWayProvesNothing() throws Exception {
        try (Lab lab = Labs.start(timeout(8));
                Program responder = responder(lab);
                Program client = client(lab, "check", "hb://server", "--json", "-v", "--idle-at-least", "5s")) {
            for (int flows = 0; flows < 9; flows++) {
                client.awaitErr("primed"); // three of each direction, and three busy ones
            }
            lab.cutLink();

            Program.Result result = client.await();

            assertThat(result.exitCode()).as(result.err()).isEqualTo(4);
            CheckFinding finding = result.finding("check-1", CheckFinding.class);
            assertThat(finding.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
            assertThat(row(finding, "idle-at-least").why()).contains("path");
            assertThat(responder.process().isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"SILENT, silent, fin", "RESET, reset, silent"})
    void aPolicyIsHeldWithItsEnding(Rejection towardsClient, String ending, String other) throws Exception {
        LabSettings policy = timeout(3).withPickUp(PickUp.OFF);
        LabSettings settings = towardsClient == Rejection.RESET ? policy.withTowardsClient(Rejection.RESET) : policy;
        String[] args = {"--idle-at-most", "4s", "--direction", "client-first", "--ending"};

        List<String> right = new ArrayList<>(List.of(args));
        right.add(ending);
        check(settings, 0, right.toArray(new String[0]));
        List<String> wrong = new ArrayList<>(List.of(args));
        wrong.add(other);
        CheckFinding broken = check(settings, 1, wrong.toArray(new String[0]));

        assertThat(row(broken, "idle-at-most").outcome()).isEqualTo(Held.PASS);
        assertThat(row(broken, "ending").outcome()).isEqualTo(Held.FAIL);
    }

    @Test
    void aDropIsNoticedWithinItsBoundOrNot() throws Exception {
        String[] beats = {"--interval", "1s", "--echo-timeout", "500ms", "--misses", "2", "--detect-within"};
        List<String> args = new ArrayList<>(List.of(beats));
        args.add("4s");
        CheckFinding holds = check(timeout(60), 0, args.toArray(new String[0]));
        args.set(args.size() - 1, "1s");
        CheckFinding fails = check(timeout(60), 1, args.toArray(new String[0]));

        assertThat(row(holds, "detect-within").why()).startsWith("10 drops noticed by app-echo");
        assertThat(row(fails, "detect-within").outcome()).isEqualTo(Held.FAIL);
    }

    @ParameterizedTest
    @CsvSource({"2s, 0", "5s, 1"})
    void keepaliveHoldsWhatItComesInTimeFor(String idle, int exitCode) throws Exception {
        CheckFinding finding = check(
                timeout(4),
                exitCode,
                "--keepalive-holds",
                "--idle-timeout",
                "4s",
                "--keepalive",
                "idle=" + idle + ",interval=1s");

        assertThat(row(finding, "keepalive-holds").outcome()).isEqualTo(exitCode == 0 ? Held.PASS : Held.FAIL);
        if (exitCode == 0) {
            assertThat(row(finding, "keepalive-holds").why()).contains("without it the flow was lost");
        }
    }

    @Test
    void aTimeoutThatShrankSinceIsCaughtAndTheSameIsNot() throws Exception {
        Path older = folder.resolve("older.json");
        try (Lab lab = Labs.start(timeout(6));
                Program responder = responder(lab);
                Program measure = client(lab, "measure", "hb://server", "--max", "10s", "-o", "json=" + older)) {
            assertThat(measure.await().exitCode()).isZero();
            assertThat(responder.process().isAlive()).isTrue();
        }

        CheckFinding same = check(timeout(6), 0, "--baseline", older.toString());
        CheckFinding shrunk = check(timeout(3), 1, "--baseline", older.toString());

        assertThat(row(same, "baseline").observed()).isNotNull();
        assertThat(row(shrunk, "baseline").why()).matches("server-first was .* s, one-way, is .* s, one-way");
    }
}
