package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hbprobe.model.Bounds;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.KernelTimers;
import hbprobe.model.Mechanism;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** On Linux as shipped, with a retransmission timeout of 204 ms and no round trip, unless the test says otherwise. */
class PredictionTest {
    /** A timer of the kernel's wheel is up to this much late. */
    private static final double LATE = 1.03;

    private static final int PHASES = 4_000;

    private static KernelTimers timers(int retries, boolean tailLossProbe, double longestRtoS) {
        return new KernelTimers(Duration.ofMillis(204), retries, tailLossProbe, Beating.seconds(longestRtoS));
    }

    private static Bounds bounds(Mechanism mechanism, Beating beating) {
        return bounds(mechanism, "blackhole", beating, KernelTimers.usual());
    }

    private static Bounds bounds(Mechanism mechanism, String fault, Beating beating, KernelTimers timers) {
        return Prediction.of(mechanism, Fault.parse(fault), beating.settings(), timers, 0, Optional.empty())
                .orElseThrow();
    }

    private static void isClose(Bounds bounds, double minS, double meanS, double maxS) {
        assertThat(bounds.min()).as("least").isCloseTo(minS, within(2e-4));
        assertThat(bounds.mean()).as("mean").isCloseTo(meanS, within(2e-4));
        assertThat(bounds.max()).as("most").isCloseTo(maxS, within(2e-4));
    }

    // ---- by hand -------------------------------------------------------------------------------------------------

    @Test
    void anEchoNoticesAfterItsMissesAndItsTimeout() {
        isClose(bounds(Mechanism.APP_ECHO, Beating.every(10).echo(3, 3)), 23, 28, 33);
        isClose(bounds(Mechanism.APP_ECHO, Beating.every(30).echo(10, 1)), 10, 25, 40);
        isClose(bounds(Mechanism.APP_ECHO, Beating.every(10).echo(3, 3).retryingAtOnce()), 9, 14, 19);
    }

    @ParameterizedTest
    @CsvSource({
        "60, 10, 3, 30, 60, 90",
        "5, 3, 3, 9, 11.5, 14",
        "7200, 75, 9, 675, 4275, 7875",
        // After an answered probe the kernel waits for the interval, however short the idle time.
        "1, 11, 2, 22, 27.5, 33"
    })
    void keepaliveNoticesWhenItsProbesWentUnanswered(
            double idleS, double intervalS, int count, double minS, double meanS, double maxS) {
        Beating beating = Beating.every(10).keepalive(idleS, intervalS, count);
        isClose(bounds(Mechanism.OS_KEEPALIVE, beating), minS, meanS, maxS);
    }

    @Test
    void theUserTimeoutCountsFromTheFirstRetransmission() {
        Beating beating = Beating.every(1).userTimeout(3);
        isClose(bounds(Mechanism.USER_TIMEOUT, beating), 3.408, 3.908, 4.408);
        isClose(bounds(Mechanism.USER_TIMEOUT, "blackhole", beating, timers(15, false, 120)), 3.204, 3.704, 4.204);
    }

    @ParameterizedTest
    @CsvSource({
        "6, true, 120, 26.112",
        "6, false, 120, 25.908",
        "5, true, 120, 13.056",
        "8, true, 120, 104.448",
        "15, true, 120, 928.896",
        "15, false, 120, 928.692",
        "15, true, 1, 15.632",
    })
    void whatIsNeverAcknowledgedIsGivenUpByTheModelOfRetries(
            int retries, boolean tailLossProbe, double longestRtoS, double afterS) {
        KernelTimers timers = timers(retries, tailLossProbe, longestRtoS);
        isClose(bounds(Mechanism.WRITE_ONLY, "blackhole", Beating.every(1), timers), afterS, afterS + 0.5, afterS + 1);
    }

    @Test
    void keepaliveBesideHeartbeatsOnlyNoticesBetweenThem() {
        // Probes at 1, 2, …: what begins before 2 is noticed 3 s after the last answer, the rest by the heartbeat at 5.
        Beating both = Beating.every(5).keepalive(1, 1, 9).userTimeout(3);
        isClose(bounds(Mechanism.USER_TIMEOUT_KEEPALIVE, both), 2, 0.4 * 2.5 + 0.6 * 4.908, 6.408);
        // Without a user timeout, three unanswered probes and another interval: 4 s, for what begins before 1.
        Beating counted = Beating.every(5).keepalive(1, 1, 3);
        KernelTimers six = timers(6, true, 120);
        isClose(
                bounds(Mechanism.OS_KEEPALIVE_WRITE, "blackhole", counted, six),
                3,
                0.2 * 3.5 + 0.8 * (26.112 + 2),
                26.112 + 4);
    }

    @Test
    void atLeastOneProbeMustGoUnansweredHoweverShortTheUserTimeout() {
        Beating beating = Beating.every(20).keepalive(5, 4, 3).userTimeout(1);
        // 5 + 4, 10 + 4 and 15 + 4, for ages up to 5, 10 and 15; then the heartbeat at 20.
        isClose(bounds(Mechanism.USER_TIMEOUT_KEEPALIVE, beating), 1.408, (3 * 6.5 + 3.908) / 4, 9);
    }

    @Test
    void heartbeatsThatComeBeforeTheFirstProbeSilenceKeepalive() {
        KernelTimers six = timers(6, true, 120);
        Beating often = Beating.every(4).keepalive(5, 3, 3).userTimeout(3);
        assertThat(bounds(Mechanism.OS_KEEPALIVE_WRITE, "blackhole", often, six))
                .isEqualTo(bounds(Mechanism.WRITE_ONLY, "blackhole", often, six));
        assertThat(bounds(Mechanism.USER_TIMEOUT_KEEPALIVE, "blackhole", often, six))
                .isEqualTo(bounds(Mechanism.USER_TIMEOUT, "blackhole", often, six));
    }

    // ---- measured on Linux 6.18 ----------------------------------------------------------------------------------

    @Test
    void measuredFiguresFit() {
        assertThat(3.42
                        / bounds(Mechanism.USER_TIMEOUT, Beating.every(1).userTimeout(3))
                                .min())
                .as("user timeout of 3 s, from the write")
                .isBetween(1.0, LATE);

        Bounds idle = bounds(Mechanism.OS_KEEPALIVE, Beating.every(1).keepalive(1, 1, 3));
        assertThat(3.28).isGreaterThan(idle.min());
        assertThat(4.07).isLessThan(idle.max() * LATE);

        Bounds both = bounds(
                Mechanism.USER_TIMEOUT_KEEPALIVE,
                Beating.every(5).keepalive(1, 1, 1).userTimeout(3));
        assertThat(2.5).isGreaterThan(both.min());
        assertThat(3.42 + 3).isBetween(both.max(), both.max() * LATE);

        double sixS = bounds(Mechanism.WRITE_ONLY, "blackhole", Beating.every(1), timers(6, true, 120))
                .min();
        assertThat(26.6).isGreaterThan(sixS);
        assertThat(26.8).isLessThan(sixS * LATE);
    }

    // ---- by a kernel's timers, step by step ----------------------------------------------------------------------

    static Stream<Arguments> kernels() {
        KernelTimers six = timers(6, true, 120);
        KernelTimers five = timers(5, false, 120);
        KernelTimers capped = timers(15, true, 1);
        return Stream.of(
                // heartbeats more rare than probes
                Arguments.of(Beating.every(20.5).keepalive(5, 3, 2).userTimeout(7), six),
                Arguments.of(Beating.every(31.7).keepalive(4, 4, 3).userTimeout(11), five),
                Arguments.of(Beating.every(17.3).keepalive(2, 1, 4).userTimeout(2.5), capped),
                Arguments.of(Beating.every(60.1).keepalive(10, 3, 3).userTimeout(25), six),
                Arguments.of(Beating.every(13.9).keepalive(5, 1, 1).userTimeout(30), six),
                // as often as the first probe, and more often
                Arguments.of(Beating.every(5).keepalive(5, 3, 3).userTimeout(3), six),
                Arguments.of(Beating.every(4).keepalive(5, 3, 3).userTimeout(3), capped),
                Arguments.of(Beating.every(1).keepalive(5, 3, 3).userTimeout(3), five));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void theFormulaIsWhatTheKernelsTimersDo(Beating beating, KernelTimers timers) {
        for (Mechanism mechanism : Mechanism.values()) {
            if (mechanism != Mechanism.APP_ECHO) {
                compare(mechanism, beating.settings(), timers);
            }
        }
    }

    private static void compare(Mechanism mechanism, HeartbeatSettings settings, KernelTimers timers) {
        Bounds bounds = Prediction.of(mechanism, Fault.parse("link-down"), settings, timers, 0, Optional.empty())
                .orElseThrow();
        double stepS = settings.period(mechanism).toNanos() / 1e9 / PHASES;
        double least = Double.MAX_VALUE;
        double most = 0;
        double sum = 0;
        for (int i = 0; i < PHASES; i++) {
            double afterS = noticedAfterS(mechanism, settings, timers, (i + 0.5) / PHASES);
            least = Math.min(least, afterS);
            most = Math.max(most, afterS);
            sum += afterS;
        }
        assertThat(bounds.min()).as("least of %s", mechanism).isCloseTo(least, within(3 * stepS));
        assertThat(bounds.max()).as("most of %s", mechanism).isCloseTo(most, within(3 * stepS));
        // A step of the latency that falls between two ages shifts the mean by a share of its height.
        assertThat(bounds.mean()).as("mean of %s", mechanism).isCloseTo(sum / PHASES, within(3 * stepS + most * 5e-4));
    }

    /** Crash in the tenth period, at that phase of it. */
    private static double noticedAfterS(
            Mechanism mechanism, HeartbeatSettings settings, KernelTimers timers, double phase) {
        LinuxTimers kernel = new LinuxTimers(
                mechanism.keepalive() ? Optional.of(settings.keepalive()) : Optional.empty(),
                mechanism.userTimeout() ? Optional.of(settings.userTimeout()) : Optional.empty(),
                timers,
                0);
        long periodNs = settings.period(mechanism).toNanos();
        long crashNs = (long) ((10 + phase) * periodNs);
        long writeNs = mechanism.writes() ? periodNs : World.NEVER;
        while (true) {
            long nowNs = Math.min(writeNs, kernel.dueNs());
            kernel.cut(nowNs >= crashNs);
            if (nowNs == writeNs) {
                kernel.write(nowNs);
                writeNs += periodNs;
            } else if (kernel.fire(nowNs)) {
                return (nowNs - crashNs) / 1e9;
            }
        }
    }

    // ---- faults --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Mechanism.class)
    void whoeverIsToldNoticesWithinARoundTrip(Mechanism mechanism) {
        for (String fault : new String[] {"fin", "rst", "kill"}) {
            assertThat(Prediction.of(
                            mechanism,
                            Fault.parse(fault),
                            Beating.every(1).settings(),
                            KernelTimers.usual(),
                            World.ns(0.08),
                            Optional.empty()))
                    .contains(new Bounds(0, 0.04, 0.08));
        }
    }

    @ParameterizedTest
    @EnumSource(Mechanism.class)
    void onlyAnEchoNoticesAHungApplication(Mechanism mechanism) {
        Beating beating = Beating.every(10).echo(3, 3);
        for (String fault : new String[] {"hang", "stop"}) {
            Optional<Bounds> bounds = Prediction.of(
                    mechanism, Fault.parse(fault), beating.settings(), KernelTimers.usual(), 0, Optional.empty());
            if (mechanism == Mechanism.APP_ECHO) {
                isClose(bounds.orElseThrow(), 23, 28, 33);
            } else {
                assertThat(bounds).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"blackhole", "blackhole:20s", "link-down", "host-gone", "nat-flush"})
    void silenceIsSilence(String fault) {
        isClose(bounds(Mechanism.APP_ECHO, fault, Beating.every(10).echo(3, 3), KernelTimers.usual()), 23, 28, 33);
    }

    @ParameterizedTest
    @EnumSource(Mechanism.class)
    void lossDropsNothing(Mechanism mechanism) {
        assertThat(Prediction.of(
                        mechanism,
                        Fault.parse("loss:20"),
                        Beating.every(1).settings(),
                        KernelTimers.usual(),
                        0,
                        Optional.of(Duration.ofSeconds(60))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // The heartbeat due 10 s after the expiry is the first to meet it.
        "APP_ECHO, 20",
        "OS_KEEPALIVE, 40",
        "USER_TIMEOUT, 40.408",
        "WRITE_ONLY, 938.896"
    })
    void anExpiryComesAtOneAge(Mechanism mechanism, double afterS) {
        Optional<Duration> timeout = Optional.of(Duration.ofSeconds(20));
        HeartbeatSettings defaults = HeartbeatSettings.defaults();
        Fault idle = Fault.parse("idle");
        assertThat(Prediction.of(mechanism, idle, defaults, KernelTimers.usual(), World.ns(0.5), timeout))
                .contains(new Bounds(afterS, afterS, afterS));
        assertThat(Prediction.of(mechanism, idle, defaults, KernelTimers.usual(), 0, Optional.empty()))
                .isEmpty();
    }

    // ---- the round trip ------------------------------------------------------------------------------------------

    @Test
    void whatIsOnItsWayIsLostToo() {
        isClose(
                Prediction.of(
                                Mechanism.APP_ECHO,
                                Fault.parse("blackhole"),
                                Beating.every(10).echo(3, 3).settings(),
                                KernelTimers.usual(),
                                World.ns(0.5),
                                Optional.empty())
                        .orElseThrow(),
                22.5,
                27.5,
                33);
    }

    @Test
    void nothingIsNoticedBeforeItHappens() {
        isClose(
                Prediction.of(
                                Mechanism.APP_ECHO,
                                Fault.parse("blackhole"),
                                Beating.every(1).echo(0.5, 1).settings(),
                                KernelTimers.usual(),
                                World.ns(2),
                                Optional.empty())
                        .orElseThrow(),
                0,
                0,
                1.5);
    }
}
