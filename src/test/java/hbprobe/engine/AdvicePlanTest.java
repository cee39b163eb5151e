package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import hbprobe.model.AdviceFinding.Advice;
import hbprobe.model.AdviceSettings;
import hbprobe.model.AdviceSettings.Basis;
import hbprobe.model.AdviceSettings.Power;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Keepalive;
import hbprobe.model.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AdvicePlanTest {
    private static final Duration RTT = Duration.ofMillis(100);

    /** A round trip, the kernel's 200 ms, and half a round trip until what was sent again has arrived. */
    private static final double AGAIN_PER_RTT = 1.5;

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static AdviceSettings asked(Duration timeout, Duration rtt, double loss, Optional<Duration> within) {
        return asked(timeout, rtt, loss, within, Power.MAINS, Optional.empty());
    }

    private static AdviceSettings asked(
            Duration timeout,
            Duration rtt,
            double loss,
            Optional<Duration> within,
            Power power,
            Optional<Ending> ending) {
        return new AdviceSettings(
                timeout, Basis.EXPIRES, ending, Optional.empty(), rtt, loss, within, power, List.of());
    }

    private static AdvicePlan plan(double timeoutS) {
        return AdvicePlan.of(asked(seconds(timeoutS), RTT, 0, Optional.empty()));
    }

    private static AdvicePlan within(double timeoutS, double withinS) {
        return AdvicePlan.of(asked(seconds(timeoutS), RTT, 0, Optional.of(seconds(withinS))));
    }

    /** From two seconds to two hours. */
    static DoubleStream timeouts() {
        return DoubleStream.iterate(2, at -> at <= 7_200, at -> at * 1.13);
    }

    static Stream<Arguments> paths() {
        return timeouts()
                .boxed()
                .flatMap(timeoutS -> Stream.of(0.0, 0.1, 0.6)
                        .flatMap(rttS -> Stream.of(0.0, 0.01, 0.3)
                                .flatMap(loss -> Stream.of(Power.values())
                                        .map(power -> Arguments.of(timeoutS, rttS, loss, power)))));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void theIntervalAndOneRetransmissionFitBelowTheTimeout(double timeoutS, double rttS, double loss, Power power) {
        Advice advice = AdvicePlan.of(
                        asked(seconds(timeoutS), seconds(rttS), loss, Optional.empty(), power, Optional.empty()))
                .advice();

        assertThat(advice.heartbeatIntervalS()).isPositive();
        assertThat(advice.heartbeatIntervalS() + 0.2 + AGAIN_PER_RTT * rttS).isLessThanOrEqualTo(timeoutS + 1e-4);
        if (advice.toleratesLost() > 0) {
            assertThat(advice.heartbeatIntervalS() * (advice.toleratesLost() + 1.5))
                    .isLessThanOrEqualTo(timeoutS + 1e-4);
        }
        assertThat(advice.echoTimeoutS()).isGreaterThanOrEqualTo(rttS);
        assertThat(advice.detectionS().max())
                .isEqualTo(advice.misses() * advice.heartbeatIntervalS() + advice.echoTimeoutS(), within());
    }

    private static Offset<Double> within() {
        return offset(1e-3);
    }

    @ParameterizedTest
    @MethodSource("timeouts")
    void whatMeasureAdvisesIsAdvisedHere(double timeoutS) {
        IdleTimeout timeout = new IdleTimeout(timeoutS, timeoutS, timeoutS, Direction.CLIENT_FIRST, Ending.SILENT);
        MeasureFinding.Advice measured = Advisor.advise(timeout, Transport.TCP).orElseThrow();
        Advice advice = plan(timeoutS).advice();

        assertThat(advice.heartbeatIntervalS()).isEqualTo(measured.heartbeatIntervalS());
        assertThat(advice.toleratesLost()).isGreaterThanOrEqualTo(measured.toleratesLost());
        if (measured.keepalive() != null) {
            assertThat(advice.keepalive()).isEqualTo(measured.keepalive());
        }
    }

    static Stream<Arguments> wishes() {
        return timeouts()
                .boxed()
                .flatMap(timeoutS -> Stream.of(0.0, 0.1, 0.6)
                        .flatMap(rttS -> Stream.of(0.0, 0.02, 0.3)
                                .flatMap(loss -> DoubleStream.iterate(
                                                1.5 * rttS + 0.1, at -> at < timeoutS * 2, at -> at * 1.6 + 0.05)
                                        .mapToObj(withinS -> Arguments.of(timeoutS, rttS, loss, withinS)))));
    }

    @ParameterizedTest
    @MethodSource("wishes")
    void aWishForDetectionIsKept(double timeoutS, double rttS, double loss, double withinS) {
        Advice advice = AdvicePlan.of(asked(seconds(timeoutS), seconds(rttS), loss, Optional.of(seconds(withinS))))
                .advice();

        assertThat(advice.detectionS().max()).isLessThanOrEqualTo(withinS + 1e-3);
        assertThat(advice.heartbeatIntervalS()).isGreaterThanOrEqualTo(0.1 - 1e-4);
        assertThat(advice.heartbeatIntervalS() * 1.5).isLessThanOrEqualTo(timeoutS + 1e-4);
    }

    @ParameterizedTest
    @CsvSource({
        "350, 120, 1, 10, 120/40/3, 240",
        "240, 90, 1, 10, 90/30/3, 180",
        "60, 20, 1, 5, 20/6/3, 38",
        "30, 10, 1, 3, 10/3/3, 19",
        "2, 0.5, 2, 1, 1/1/3, 4",
        "7200, 2700, 1, 10, 2700/900/3, 5400"
    })
    void usualTimeouts(
            double timeoutS, double intervalS, int lost, double echoS, String keepalive, double userTimeoutS) {
        Advice advice = plan(timeoutS).advice();

        assertThat(advice.heartbeatIntervalS()).isEqualTo(intervalS);
        assertThat(advice.toleratesLost()).isEqualTo(lost);
        assertThat(advice.echoTimeoutS()).isEqualTo(echoS);
        assertThat(advice.misses()).isEqualTo(1);
        Keepalive kernel = advice.keepalive();
        assertThat(kernel.idleS() + "/" + kernel.intervalS() + "/" + kernel.count())
                .isEqualTo(keepalive);
        assertThat(advice.userTimeoutS()).isEqualTo(userTimeoutS);
        assertThat(advice.keepaliveDetectionS().max()).isEqualTo(userTimeoutS, within());
        assertThat(advice.packetsPerHour()).isEqualTo(3 * 3_600 / intervalS, offset(0.1));
        assertThat(advice.bytesPerHour()).isEqualTo(52 * advice.packetsPerHour(), offset(6.0));
    }

    @ParameterizedTest
    @CsvSource({"350, 15, 10, 5", "350, 30, 20, 10", "350, 8, 5, 3", "30, 20, 10, 3", "60, 1, 0.5, 0.5"})
    void theIntervalIsShorterForASoonerNotice(double timeoutS, double withinS, double intervalS, double echoS) {
        Advice advice = within(timeoutS, withinS).advice();

        assertThat(advice.heartbeatIntervalS()).isEqualTo(intervalS);
        assertThat(advice.echoTimeoutS()).isEqualTo(echoS);
    }

    @Test
    void aTimeoutThatIsOverBeforeARetransmissionIsAnObstacle() {
        Duration least = Duration.ofMillis(450); // 0.2 s and 1.5 round trips, and the least interval

        assertThat(AdvicePlan.obstacle(asked(least, RTT, 0, Optional.empty()))).isEmpty();
        assertThat(AdvicePlan.obstacle(asked(least.plusNanos(1), RTT, 0, Optional.empty())))
                .isEmpty();
        AdviceSettings tooShort = asked(least.minusNanos(1), RTT, 0, Optional.empty());
        assertThat(AdvicePlan.obstacle(tooShort))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains(
                                "is over before a lost heartbeat is sent again, which takes 350ms", "450ms or longer"));
        assertThatThrownBy(() -> AdvicePlan.of(tooShort)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noticingWithinLessThanARoundTripIsAnObstacle() {
        Duration least = Duration.ofMillis(250);
        Duration timeout = Duration.ofSeconds(60);

        assertThat(AdvicePlan.obstacle(asked(timeout, RTT, 0, Optional.of(least))))
                .isEmpty();
        assertThat(AdvicePlan.obstacle(asked(timeout, RTT, 0, Optional.of(least.plusNanos(1)))))
                .isEmpty();
        assertThat(AdvicePlan.obstacle(asked(timeout, RTT, 0, Optional.of(least.minusNanos(1)))))
                .hasValueSatisfying(why -> assertThat(why).contains("--detect-within", "ask for 250ms or more"));
    }

    @Test
    void onALossyPathMoreHeartbeatsMayBeLost() {
        Advice clean = plan(350).advice();
        Advice lossy =
                AdvicePlan.of(asked(seconds(350), RTT, 0.02, Optional.empty())).advice();

        assertThat(clean.breaksPerHour()).isZero();
        assertThat(clean.falseAlarmsPerHour()).isZero();
        assertThat(lossy.toleratesLost()).isEqualTo(2);
        assertThat(lossy.heartbeatIntervalS()).isEqualTo(90);
        // Forty heartbeats an hour, and three in a row after one that arrived.
        assertThat(lossy.breaksPerHour()).isEqualTo(40 * 0.98 * Math.pow(0.02, 3), offset(1e-5));
        assertThat(lossy.breaksPerHour()).isLessThan(1.0 / 720);
    }

    @Test
    void onAnAwfulPathTheEchoWaitsLongerOrMayBeMissedAndTheRestIsTold() {
        AdvicePlan plan = AdvicePlan.of(asked(seconds(350), RTT, 0.5, Optional.empty()));
        Advice advice = plan.advice();

        assertThat(advice.echoTimeoutS()).isEqualTo(30);
        assertThat(advice.misses()).isGreaterThan(1);
        assertThat(plan.warnings()).anyMatch(note -> note.contains("at a loss of 50.0 %"));
    }

    @Test
    void aBatteryIsSparedBySpendingTheRoomForALoss() {
        AdvicePlan plan = AdvicePlan.of(asked(seconds(350), RTT, 0, Optional.empty(), Power.BATTERY, Optional.empty()));

        assertThat(plan.advice().heartbeatIntervalS()).isEqualTo(180);
        assertThat(plan.advice().toleratesLost()).isZero();
        assertThat(plan.advice().battery()).contains("wakes the radio 20 times an hour");
        assertThat(plan(350).advice().battery()).isNull();
    }

    @Test
    void keepaliveIsNothingToWhoClosesByBytes() {
        AdvicePlan plan = AdvicePlan.of(
                asked(seconds(60), RTT, 0, Optional.empty(), Power.MAINS, Optional.of(Ending.FIN_AT_EXPIRY)));

        assertThat(plan.advice().keepalive()).isNull();
        assertThat(plan.advice().keepaliveDetectionS()).isNull();
        assertThat(plan.warnings()).anyMatch(note -> note.startsWith("a FIN ended the flows"));
    }

    @Test
    void belowASecondThereIsNoKeepalive() {
        assertThat(plan(1.5).advice().keepalive()).isEqualTo(new Keepalive(1, 1, 3));
        assertThat(plan(1.499).advice().keepalive()).isNull();
        assertThat(plan(1.499).warnings()).contains("OS keepalive counts whole seconds, which is too coarse here");
    }

    @ParameterizedTest
    @CsvSource({"10, 5/1/3", "4, 1/1/3", "3, 1/1/2"})
    void keepaliveKeepsToTheWishWhereItCan(double withinS, String keepalive) {
        AdvicePlan plan = within(60, withinS);
        Keepalive kernel = plan.advice().keepalive();

        assertThat(plan.advice().keepaliveDetectionS().max()).isLessThanOrEqualTo(withinS + 1e-3);
        assertThat(kernel.idleS() + "/" + kernel.intervalS() + "/" + kernel.count())
                .isEqualTo(keepalive);
        assertThat(plan.warnings()).noneMatch(note -> note.contains("it can't notice a drop"));
    }

    @Test
    void keepaliveThatCannotKeepToItSaysSo() {
        AdvicePlan plan = within(60, 2.9);

        assertThat(plan.advice().keepaliveDetectionS().max()).isGreaterThan(2.9);
        assertThat(plan.warnings()).anyMatch(note -> note.contains("it can't notice a drop within 2.9s"));
    }

    @Test
    void whatTheWishCostsIsTold() {
        assertThat(within(350, 15).warnings()).anyMatch(note -> note.contains("the path would stay open with 2m"));
        assertThat(within(350, 1).warnings()).noneMatch(note -> note.contains("every loss is a false alarm"));
        assertThat(within(350, 0.6).warnings()).anyMatch(note -> note.contains("every loss is a false alarm"));
        assertThat(within(350, 130).warnings()).isEmpty();
        assertThat(plan(350).warnings()).isEmpty();
    }

    @Test
    void withTcpUserTimeoutAWrittenHeartbeatKeepsToTheWishToo() {
        assertThat(within(350, 15).advice().userTimeoutDetectionS().max()).isLessThanOrEqualTo(15.1);
        assertThat(within(350, 15).advice().writeOnlyDetectionS().min()).isGreaterThan(900);
    }

    @Test
    void theRoundTripLengthensTheEchoTimeout() {
        Duration rtt = Duration.ofSeconds(1);
        Advice advice =
                AdvicePlan.of(asked(seconds(30), rtt, 0, Optional.empty())).advice();

        // Sent thrice, 1.2 s and 2.4 s apart, and a round trip: 4.6 s.
        assertThat(advice.echoTimeoutS()).isEqualTo(5);
    }
}
