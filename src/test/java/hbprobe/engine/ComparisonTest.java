package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.FaultFindings.RoundTrips;
import hbprobe.model.Detection;
import hbprobe.model.Distribution;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.KeepOpen.Outcome;
import hbprobe.model.Mechanism;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heartbeats every 30 s on a path whose idle timeout is 60 s, unless the test says otherwise. */
class ComparisonTest {
    private static final Optional<RoundTrips> NEAR = Optional.of(new RoundTrips(0.020, 0.019));
    private static final Optional<RoundTrips> FAR = Optional.of(new RoundTrips(0.080, 0.001));

    private final List<Detection> detections = new ArrayList<>();
    private boolean endsWithPing;
    private Optional<Duration> idleTimeout = Optional.of(Duration.ofSeconds(60));

    private Comparison comparison(Outcome echo, Outcome keepalive, Outcome none, Optional<RoundTrips> roundTrips) {
        return new Comparison(
                List.of(row(Keeper.APP_ECHO, echo), row(Keeper.OS_KEEPALIVE, keepalive), row(Keeper.NONE, none)),
                endsWithPing,
                detections,
                roundTrips,
                idleTimeout,
                Duration.ofSeconds(30));
    }

    private static KeepOpen row(Keeper keeper, Outcome outcome) {
        return new KeepOpen(keeper, null, null, null, outcome, null);
    }

    private void detected(Mechanism mechanism, String fault, int trials, int detected, double latestS) {
        detections.add(new Detection(
                mechanism,
                fault,
                trials,
                detected,
                detected == 0 ? null : new Distribution(1, 2, 3, 4, latestS, 2),
                null,
                90,
                0,
                null));
    }

    // ---- who answered --------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        // echo, keepalive and nothing at all
        "KEPT, LOST, LOST, true",
        "KEPT, KEPT, LOST, false",
        "KEPT, KEPT, KEPT,",
        "KEPT, LOST, KEPT,",
        "KEPT, NOT_TESTED, LOST,",
        "LOST, LOST, LOST,",
        "LOST, KEPT, LOST,",
        "NOT_TESTED, LOST, LOST,",
        "NOT_TESTED, KEPT, LOST,",
        "KEPT, KEPT, NOT_TESTED,",
        "KEPT, LOST, NOT_TESTED,"
    })
    void whatKeepsThePathOpenTellsWhetherTcpEndsBetween(
            Outcome echo, Outcome keepalive, Outcome none, Boolean terminated) {
        assertThat(comparison(echo, keepalive, none, NEAR).terminatedBetween())
                .isEqualTo(Optional.ofNullable(terminated));
        assertThat(comparison(echo, keepalive, none, Optional.empty()).terminatedBetween())
                .isEqualTo(Optional.ofNullable(terminated));
        assertThat(comparison(echo, keepalive, none, FAR).terminatedBetween())
                .as("an echo from afar was not answered by whom TCP reaches")
                .contains(true);
    }

    /** Its own idle timeout ends what has no echo, just as a proxy's would. */
    @Test
    void aServerThatWasIdleItselfMayHaveEndedThem() {
        endsWithPing = true;
        Comparison idle = comparison(Outcome.KEPT, Outcome.LOST, Outcome.LOST, NEAR);
        assertThat(idle.terminatedBetween()).isEmpty();
        assertThat(idle.verdict())
                .isEqualTo("Only an application echo keeps the path open: use an application echo every 20s.");
        assertThat(comparison(Outcome.KEPT, Outcome.KEPT, Outcome.LOST, NEAR).terminatedBetween())
                .contains(false);
        assertThat(comparison(Outcome.KEPT, Outcome.LOST, Outcome.LOST, FAR).terminatedBetween())
                .contains(true);
        assertThat(comparison(Outcome.LOST, Outcome.LOST, Outcome.LOST, NEAR).verdict())
                .isEqualTo("Neither echo nor keepalive kept the path open: it may be an age limit, or the server's; see"
                        + " the rows.");
    }

    @Test
    void whatAPingMayHaveRevivedDidNotNeedAHeartbeatToLive() {
        endsWithPing = true;
        assertThat(comparison(Outcome.KEPT, Outcome.KEPT, Outcome.KEPT, NEAR).verdict())
                .startsWith("Nothing expired that a ping would not revive; ");
    }

    /** Where nothing is written, keepalive is all there is to try. */
    @ParameterizedTest
    @CsvSource({
        "KEPT, LOST, OS keepalive keeps the path open",
        "LOST, LOST, 'OS keepalive does not keep the path open, or the server itself ends what is idle'",
        "KEPT, KEPT, Nothing expired that a heartbeat would have to keep open",
        "NOT_TESTED, LOST, What keeps the path open was not tested"
    })
    void withoutAnEchoKeepaliveAloneIsJudged(Outcome keepalive, Outcome none, String begins) {
        detected(Mechanism.OS_KEEPALIVE, "blackhole", 2, 2, 5);
        assertThat(comparison(Outcome.NOT_TESTED, keepalive, none, NEAR).verdict())
                .isEqualTo(begins + "; only an echo would notice a hung application: use an application echo every"
                        + " 20s.");
        detections.clear();
        boolean nothing = keepalive == Outcome.NOT_TESTED;
        assertThat(comparison(Outcome.NOT_TESTED, keepalive, none, NEAR).verdict())
                .startsWith(nothing ? "Nothing could be compared here" : begins + "; ");
    }

    @Test
    void withoutRowsNothingTells() {
        Comparison empty = new Comparison(List.of(), false, List.of(), NEAR, Optional.empty(), Duration.ofSeconds(30));
        assertThat(empty.terminatedBetween()).isEmpty();
        assertThat(empty.verdict()).isEqualTo("Nothing could be compared here; the rows say why.");
    }

    @ParameterizedTest
    @CsvSource({"0.0131, 0.001, true", "0.0130, 0.001, false", "0.310, 0.1, false", "0.3101, 0.1, true"})
    void anEchoIsFartherWhenItTakesThreeRoundTripsAndTenMilliseconds(double echoS, double tcpS, boolean farther) {
        assertThat(new RoundTrips(echoS, tcpS).isEchoFarther()).isEqualTo(farther);
    }

    // ---- in one line ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KEPT | LOST | KEPT | Only an application echo keeps the path open: use an application echo every 20s.",
                "KEPT | LOST | LOST | Something between terminates TCP and answers keepalive itself: use an application"
                        + " echo every 20s.",
                "LOST | LOST | LOST | Neither echo nor keepalive kept the path open: it may be an age limit; see the"
                        + " rows.",
                "LOST | NOT_TESTED | LOST | Neither echo nor keepalive kept the path open: it may be an age limit; see"
                        + " the rows.",
                "LOST | KEPT | LOST | Keepalive kept the path open and an application echo did not: see the rows.",
                "KEPT | KEPT | LOST | Both keep the path open; only an echo would notice a hung application: use an"
                        + " application echo every 20s.",
                "KEPT | NOT_TESTED | LOST | An application echo keeps the path open; only an echo would notice a hung"
                        + " application: use an application echo every 20s.",
                "KEPT | KEPT | KEPT | Nothing expired that a heartbeat would have to keep open; only an echo would"
                        + " notice a hung application: use an application echo every 20s.",
                "NOT_TESTED | LOST | LOST | OS keepalive does not keep the path open, or the server itself ends what is idle;"
                        + " only an echo would notice a hung application: use an application echo every 20s.",
                "KEPT | KEPT | NOT_TESTED | Whether the path needs a heartbeat was not tested; only an echo would notice a"
                        + " hung application: use an application echo every 20s.",
                "NOT_TESTED | NOT_TESTED | LOST | Nothing could be compared here; the rows say why."
            })
    void whatToUse(Outcome echo, Outcome keepalive, Outcome none, String verdict) {
        assertThat(comparison(echo, keepalive, none, NEAR).verdict()).isEqualTo(verdict);
    }

    @Test
    void whereKeepingOpenWasNotTestedTheRowsStillCount() {
        detected(Mechanism.APP_ECHO, "hang", 10, 10, 40);
        assertThat(comparison(Outcome.NOT_TESTED, Outcome.NOT_TESTED, Outcome.NOT_TESTED, NEAR)
                        .verdict())
                .startsWith("What keeps the path open was not tested; ");
    }

    @ParameterizedTest
    @CsvSource({"75, 30s", "74, 25s", "300, 30s", "5, 2s"})
    void theIntervalIsTheOneThatWasTriedUnlessThePathTakesAShorter(int timeoutS, String interval) {
        idleTimeout = Optional.of(Duration.ofSeconds(timeoutS));
        assertThat(comparison(Outcome.KEPT, Outcome.KEPT, Outcome.LOST, NEAR).verdict())
                .endsWith("use an application echo every " + interval + ".");
    }

    @Test
    void whatTheRowsSayOfAHungApplicationIsSaid() {
        detected(Mechanism.APP_ECHO, "hang", 10, 10, 40);
        detected(Mechanism.OS_KEEPALIVE, "hang", 10, 0, 0);
        assertThat(comparison(Outcome.KEPT, Outcome.KEPT, Outcome.LOST, NEAR).verdict())
                .isEqualTo("Both keep the path open; only the echo notices a hung application: use an application echo"
                        + " every 20s.");
    }

    @ParameterizedTest
    @CsvSource({
        // trials and detections of the echo, then of keepalive
        "10, 0, 10, 0",
        "10, 10, 10, 1",
        "10, 10, 0, 0",
        "0, 0, 10, 0"
    })
    void elseItIsOnlyWhatIsToBeExpected(int echoTrials, int echoDetected, int otherTrials, int otherDetected) {
        detected(Mechanism.APP_ECHO, "hang", echoTrials, echoDetected, 40);
        detected(Mechanism.OS_KEEPALIVE, "hang", otherTrials, otherDetected, 40);
        detected(Mechanism.OS_KEEPALIVE, "fin", 10, 10, 1);
        assertThat(comparison(Outcome.KEPT, Outcome.KEPT, Outcome.LOST, NEAR).verdict())
                .contains("only an echo would notice a hung application");
    }

    @ParameterizedTest
    @CsvSource({"39.84, 39.8 s", "1.234, 1.23 s", "999, 999 s", "1234.4, 1234 s"})
    void howSoonTheEchoNoticedADropIsSaid(double latestS, String within) {
        detected(Mechanism.OS_KEEPALIVE, "blackhole", 10, 10, 77);
        detected(Mechanism.APP_ECHO, "fin", 10, 10, 66);
        detected(Mechanism.APP_ECHO, "blackhole", 10, 10, latestS);
        assertThat(comparison(Outcome.KEPT, Outcome.KEPT, Outcome.LOST, NEAR).verdict())
                .endsWith("every 20s, which noticed a drop within " + within + ".");
    }

    @Test
    void anEchoThatNoticedNothingIsNotPraised() {
        detected(Mechanism.APP_ECHO, "blackhole", 10, 0, 0);
        assertThat(comparison(Outcome.KEPT, Outcome.KEPT, Outcome.LOST, NEAR).verdict())
                .endsWith("every 20s.");
    }
}
