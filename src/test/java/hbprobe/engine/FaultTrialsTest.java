package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hbprobe.engine.FaultTrial.State;
import hbprobe.engine.FaultTrials.Entry;
import hbprobe.engine.Search.Conclusion;
import hbprobe.model.Bounds;
import hbprobe.model.Detection;
import hbprobe.model.Fault;
import hbprobe.model.KernelTimers;
import hbprobe.model.Mechanism;
import hbprobe.model.TrialsProgress;
import hbprobe.model.TrialsProgress.Cell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Echoes every 10 s that may take 3 s, on a path of 20 ms, unless the test says otherwise. */
class FaultTrialsTest {
    private static final Mechanism[] KERNELS = {
        Mechanism.OS_KEEPALIVE,
        Mechanism.OS_KEEPALIVE_WRITE,
        Mechanism.USER_TIMEOUT,
        Mechanism.USER_TIMEOUT_KEEPALIVE,
        Mechanism.WRITE_ONLY
    };

    private static final KernelTimers QUICK = new KernelTimers(Duration.ofMillis(204), 4, true, Duration.ofMinutes(2));

    static LongStream seeds() {
        return LongStream.range(0, Math.min(200, Long.getLong("hbprobe.seeds", 200)));
    }

    private static List<FaultTrial> all(FaultTrials trials) {
        return trials.entries().stream()
                .flatMap(entry -> entry.trials().stream())
                .toList();
    }

    private static List<State> states(FaultTrials trials) {
        return all(trials).stream().map(FaultTrial::state).toList();
    }

    private static double latencyS(FaultTrial trial) {
        return trial.latencyNs().orElseThrow() / 1e9;
    }

    private static long count(FlowWorld world, String action) {
        return world.actions().stream().filter(line -> line.contains(action)).count();
    }

    private static double atS(String line) {
        return Long.parseLong(line.substring(0, line.indexOf(' '))) / 1e9;
    }

    private static double firstS(FlowWorld world, String action) {
        return world.actions().stream()
                .filter(line -> line.contains(action))
                .mapToDouble(FaultTrialsTest::atS)
                .findFirst()
                .orElseThrow();
    }

    // ---- properties over seeds -----------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensItEndsAndLeavesNothingBehind(long seed) {
        Random random = new Random(seed);
        Drops drops = drawn(random).seed(seed);
        FlowWorld world = drawnWorld(random, seed);
        FaultTrials trials = world.run(drops::at);
        assertThat(trials.isOver()).isTrue();
        assertThat(trials.nextWakeNs()).isEmpty();
        assertThat(states(trials)).allMatch(State::isOver);
        for (FaultTrial trial : all(trials)) {
            assertThat(trial.latencyNs().isPresent() && trial.state() != State.NOTICED)
                    .isFalse();
        }
        FaultFindings findings = new FaultFindings(trials);
        for (Detection row : findings.detections()) {
            assertThat(row.detected()).isBetween(0, row.trials());
            assertThat(row.latencyS() == null).isEqualTo(row.detected() == 0);
        }
        assertThat(findings.verdict()).endsWith(".").doesNotContain("noticed; the slowest: No drop");
        findings.events();
        findings.traces(Duration.ofSeconds(10));
    }

    private static Drops drawn(Random random) {
        String[] all = {
            "blackhole",
            "blackhole:20s",
            "hang",
            "fin",
            "rst",
            "loss:20",
            "idle",
            "link-down",
            "nat-flush",
            "kill",
            "stop",
            "host-gone"
        };
        String[] faults =
                Arrays.stream(all).filter(fault -> random.nextInt(3) == 0).toArray(String[]::new);
        Mechanism[] mechanisms = Arrays.stream(Mechanism.values())
                .filter(mechanism -> random.nextBoolean())
                .toArray(Mechanism[]::new);
        Beating beating = Beating.every(10)
                .echo(1 + random.nextInt(14), 1 + random.nextInt(3))
                .keepalive(5 + random.nextInt(10), 1 + random.nextInt(5), 1 + random.nextInt(4))
                .userTimeout(1 + random.nextInt(20));
        return Drops.by(faults)
                .noticedBy(mechanisms)
                .beating(random.nextBoolean() ? beating : beating.retryingAtOnce())
                .trials(1 + random.nextInt(6))
                .cap(10 + random.nextInt(60))
                .watching(random.nextBoolean() ? new double[] {1, 10} : new double[] {})
                .idleTimeout(6);
    }

    private static FlowWorld drawnWorld(Random random, long seed) {
        FlowWorld world = new FlowWorld(seed).rtt(0.001 + random.nextDouble());
        if (random.nextBoolean()) {
            world.clockAt(Long.MAX_VALUE - World.ns(random.nextInt(100)));
        }
        if (random.nextInt(4) == 0) {
            world.stoppedAt(random.nextInt(120), random.nextBoolean() ? Conclusion.DEADLINE : Conclusion.INTERRUPTED);
        }
        if (random.nextInt(4) == 0) {
            world.asleepAt(random.nextInt(60), 1 + random.nextInt(60));
        }
        if (random.nextInt(4) == 0) {
            world.unreachable(1 + random.nextInt(10)).closedEarly(1 + random.nextInt(10), 30 * random.nextDouble());
        }
        if (random.nextInt(4) == 0) {
            world.neverPrimed(2);
        }
        if (random.nextInt(8) == 0) {
            world.refusingFaults();
        }
        if (random.nextInt(8) == 0) {
            world.refusingOrders();
        }
        if (random.nextInt(8) == 0) {
            world.labRefusesToStage("no such link");
        }
        if (random.nextInt(8) == 0) {
            world.labRefusesToHeal("no such link");
        }
        world.idleTimeout(random.nextBoolean() ? 6 : 1000);
        return random.nextBoolean() ? world.reviving() : world;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyLatencyOfAnEchoIsWithinItsBounds(long seed) {
        Random random = new Random(seed);
        double rttS = 0.3 * random.nextDouble();
        Beating beating =
                Beating.every(4 + 10 * random.nextDouble()).echo(0.5 + 3 * random.nextDouble(), 1 + random.nextInt(3));
        boolean atOnce = random.nextBoolean();
        List<Detection> rows = Drops.by("blackhole", "hang", "link-down", "stop")
                .beating(atOnce ? beating.retryingAtOnce() : beating)
                .seed(seed)
                .in(new FlowWorld(seed).rtt(rttS))
                .detections();
        assertThat(rows).hasSize(4).allSatisfy(row -> {
            assertThat(row.detected()).isEqualTo(10);
            assertThat(row.falseAlarms()).isZero();
            assertThat(row.why()).isNull();
            Bounds bounds = row.predictedS();
            // The lab's faults are there some time after the request, from which they count.
            double labS = row.fault().equals("link-down") || row.fault().equals("stop") ? 0.05 : 0;
            assertThat(row.latencyS().min()).isGreaterThanOrEqualTo(bounds.min() - 1e-3);
            assertThat(row.latencyS().max()).isLessThanOrEqualTo(bounds.max() + (labS > 0 ? 14 : 0) + rttS / 2 + 1e-3);
            if (labS == 0) {
                assertThat(row.latencyS().max()).isLessThanOrEqualTo(bounds.max() + 1e-3);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyLatencyOfAKernelIsWithinItsBounds(long seed) {
        Random random = new Random(seed);
        Beating beating = Beating.every(6 + random.nextInt(8) + 0.37)
                .keepalive(5 + random.nextInt(4), 1 + random.nextInt(5), 1 + random.nextInt(3))
                .userTimeout(1.5 + random.nextInt(6));
        List<Detection> rows = Drops.by("blackhole", "hang", "rst")
                .noticedBy(KERNELS)
                .beating(beating)
                .seed(seed)
                .in(new FlowWorld(seed).rtt(0.001).timers(QUICK))
                .detections();
        for (Detection row : rows) {
            if (row.fault().equals("hang")) {
                assertThat(row.detected()).isZero();
                assertThat(row.predictedS()).isNull();
                assertThat(row.why()).isEqualTo("never noticed: the far kernel goes on acknowledging");
            } else {
                assertThat(row.detected()).isEqualTo(10);
                assertThat(row.latencyS().min())
                        .as("%s", row)
                        .isGreaterThanOrEqualTo(row.predictedS().min() - 2e-3);
                assertThat(row.latencyS().max())
                        .as("%s", row)
                        .isLessThanOrEqualTo(row.predictedS().max() + 2e-3);
            }
        }
    }

    @Test
    void theSameSeedWantsTheSame() {
        Drops drops = Drops.by("blackhole", "hang", "nat-flush", "loss:20")
                .noticedBy(Mechanism.values())
                .watching(1, 2);
        FlowWorld one = new FlowWorld(3);
        FlowWorld other = new FlowWorld(3);
        FlowWorld third = new FlowWorld(3);
        one.run(drops.seed(7)::at);
        other.run(drops.seed(7)::at);
        third.run(drops.seed(8)::at);
        assertThat(one.actions()).isEqualTo(other.actions()).isNotEqualTo(third.actions());
    }

    // ---- phases --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"blackhole", "link-down"})
    void eachShareOfThePeriodHasItsTrial(String fault) {
        FaultTrials trials =
                new FlowWorld(1).rtt(0.001).labTakes(0).run(Drops.by(fault).trials(50)::at);
        double[] phases = all(trials).stream()
                .mapToDouble(trial -> (trial.faultNs().orElseThrow() - trial.primedNs()) / 10e9 % 1)
                .sorted()
                .toArray();
        for (int i = 0; i < phases.length; i++) {
            // In a lab the phases are shifted by what is the same for all.
            double tolerance = fault.equals("blackhole") ? 0 : 1.0 / phases.length;
            assertThat(phases[i]).isBetween(i / 50.0 - tolerance, (i + 1) / 50.0 + tolerance);
        }
        Detection row = new FaultFindings(trials).detections().get(0);
        assertThat(row.latencyS().mean()).isCloseTo(row.predictedS().mean(), within(0.1));
    }

    /** A tenth of the flows has an echo answered after the lab was asked, and before it has forgotten them. */
    @Test
    void anEchoThatWasQuickerThanTheLabDoesNotShowThatTheFlowLives() {
        FaultTrials trials = new FlowWorld(1)
                .rtt(0.001)
                .labTakes(1)
                .run(Drops.by("nat-flush").trials(50).cap(61)::at);

        assertThat(all(trials))
                .hasSize(50)
                .allSatisfy(trial -> assertThat(trial.state()).isEqualTo(State.NOTICED));
    }

    @Test
    void overManyTrialsEveryPhaseIsAsLikely() {
        int[] tenths = new int[10];
        for (int seed = 0; seed < 200; seed++) {
            FaultTrials trials =
                    new FlowWorld(seed).run(Drops.by("blackhole").trials(3).seed(seed)::at);
            for (FaultTrial trial : all(trials)) {
                tenths[(int) ((trial.faultNs().orElseThrow() - trial.primedNs()) / 1e9 % 10)]++;
            }
        }
        assertThat(Arrays.stream(tenths).boxed().toList())
                .allSatisfy(count -> assertThat(count).isBetween(35, 85));
    }

    @ParameterizedTest
    @CsvSource({
        // no detectors: after two heartbeats
        "0, 10, 20, 30",
        "0, 0.5, 1, 1.5",
        // detectors learn from as many as fit into 20 s, at least three, at most twenty
        "1, 10, 30, 40",
        "1, 5, 20, 25",
        "1, 2, 20, 22",
        "1, 0.5, 10, 10.5"
    })
    void theFaultComesWhenEnoughHeartbeatsCame(int detectors, double periodS, double fromS, double toS) {
        Drops drops = Drops.by("blackhole")
                .beating(Beating.every(periodS).echo(0.4, 1))
                .trials(20);
        FlowWorld world = new FlowWorld(1);
        FaultTrials trials = world.run((detectors == 1 ? drops.watching(periodS) : drops)::at);
        assertThat(all(trials))
                .hasSize(20)
                .allSatisfy(trial -> assertThat((trial.faultNs().orElseThrow() - trial.primedNs()) / 1e9)
                        .isBetween(fromS, toS));
    }

    @Test
    void flowsAreNotOpenedInABurst() {
        FlowWorld world = new FlowWorld(1);
        world.run(Drops.by("blackhole").trials(30)::at);
        List<Double> opened = world.actions().stream()
                .filter(line -> line.contains("Open["))
                .map(FaultTrialsTest::atS)
                .toList();
        assertThat(opened).hasSize(30);
        for (int i = 0; i < opened.size(); i++) {
            assertThat(opened.get(i)).isCloseTo(i / 100.0, within(1e-6));
        }
    }

    /** A server takes only so many connections at once: the next trial waits until one is over. */
    @ParameterizedTest
    @CsvSource({"1, 4", "3, 10", "10, 10", "64, 10"})
    void noMoreFlowsAreOpenThanThereArePlaces(int places, int count) {
        FlowWorld world = new FlowWorld(1);
        FaultTrials trials = world.run(Drops.by("blackhole").trials(count).withPlaces(places)::at);
        assertThat(states(trials)).hasSize(count).containsOnly(State.NOTICED);
        assertThat(trials.flowsAtOnce()).isEqualTo(Math.min(places, count));
        assertThat(world.mostOpen()).isEqualTo(Math.min(places, count));
        assertThat(world.elapsedS()).isLessThan(trials.worstCase().toNanos() / 1e9);
    }

    @Test
    void inALabTheyAreSpreadOverAsManyPeriodsAsTheRateTakes() {
        FlowWorld world = new FlowWorld(1);
        FaultTrials trials = world.run(Drops.by("link-down")
                .beating(Beating.every(0.1).echo(0.05, 1))
                .trials(25)
                .cap(5)::at);
        List<Double> opened = world.actions().stream()
                .filter(line -> line.contains("Open["))
                .map(FaultTrialsTest::atS)
                .toList();
        assertThat(opened.get(24)).isBetween(0.2, 0.3);
        // Three periods, two heartbeats, and a second to settle.
        assertThat(firstS(world, "StageLab")).isCloseTo(1.5, within(1e-6));
        assertThat(trials.flowsAtOnce()).isEqualTo(25);
        assertThat(world.mostOpen()).isEqualTo(25);
    }

    // ---- what a flow is asked to do ------------------------------------------------------------------------------

    @Test
    void eachMechanismIsEquippedWithWhatItGoesBy() {
        FlowWorld world = new FlowWorld(1);
        world.run(Drops.by("blackhole")
                .noticedBy(Mechanism.values())
                .trials(1)
                .cap(30)
                .beating(Beating.every(10).keepalive(7, 5, 2).userTimeout(4))::at);
        String keepalive = "keepalive=Optional[Keepalive[idle=PT7S, interval=PT5S, count=2]]";
        String userTimeout = "userTimeout=Optional[PT4S]";
        List<String> opens =
                world.actions().stream().filter(line -> line.contains("Open[")).toList();
        for (Mechanism mechanism : Mechanism.values()) {
            String line = opens.get(mechanism.ordinal());
            assertThat(line.contains(keepalive)).as(line).isEqualTo(mechanism.keepalive());
            assertThat(line.contains(userTimeout)).as(line).isEqualTo(mechanism.userTimeout());
            assertThat(line).contains("pushAfterNs=OptionalLong.empty");
        }
        assertThat(opens.get(0))
                .as("longer than its fault, twice the cap and more")
                .contains("longestSilenceNs=3");
        long beats = world.actions().stream()
                .filter(line -> line.contains("Beat[flow=4]"))
                .count();
        assertThat(beats).isBetween(2L, 6L);
        assertThat(count(world, "Beat[flow=2]")).as("os-keepalive").isZero();
        assertThat(count(world, "Beat[flow=1]")).as("app-echo").isZero();
        assertThat(count(world, "Speak[flow=1]")).isBetween(3L, 4L);
    }

    @Test
    void theHeartbeatsComeAnIntervalApartFromPrimingOn() {
        FlowWorld world = new FlowWorld(1);
        world.run(Drops.by("hang").noticedBy(Mechanism.WRITE_ONLY).trials(1).cap(30)::at);
        double[] beats = world.actions().stream()
                .filter(line -> line.contains("Beat["))
                .mapToDouble(FaultTrialsTest::atS)
                .toArray();
        assertThat(beats.length).isBetween(5, 6);
        for (int i = 0; i < beats.length; i++) {
            assertThat(beats[i]).isCloseTo(10 * (i + 1) + 0.02, within(1e-6));
        }
    }

    @Test
    void aHangLastsLongerThanTheTrial() {
        FlowWorld world = new FlowWorld(1);
        FaultTrials trials = world.run(Drops.by("hang").trials(1).cap(30)::at);
        assertThat(count(world, "deed=MUTE, durationNs=60000000000")).isOne();
        FaultTrial trial = all(trials).get(0);
        double orderedS = firstS(world, "Order[");
        assertThat(trial.faultNs().orElseThrow() / 1e9)
                .as("the far end obeys half a round trip later")
                .isCloseTo(orderedS + 0.01, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"fin, CLOSE", "rst, RESET"})
    void theFarEndClosesWhenOrdered(String fault, String deed) {
        FlowWorld world = new FlowWorld(1);
        FaultTrials trials = world.run(Drops.by(fault).trials(4)::at);
        assertThat(count(world, "deed=" + deed + ", durationNs=0")).isEqualTo(4);
        assertThat(all(trials)).allSatisfy(trial -> {
            assertThat(trial.state()).isEqualTo(State.NOTICED);
            assertThat(latencyS(trial)).isCloseTo(0.01, within(1e-6));
        });
    }

    @Test
    void countersAreReadAroundTheSecondHeartbeatOnly() {
        FlowWorld world = new FlowWorld(1);
        FaultTrials trials = world.run(Drops.by("blackhole").trials(1)::at);
        double[] counts = world.actions().stream()
                .filter(line -> line.contains("Count["))
                .mapToDouble(FaultTrialsTest::atS)
                .toArray();
        assertThat(counts).hasSize(2);
        assertThat(counts[0]).isCloseTo(5.02, within(1e-6));
        assertThat(counts[1]).isCloseTo(15.02, within(1e-6));
        FaultTrial trial = all(trials).get(0);
        assertThat(trial.isCounted()).isTrue();
        assertThat(trial.countedPackets()).isEqualTo(3);
        assertThat(trial.countedBytes()).isEqualTo(160);
    }

    // ---- faults and what comes of them ---------------------------------------------------------------------------

    @Test
    void stagingThatTakesTimeCountsFromWhenItIsThere() {
        FaultTrials trials =
                new FlowWorld(1).stagingTakes(0.5).run(Drops.by("blackhole").trials(10)::at);
        for (FaultTrial trial : all(trials)) {
            double phase = (trial.faultNs().orElseThrow() - trial.primedNs()) / 1e9 % 10;
            assertThat(latencyS(trial)).isCloseTo(13 - phase, within(1e-6));
        }
    }

    @Test
    void aFaultThatIsRefusedVoidsItsTrial() {
        FaultTrials trials = new FlowWorld(1)
                .refusingFaults()
                .refusingOrders()
                .run(Drops.by("blackhole", "hang").trials(3)::at);
        assertThat(states(trials)).containsOnly(State.VOID);
        assertThat(all(trials).get(0).detail()).isEqualTo("this host refused the socket filter");
        assertThat(all(trials).get(3).detail()).isEqualTo("the far end takes no orders");
        assertThat(trials.conclusion()).isEqualTo(Conclusion.DONE);
    }

    @Test
    void aFaultThatWasOrderedButNotYetThereIsNone() {
        FlowWorld world = new FlowWorld(1).rtt(0.4).refusingOrders();
        FaultTrials trials = world.run(Drops.by("hang").trials(2).watching(10)::at);
        assertThat(all(trials).subList(0, 2)).extracting(FaultTrial::faultNs).containsOnly(OptionalLong.empty());
        assertThat(new FaultFindings(trials).traces(Duration.ofSeconds(10)))
                .hasSize(4)
                .filteredOn(trace -> trace.faultNs().isPresent())
                .as("the detectors' own")
                .hasSize(2);
    }

    @Test
    void aHoleThatHealsInTimeIsSurvived() {
        FlowWorld world = new FlowWorld(1);
        FaultTrials trials = world.run(
                Drops.by("blackhole:2s").beating(Beating.every(10).echo(9, 2)).trials(10)::at);
        assertThat(count(world, "Heal[")).isEqualTo(10);
        for (FaultTrial trial : all(trials)) {
            double sinceBeatS = (trial.faultNs().orElseThrow() - trial.primedNs()) / 1e9 % 10;
            boolean met = sinceBeatS > 8;
            assertThat(trial.state()).isEqualTo(met ? State.SURVIVED : State.UNNOTICED);
            assertThat(trial.resumedAfterNs().isPresent()).isEqualTo(met);
            trial.resumedAfterNs().ifPresent(ns -> assertThat(ns / 1e9).isBetween(0.0, 1.7));
            assertThat(trial.latencyNs()).isEmpty();
        }
    }

    @Test
    void givingUpAHoleThatIsHealedAlreadyIsAFalseAlarm() {
        FaultTrials trials = new FlowWorld(1)
                .run(Drops.by("blackhole:8s")
                        .beating(Beating.every(10).echo(0.1, 1))
                        .trials(20)::at);
        // The heartbeat within the hole gives up before it heals; nothing else does.
        assertThat(all(trials))
                .allSatisfy(trial -> assertThat(trial.falseAlarms()).isZero());
        FaultTrials longer = new FlowWorld(1).run(Drops.by("blackhole:4s").trials(20)::at);
        assertThat(all(longer))
                .filteredOn(trial -> trial.state() == State.NOTICED)
                .isNotEmpty()
                .allSatisfy(trial -> assertThat(trial.falseAlarms()).isEqualTo(latencyS(trial) >= 4 ? 1 : 0));
        assertThat(all(longer)).anyMatch(trial -> trial.falseAlarms() == 1);
    }

    @Test
    void lossNoticesNothingAndEveryAlarmIsFalse() {
        FlowWorld world = new FlowWorld(1);
        FaultTrials trials = world.run(Drops.by("loss:60")
                .beating(Beating.every(2).echo(0.5, 1))
                .trials(5)
                .cap(100)::at);
        assertThat(states(trials)).containsOnly(State.SURVIVED);
        int alarms = all(trials).stream().mapToInt(FaultTrial::falseAlarms).sum();
        assertThat(alarms).isBetween(5 * 50 / 10, 5 * 50);
        for (FaultTrial trial : all(trials)) {
            assertThat((trial.endedNs() - trial.faultNs().orElseThrow()) / 1e9).isBetween(100.0, 102.0);
        }
    }

    @Test
    void aConnectionLostToLossIsAFalseAlarm() {
        FaultTrials trials = new FlowWorld(1)
                .closedEarly(1, 40)
                .run(Drops.by("loss:1").noticedBy(Mechanism.WRITE_ONLY).trials(2)::at);
        assertThat(states(trials)).containsExactly(State.NOTICED, State.SURVIVED);
        assertThat(all(trials).get(0).falseAlarms()).isOne();
        assertThat(all(trials).get(0).latencyNs()).isEmpty();
    }

    @Test
    void aSlowPathRaisesFalseAlarmsBeforeTheFault() {
        FaultTrials trials =
                new FlowWorld(1).rtt(4).run(Drops.by("blackhole").trials(1).cap(20)::at);
        FaultTrial trial = all(trials).get(0);
        assertThat(trial.falseAlarms()).as("each of two or so, once").isBetween(1, 2);
        assertThat(trial.state()).isEqualTo(State.NOTICED);
    }

    @Test
    void anExpiryThatTheBoxForgetsIsNoticedByTheNextHeartbeat() {
        FlowWorld world = new FlowWorld(1).idleTimeout(6);
        FaultTrials trials = world.run(Drops.by("idle").trials(3).idleTimeout(6)::at);
        for (FaultTrial trial : all(trials)) {
            assertThat((trial.faultNs().orElseThrow() - trial.primedNs())).isEqualTo(World.ns(6));
            assertThat(latencyS(trial)).isCloseTo(10 - 6 + 3, within(1e-6));
        }
    }

    @ParameterizedTest
    @EnumSource(Mechanism.class)
    void anExpiryThatIsRevivedIsSurvived(Mechanism mechanism) {
        FaultTrials trials = new FlowWorld(1)
                .idleTimeout(6)
                .reviving()
                .run(Drops.by("idle").noticedBy(mechanism).trials(3).cap(20).idleTimeout(6)::at);
        assertThat(states(trials)).containsOnly(State.SURVIVED);
        FaultTrial trial = all(trials).get(0);
        double afterS = (trial.endedNs() - trial.faultNs().orElseThrow()) / 1e9;
        assertThat(afterS)
                .as("by its next echo, else when its time is over and it is asked")
                .isCloseTo(mechanism == Mechanism.APP_ECHO ? 4.02 : 20.02, within(1e-6));
    }

    @Test
    void whatCannotAnswerAfterItsTimeWasNotNoticed() {
        FlowWorld world = new FlowWorld(1).idleTimeout(6);
        FaultTrials trials = world.run(Drops.by("idle")
                .noticedBy(Mechanism.WRITE_ONLY)
                .trials(1)
                .cap(20)
                .idleTimeout(6)::at);
        FaultTrial trial = all(trials).get(0);
        assertThat(trial.state()).isEqualTo(State.UNNOTICED);
        assertThat((trial.endedNs() - trial.faultNs().orElseThrow()) / 1e9)
                .as("the last word has three seconds")
                .isCloseTo(23, within(1e-6));
        assertThat(count(world, "Speak[")).isOne();
        assertThat(trial.longestNs()).isEqualTo(World.ns(6 + 20 + 3));
        assertThat(world.actions().get(0))
                .as("the far end must bear the trial twice over, and five minutes")
                .endsWith("longestSilenceNs=" + World.ns(6 + 2 * 20 + 300) + "]");
    }

    @Test
    void aTrialEndsAtItsCap() {
        FaultTrials trials = new FlowWorld(1)
                .run(Drops.by("blackhole")
                        .noticedBy(Mechanism.WRITE_ONLY)
                        .trials(5)
                        .cap(30)::at);
        for (FaultTrial trial : all(trials)) {
            assertThat(trial.state()).isEqualTo(State.UNNOTICED);
            assertThat(trial.endedNs() - trial.faultNs().orElseThrow()).isEqualTo(World.ns(30));
            assertThat(trial.longestNs() - (trial.endedNs() - trial.primedNs())).isZero();
        }
    }

    // ---- what goes wrong -----------------------------------------------------------------------------------------

    @Test
    void whereTheFirstFlowFailsThereIsNothingToTry() {
        FlowWorld world = new FlowWorld(1).unreachable(1);
        FaultTrials trials = world.run(Drops.by("blackhole").trials(4)::at);
        assertThat(trials.conclusion()).isEqualTo(Conclusion.UNREACHABLE);
        assertThat(trials.problem().orElseThrow().code()).isEqualTo("refused");
        assertThat(states(trials)).containsOnly(State.VOID);
    }

    @Test
    void whereTheFirstFlowIsClosedAtOnceThereIsNothingToTry() {
        FlowWorld world = new FlowWorld(1).closedEarly(1, 0.001);
        FaultTrials trials = world.run(Drops.by("blackhole").trials(4)::at);
        assertThat(trials.conclusion()).isEqualTo(Conclusion.UNREACHABLE);
        assertThat(trials.problem().orElseThrow().message())
                .isEqualTo("the far end closes the connection at once (FIN)");
    }

    @Test
    void aLaterFlowThatFailsIsVoidAndTheRestGoesOn() {
        FaultTrials trials = new FlowWorld(1)
                .unreachable(4)
                .neverPrimed(5)
                .closedEarly(6, 12)
                .run(Drops.by("blackhole").trials(6)::at);
        assertThat(trials.conclusion()).isEqualTo(Conclusion.DONE);
        assertThat(trials.problem()).isEmpty();
        assertThat(states(trials).subList(0, 3)).containsOnly(State.NOTICED);
        assertThat(states(trials).subList(3, 6)).containsOnly(State.VOID);
        assertThat(all(trials).stream().skip(3).map(FaultTrial::detail))
                .containsExactly("connect: refused", "not opened in time", "closed before its fault: FIN, goodbye");
        FaultTrial never = all(trials).get(4);
        assertThat(never.endedNs()).isEqualTo(World.ns(0.04) + World.ns(8));
    }

    @ParameterizedTest
    @EnumSource(
            value = Conclusion.class,
            names = {"DEADLINE", "INTERRUPTED"})
    void whoIsStoppedHasAPartOfTheTable(Conclusion how) {
        FlowWorld world = new FlowWorld(1).stoppedAt(33.07, how);
        FaultTrials trials = world.run(Drops.by("blackhole", "link-down").trials(10)::at);
        assertThat(trials.conclusion()).isEqualTo(how);
        assertThat(states(trials)).contains(State.NOTICED, State.VOID);
        assertThat(all(trials).get(19).detail()).isEqualTo("not finished");
        assertThat(count(world, "StageLab")).isZero();
        trials.stop(Conclusion.DONE, world.clock());
        assertThat(trials.conclusion()).as("only the first stop counts").isEqualTo(how);
    }

    @Test
    void withoutAnythingToStageItIsOverAtOnce() {
        FaultTrials trials = Drops.by("link-down").outsideALab().at(0);
        assertThat(trials.isOver()).isTrue();
        assertThat(trials.nextAction()).isEmpty();
        assertThat(trials.conclusion()).isEqualTo(Conclusion.DONE);
        assertThat(trials.count()).isZero();
        assertThat(trials.flowsAtOnce()).isZero();
        assertThat(trials.worstCase()).isZero();
        assertThat(trials.lacks())
                .containsExactly("link-down, app-echo: only a lab can stage it: hbprobe lab run -- detect hb://server");
    }

    @ParameterizedTest
    @EnumSource(Mechanism.class)
    void aHostThatSleptGoesOn(Mechanism mechanism) {
        FlowWorld world = new FlowWorld(1).asleepAt(12, 42);
        FaultTrials trials = world.run(Drops.by("stop")
                .noticedBy(mechanism)
                .beating(Beating.every(10).keepalive(10, 3, 1))
                .trials(2)
                .cap(20)::at);
        assertThat(trials.conclusion()).isEqualTo(Conclusion.DONE);
        assertThat(firstS(world, "StageLab")).isCloseTo(54, within(1e-6));
        assertThat(all(trials))
                .as("over the sleep more than one heartbeat came")
                .noneMatch(FaultTrial::isCounted);
    }

    @Test
    void theSecondCountMustNotBeLate() {
        FlowWorld world = new FlowWorld(1).asleepAt(14, 5.1);
        FaultTrials late = world.run(Drops.by("blackhole").trials(1)::at);
        assertThat(count(world, "Count[")).isEqualTo(2);
        assertThat(all(late).get(0).isCounted()).as("4.08 s late").isTrue();
        FlowWorld longer = new FlowWorld(1).asleepAt(14, 6.1);
        FaultTrials later = longer.run(Drops.by("blackhole").trials(1)::at);
        assertThat(count(longer, "Count[")).isOne();
        assertThat(all(later).get(0).isCounted()).as("5.08 s late").isFalse();
    }

    @Test
    void whatDetectorsLackIsSaidOnce() {
        assertThat(Drops.by("hang").watching(1, 2).withoutFilters().at(0).lacks())
                .containsExactly("blackhole, app-echo: this host can't attach socket filters: that takes Linux with"
                        + " epoll; try hang");
    }

    // ---- in a lab ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"link-down", "nat-flush", "kill", "stop", "host-gone"})
    void aFaultOfTheLabIsNoticedAndHealed(String fault) {
        FlowWorld world = new FlowWorld(1);
        FaultTrials trials = world.run(Drops.by(fault).trials(5)::at);
        assertThat(states(trials)).containsOnly(State.NOTICED);
        assertThat(count(world, "StageLab[")).isOne();
        assertThat(count(world, "HealLab[")).isOne();
        assertThat(trials.conclusion()).isEqualTo(Conclusion.DONE);
        double stagedS = firstS(world, "StageLab");
        assertThat(stagedS).as("a period, two heartbeats, a second").isCloseTo(31, within(1e-6));
        assertThat(all(trials)).allSatisfy(trial -> assertThat(trial.faultNs()).hasValue(World.ns(31)));
    }

    @Test
    void faultsOfTheLabComeOneAfterTheOther() {
        FlowWorld world = new FlowWorld(1);
        FaultTrials trials =
                world.run(Drops.by("stop", "blackhole", "link-down").trials(5)::at);
        assertThat(states(trials)).containsOnly(State.NOTICED);
        List<String> lab = world.actions().stream()
                .filter(line -> line.contains("Lab["))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
        assertThat(lab)
                .containsExactly(
                        "StageLab[kind=STOP]",
                        "HealLab[kind=STOP]",
                        "StageLab[kind=LINK_DOWN]",
                        "HealLab[kind=LINK_DOWN]");
        double blackholesS = world.actions().stream()
                .filter(line -> line.contains("Stage[flow"))
                .mapToDouble(FaultTrialsTest::atS)
                .max()
                .orElseThrow();
        assertThat(blackholesS).isLessThan(firstS(world, "StageLab"));
        assertThat(world.mostOpen()).isEqualTo(5);
        assertThat(trials.flowsAtOnce()).isEqualTo(5);
        assertThat(trials.count()).isEqualTo(15);
    }

    @Test
    void flowsThatFailedDoNotHoldTheLabUp() {
        FlowWorld world = new FlowWorld(1).neverPrimed(5).unreachable(4);
        FaultTrials trials = world.run(Drops.by("link-down").trials(5)::at);
        assertThat(states(trials)).filteredOn(state -> state == State.NOTICED).hasSize(3);
        assertThat(states(trials)).filteredOn(state -> state == State.VOID).hasSize(2);
        assertThat(count(world, "HealLab[")).isOne();
    }

    @Test
    void whereNoFlowIsLeftNothingIsStaged() {
        FlowWorld world = new FlowWorld(1).closedEarly(1, 15).closedEarly(2, 15);
        FaultTrials trials = world.run(Drops.by("link-down", "stop").trials(2)::at);
        assertThat(world.actions()).noneMatch(line -> line.contains("LINK_DOWN"));
        assertThat(states(trials)).containsExactly(State.VOID, State.VOID, State.NOTICED, State.NOTICED);
    }

    @Test
    void aFaultThatTheLabCannotStageVoidsItsTrialsAndTheNextIsTried() {
        FlowWorld world = new FlowWorld(1).labRefusesToStage("no such link");
        FaultTrials trials = world.run(Drops.by("link-down", "stop").trials(3)::at);
        assertThat(states(trials)).containsOnly(State.VOID);
        assertThat(all(trials)).allSatisfy(trial -> assertThat(trial.detail()).isEqualTo("no such link"));
        assertThat(count(world, "StageLab[")).isEqualTo(2);
        assertThat(count(world, "HealLab[")).isZero();
        assertThat(trials.conclusion()).isEqualTo(Conclusion.DONE);
        assertThat(trials.problem()).isEmpty();
    }

    @Test
    void aLabThatCannotBeMendedEndsIt() {
        FlowWorld world = new FlowWorld(1).labRefusesToHeal("no such link");
        FaultTrials trials = world.run(Drops.by("link-down", "stop").trials(3)::at);
        assertThat(trials.conclusion()).isEqualTo(Conclusion.PATH_DOWN);
        assertThat(trials.problem().orElseThrow().message()).isEqualTo("the lab could not be mended: no such link");
        assertThat(count(world, "StageLab[")).isOne();
        assertThat(states(trials))
                .containsExactly(State.NOTICED, State.NOTICED, State.NOTICED, State.VOID, State.VOID, State.VOID);
    }

    @ParameterizedTest
    @CsvSource({
        "30.9, 0, 0", // before it is staged
        "31.01, 1, 1", // while it is being staged
        "32, 1, 1", // while it is in force
        "60.02, 1, 1" // while it is being healed
    })
    void whoeverStopsHealsTheLabOnce(double atS, int staged, int healed) {
        FlowWorld world = new FlowWorld(1).stoppedAt(atS, Conclusion.INTERRUPTED);
        world.run(
                Drops.by("link-down").noticedBy(Mechanism.WRITE_ONLY).trials(3).cap(29)::at);
        assertThat(count(world, "StageLab[")).isEqualTo(staged);
        assertThat(count(world, "HealLab[")).isEqualTo(healed);
    }

    @Test
    void whatIsNoticedBeforeTheLabReportsIsHealedOnlyThen() {
        FlowWorld world = new FlowWorld(1).labTakes(90);
        FaultTrials trials = world.run(Drops.by("link-down").trials(2).cap(20)::at);
        assertThat(states(trials)).containsOnly(State.UNNOTICED);
        assertThat(firstS(world, "HealLab")).isCloseTo(31 + 90, within(1e-6));
    }

    // ---- heartbeats for failure detectors ------------------------------------------------------------------------

    @Test
    void whatARowRecordsIsNotRecordedAgain() {
        FaultTrials trials = Drops.by("blackhole").watching(10).at(0);
        assertThat(trials.entries()).hasSize(1);
        assertThat(Drops.by("blackhole").watching(10, 1).at(0).entries()).hasSize(2);
    }

    @Test
    void detectorsAreFedByFlowsOfTheirOwnWhereNoRowDoes() {
        assertThat(Drops.by("hang").watching(10).at(0).entries())
                .extracting(Entry::cell)
                .containsExactly(
                        new TrialCell(Mechanism.APP_ECHO, Fault.parse("hang"), World.ns(10), TrialCell.Use.ROW),
                        new TrialCell(
                                Mechanism.APP_ECHO, Fault.parse("blackhole"), World.ns(10), TrialCell.Use.DETECTORS));
        assertThat(Drops.by("blackhole", "loss:20", "blackhole:20s")
                        .noticedBy(Mechanism.OS_KEEPALIVE)
                        .watching(10)
                        .at(0)
                        .entries())
                .extracting(Entry::cell)
                .filteredOn(cell -> !cell.isShown())
                .extracting(cell -> cell.fault().word())
                .containsExactly("blackhole", "loss:20");
    }

    @Test
    void aDetectorsFlowOutlastsItsAlarmsAndEndsAPeriodAfterTheCrash() {
        FaultTrials trials =
                new FlowWorld(1).rtt(0.3).run(Drops.by("hang").watching(1).trials(5)::at);
        List<FaultTrial> fed = all(trials).subList(5, 10);
        assertThat(fed).allSatisfy(trial -> {
            assertThat(trial.cell.use()).isEqualTo(TrialCell.Use.DETECTORS);
            assertThat(trial.state()).isEqualTo(State.UNNOTICED);
            assertThat((trial.endedNs() - trial.faultNs().orElseThrow()) / 1e9).isBetween(1.0, 2.0);
            assertThat(trial.heartbeats()).hasSizeBetween(19, 20);
            assertThat(trial.latencyNs()).isEmpty();
        });
    }

    // ---- how far it is -------------------------------------------------------------------------------------------

    @Test
    void progressCountsWhereTrialsStand() {
        Drops drops = Drops.by("blackhole", "hang")
                .noticedBy(Mechanism.APP_ECHO, Mechanism.OS_KEEPALIVE)
                .trials(2);
        List<TrialsProgress> seen = new ArrayList<>();
        long startNs = Long.MAX_VALUE - World.ns(2);
        FaultTrials trials = drops.at(startNs);
        seen.add(trials.progress(startNs));
        assertThat(seen.get(0).cells())
                .contains(new Cell("app-echo", "blackhole", 2, 0, 0, 0), new Cell("os-keepalive", "hang", 2, 0, 0, 0));
        assertThat(seen.get(0).phase()).isEqualTo("trials");
        assertThat(seen.get(0).atMost()).isEqualTo(trials.worstCase());
        TrialsProgress later = trials.progress(startNs + World.ns(5));
        assertThat(later.elapsed()).isEqualTo(Duration.ofSeconds(5));
        assertThat(later.atMost()).isEqualTo(trials.worstCase().minusSeconds(5));
        assertThat(trials.progress(startNs + World.ns(5000)).atMost()).isZero();

        FaultTrials over = new FlowWorld(1).run(drops::at);
        assertThat(over.progress(0).cells())
                .containsExactly(
                        new Cell("app-echo", "blackhole", 0, 0, 2, 0),
                        new Cell("os-keepalive", "blackhole", 0, 0, 2, 0),
                        new Cell("app-echo", "hang", 0, 0, 2, 0),
                        new Cell("os-keepalive", "hang", 0, 0, 0, 2));
    }

    @Test
    void progressShowsWhatIsStagedOnly() {
        FaultTrials trials =
                Drops.by("link-down", "hang").outsideALab().watching(1).at(0);
        assertThat(trials.progress(0).cells())
                .as("the row, and the heartbeats for detectors")
                .extracting(Cell::mechanism)
                .containsExactly("app-echo", "beats every 1s");
        assertThat(Drops.by("link-down").at(0).progress(0).phase()).isEqualTo("link-down");
    }

    @ParameterizedTest
    @CsvSource({"blackhole", "idle", "link-down", "nat-flush"})
    void ifNothingIsNoticedItTakesTheWorstCase(String fault) {
        FlowWorld world = new FlowWorld(1).rtt(0.001).labTakes(0.1).idleTimeout(6);
        FaultTrials trials = world.run(Drops.by(fault)
                .noticedBy(Mechanism.WRITE_ONLY)
                .trials(4)
                .cap(20)
                .idleTimeout(6)::at);
        assertThat(states(trials)).containsOnly(State.UNNOTICED);
        double worstS = trials.worstCase().toNanos() / 1e9;
        assertThat(worstS).isBetween(world.elapsedS() - 0.01, world.elapsedS() + 3);
    }
}
