package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hbprobe.engine.Search.Conclusion;
import hbprobe.model.Bounds;
import hbprobe.model.Cost;
import hbprobe.model.Detection;
import hbprobe.model.HeartbeatEvent;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.HeartbeatTrace;
import hbprobe.model.Mechanism;
import hbprobe.model.MechanismUsed.Knobs;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Echoes every 10 s that may take 3 s, on a path of 20 ms, unless the test says otherwise. */
class FaultFindingsTest {
    private static FlowWorld world() {
        return new FlowWorld(1);
    }

    private static Detection only(FaultFindings findings) {
        assertThat(findings.detections()).hasSize(1);
        return findings.detections().get(0);
    }

    // ---- rows ----------------------------------------------------------------------------------------------------

    @Test
    void aRowHasItsFiguresBesideThePrediction() {
        Detection row = only(Drops.by("blackhole").cap(61).in(world()));
        assertThat(row.mechanism()).isEqualTo(Mechanism.APP_ECHO);
        assertThat(row.fault()).isEqualTo("blackhole");
        assertThat(row.trials()).isEqualTo(10);
        assertThat(row.detected()).isEqualTo(10);
        assertThat(row.capS()).isEqualTo(61);
        assertThat(row.predictedS()).isEqualTo(new Bounds(2.98, 7.98, 13));
        assertThat(row.latencyS().min()).isBetween(3.0, 4.0);
        assertThat(row.latencyS().max()).isBetween(12.0, 13.0);
        assertThat(row.latencyS().mean()).isCloseTo(8, within(0.5));
        assertThat(row.why()).isNull();
    }

    @Test
    void aRowIsThereForEachMechanismAndFaultEvenWhereItCannotBeStaged() {
        FaultFindings findings = Drops.by("blackhole", "stop")
                .noticedBy(Mechanism.APP_ECHO, Mechanism.OS_KEEPALIVE)
                .outsideALab()
                .withoutFilters()
                .in(world());
        assertThat(findings.detections())
                .extracting(row -> row.mechanism().word() + " " + row.fault() + " " + row.trials() + " " + row.why())
                .containsExactly(
                        "app-echo blackhole 0 not staged: this host can't attach socket filters: that takes Linux with"
                                + " epoll; try hang",
                        "os-keepalive blackhole 0 not staged: this host can't attach socket filters: that takes Linux"
                                + " with epoll; try hang",
                        "app-echo stop 0 not staged: only a lab can stage it: hbprobe lab run -- detect hb://server",
                        "os-keepalive stop 0 not staged: only a lab can stage it: hbprobe lab run -- detect"
                                + " hb://server");
        assertThat(findings.detections().get(0).predictedS())
                .as("by the settings that were asked for")
                .isEqualTo(new Bounds(3, 8, 13));
        assertThat(findings.isAnswered()).isFalse();
    }

    @Test
    void lossHasFalseAlarmsAndNoLatency() {
        Detection row =
                only(Drops.by("loss:60").beating(Beating.every(2).echo(0.5, 1)).in(world()));
        assertThat(row.falseAlarms()).isPositive();
        assertThat(row.trials()).isEqualTo(10);
        assertThat(row.detected()).isZero();
        assertThat(row.latencyS()).isNull();
        assertThat(row.predictedS()).isNull();
        assertThat(row.why()).isNull();
    }

    @Test
    void aConnectionLostToLossIsNoDetection() {
        Detection row = only(Drops.by("loss:1").noticedBy(Mechanism.WRITE_ONLY).in(world().closedEarly(1, 40)));
        assertThat(row.detected()).isZero();
        assertThat(row.falseAlarms()).isOne();
    }

    @Test
    void predictionsGoByWhatTheKernelTook() {
        Detection row = only(Drops.by("blackhole")
                .noticedBy(Mechanism.OS_KEEPALIVE)
                .beating(Beating.every(10).keepalive(7.5, 2.5, 3))
                .in(world().rtt(0).taking(new Keepalive(Duration.ofSeconds(7), Duration.ofSeconds(2), 3), 5)));
        assertThat(row.predictedS()).isEqualTo(new Bounds(6, 9.5, 13));
    }

    // ---- why -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WRITE_ONLY | blackhole | 30 | expected after 929 s at the earliest, beyond the cap",
                "WRITE_ONLY | hang | 30 | never noticed: the far kernel goes on acknowledging",
                "WRITE_ONLY | stop | 30 | never noticed: the far kernel goes on acknowledging",
                "APP_ECHO | hang | 8 | not noticed within the cap",
                "APP_ECHO | hang | 2 | expected after 2.98 s at the earliest, beyond the cap",
                "APP_ECHO | hang | 2.98 | expected after 2.98 s at the earliest, beyond the cap",
                "APP_ECHO | hang | 2.99 | not noticed within the cap",
                "OS_KEEPALIVE | link-down | 40 | not noticed within the cap"
            })
    void whatWasNotNoticedSaysWhy(Mechanism mechanism, String fault, double capS, String why) {
        Detection row = only(Drops.by(fault).noticedBy(mechanism).cap(capS).in(world()));
        assertThat(row.why()).isEqualTo(why);
    }

    @Test
    void aFlowThatWorksOnHasNothingToNotice() {
        Drops drops = Drops.by("idle").trials(3).cap(30).idleTimeout(6);
        Detection all = only(drops.in(world().idleTimeout(6).reviving()));
        assertThat(all.why()).isEqualTo("the flow works on, there is nothing to notice");
        assertThat(all.predictedS()).as("nothing to predict").isNull();
        Detection some = only(drops.in(world().idleTimeout(6).reviving().closedEarly(1, 8)));
        assertThat(some.why()).isEqualTo("2 of 3: the flow works on, there is nothing to notice");
        assertThat(some.predictedS()).isNotNull();
        assertThat(some.detected()).isOne();
    }

    @Test
    void aHoleThatHealsSaysWhoWentOn() {
        Detection row = only(
                Drops.by("blackhole:2s").beating(Beating.every(10).echo(9, 2)).in(world()));
        assertThat(row.why())
                .matches("0 gave up, 2 went on, traffic flowing again \\d\\.\\d\\d s after the hole"
                        + " \\(at most \\d\\.\\d\\d s\\); not noticed within the cap");
        Detection given = only(Drops.by("blackhole:50s").in(world()));
        assertThat(given.why()).isEqualTo("10 gave up, 0 went on");
        assertThat(given.predictedS()).isNotNull();
        Detection none = only(Drops.by("blackhole:50s").in(world().refusingFaults()));
        assertThat(none.why()).isEqualTo("10 of 10 trials void: this host refused the socket filter");
    }

    @Test
    void voidTrialsAreCountedWithTheFirstReason() {
        Detection row = only(Drops.by("blackhole").in(world().unreachable(3).neverPrimed(7)));
        assertThat(row.trials()).isEqualTo(8);
        assertThat(row.why()).isEqualTo("2 of 10 trials void: connect: refused");
    }

    // ---- whether that is an answer -------------------------------------------------------------------------------

    @Test
    void itIsAnsweredWhenEachRowThatCanBeStagedHasATrial() {
        assertThat(Drops.by("blackhole", "stop").outsideALab().in(world()).isAnswered())
                .isTrue();
        FaultFindings refused = Drops.by("blackhole", "hang").in(world().refusingFaults());
        assertThat(refused.isAnswered()).isFalse();
        assertThat(refused.conclusion()).isEqualTo(Conclusion.DONE);
        assertThat(refused.problem()).isEmpty();
        FaultFindings stopped = Drops.by("blackhole").in(world().stoppedAt(10, Conclusion.DEADLINE));
        assertThat(stopped.isAnswered()).isFalse();
        assertThat(stopped.conclusion()).isEqualTo(Conclusion.DEADLINE);
        FaultFindings none = Drops.by("blackhole").in(world().unreachable(1));
        assertThat(none.problem().orElseThrow().code()).isEqualTo("refused");
    }

    // ---- settings and cost ---------------------------------------------------------------------------------------

    @Test
    void eachMechanismSaysHowItWasSet() {
        FaultFindings findings = Drops.by("blackhole")
                .noticedBy(Mechanism.APP_ECHO, Mechanism.USER_TIMEOUT_KEEPALIVE)
                .beating(Beating.every(10).echo(3, 2).keepalive(7.5, 2.5, 3).userTimeout(5.5))
                .in(world().taking(new Keepalive(Duration.ofSeconds(7), Duration.ofSeconds(2), 3), 5));
        assertThat(findings.mechanisms()).hasSize(2);
        Knobs echo = new Knobs(10.0, 3.0, 2, "fixed", null, null, null, null);
        assertThat(findings.mechanisms().get(0).settings().supplied()).isEqualTo(echo);
        assertThat(findings.mechanisms().get(0).settings().effective()).isEqualTo(echo);
        assertThat(findings.mechanisms().get(1).name()).isEqualTo(Mechanism.USER_TIMEOUT_KEEPALIVE);
        assertThat(findings.mechanisms().get(1).settings().supplied())
                .isEqualTo(new Knobs(10.0, null, null, null, 7.5, 2.5, 3, 5.5));
        assertThat(findings.mechanisms().get(1).settings().effective())
                .isEqualTo(new Knobs(10.0, null, null, null, 7.0, 2.0, 3, 5.0));
        assertThat(Drops.by("stop")
                        .outsideALab()
                        .in(world())
                        .mechanisms()
                        .get(0)
                        .settings()
                        .effective())
                .as("was not tried")
                .isNull();
    }

    @Test
    void costIsCountedFromHalfAPeriodBeforeAHeartbeatToHalfAPeriodAfter() {
        FaultFindings findings = Drops.by("blackhole")
                .noticedBy(Mechanism.APP_ECHO, Mechanism.OS_KEEPALIVE)
                .in(world());
        assertThat(findings.costs())
                .containsExactly(
                        // 360 an hour, of three packets and 160 bytes each
                        new Cost(Mechanism.APP_ECHO, 1080, 57_600, true), new Cost(Mechanism.OS_KEEPALIVE, 0, 0, true));
    }

    @Test
    void costIsComputedWhereNothingWasCounted() {
        FaultFindings findings = Drops.by("stop")
                .noticedBy(Mechanism.APP_ECHO, Mechanism.OS_KEEPALIVE)
                .outsideALab()
                .in(world());
        assertThat(findings.costs())
                .containsExactly(
                        new Cost(Mechanism.APP_ECHO, 360 * 3, 360 * 3 * 52, false),
                        new Cost(Mechanism.OS_KEEPALIVE, 120 * 2, 120 * 2 * 52, false));
    }

    // ---- who answered --------------------------------------------------------------------------------------------

    @Test
    void anEchoFromAfarWasNotAnsweredByWhomTcpReaches() {
        Drops drops = Drops.by("blackhole");
        FaultFindings far = drops.in(world().tcpRtt(Optional.of(0.001)));
        assertThat(far.roundTrips().orElseThrow()).isEqualTo(new FaultFindings.RoundTrips(0.02, 0.001));
        assertThat(far.answersFromAfar()).contains(true);
        assertThat(drops.in(world()).answersFromAfar()).isEmpty();
        assertThat(drops.in(world().tcpRtt(Optional.empty())).roundTrips()).isEmpty();
        assertThat(drops.noticedBy(Mechanism.WRITE_ONLY).in(world()).roundTrips())
                .as("without echoes")
                .isEmpty();
    }

    // ---- notes ---------------------------------------------------------------------------------------------------

    @Test
    void notesSayWhatTheReaderMustKnow() {
        String hole = "a blackhole discards what arrives at this end; the far end hears this one and notices nothing";
        assertThat(new FaultFindings(Drops.by("blackhole:2s").at(0)).notes()).containsExactly(hole);
        assertThat(new FaultFindings(Drops.by("blackhole").withoutFilters().at(0)).notes())
                .isEmpty();
        assertThat(new FaultFindings(
                                Drops.by("hang").noticedBy(Mechanism.values()).at(0))
                        .notes())
                .containsExactly("os-keepalive+write, user-timeout+keepalive: while a heartbeat is unacknowledged the"
                        + " kernel sends no keepalive probe, so that keepalive notices no drop that a heartbeat meets"
                        + " first");
        assertThat(new FaultFindings(Drops.by("hang")
                                .noticedBy(Mechanism.OS_KEEPALIVE)
                                .at(0))
                        .notes())
                .isEmpty();
    }

    // ---- heartbeats ----------------------------------------------------------------------------------------------

    @Test
    void tracesAreWhatADetectorWouldHaveSeen() {
        List<HeartbeatTrace> traces =
                Drops.by("blackhole", "fin").trials(3).in(world()).traces(Duration.ofSeconds(10));
        assertThat(traces).hasSize(3).allSatisfy(trace -> {
            assertThat(trace.periodNs()).isEqualTo(World.ns(10));
            assertThat(trace.arrivals()).hasSize(2);
            for (int seq = 0; seq < 2; seq++) {
                long sentNs = trace.fromNs() + World.ns(10 * (seq + 1));
                assertThat(trace.arrivals().get(seq))
                        .isEqualTo(new HeartbeatTrace.Arrival(seq, sentNs, sentNs + World.ns(0.02)));
            }
            assertThat(trace.faultNs().orElseThrow() - trace.fromNs()).isBetween(World.ns(20), World.ns(30));
            assertThat(trace.endNs()).isGreaterThan(trace.faultNs().orElseThrow());
        });
        assertThat(traces).extracting(HeartbeatTrace::flow).containsExactly("1", "2", "3");
    }

    @Test
    void aFlowUnderLossIsNoCrash() {
        List<HeartbeatTrace> traces =
                Drops.by("loss:20").trials(3).watching(10).in(world()).traces(Duration.ofSeconds(10));
        assertThat(traces)
                .hasSize(3)
                .allSatisfy(trace -> assertThat(trace.faultNs()).isEmpty());
    }

    @Test
    void whatDetectorsAreFedIsInNoRow() {
        FaultFindings findings = Drops.by("hang").trials(2).watching(1, 2).in(world());
        assertThat(only(findings).fault()).isEqualTo("hang");
        assertThat(findings.traces(Duration.ofSeconds(1))).hasSize(2);
        assertThat(findings.traces(Duration.ofSeconds(2))).hasSize(2);
        assertThat(findings.traces(Duration.ofSeconds(3))).isEmpty();
    }

    @Test
    void eventsComeInTheOrderOfTimeFromTheStartOn() {
        FlowWorld world = world().clockAt(Long.MAX_VALUE - World.ns(25)).unreachable(2);
        List<HeartbeatEvent> events =
                Drops.by("blackhole", "loss:1").trials(2).in(world).events();
        assertThat(events).isSortedAccordingTo(Comparator.comparing(HeartbeatEvent::atS));
        assertThat(events)
                .extracting(HeartbeatEvent::flow)
                .as("the one that failed has none")
                .containsOnly("1", "3", "4");
        List<HeartbeatEvent> first =
                events.stream().filter(event -> "1".equals(event.flow())).toList();
        assertThat(first)
                .extracting(HeartbeatEvent::event)
                .containsExactly("flow", "heartbeat", "heartbeat", "fault", "end");
        assertThat(first.get(0))
                .isEqualTo(new HeartbeatEvent("flow", "1", 0.02, null, null, 10.0, "app-echo", "blackhole"));
        assertThat(first.get(1)).isEqualTo(new HeartbeatEvent("heartbeat", "1", 10.04, 0L, 10.02, null, null, null));
        assertThat(first.get(3).atS()).isBetween(20.0, 30.1);
        assertThat(first.get(4).atS()).isCloseTo(33.02, within(1e-6));
        assertThat(events)
                .filteredOn(event -> "3".equals(event.flow()))
                .extracting(HeartbeatEvent::event)
                .doesNotContain("fault")
                .endsWith("end");
    }

    // ---- in one line ---------------------------------------------------------------------------------------------

    @Test
    void theVerdictNamesTheSlowest() {
        assertThat(Drops.by("blackhole", "fin").in(world()).verdict())
                .matches("Every drop was noticed; the slowest: app-echo noticed a blackhole within 1[23] s"
                        + " \\(bound 13 s\\)\\.");
        assertThat(Drops.by("rst").in(world()).verdict())
                .isEqualTo(
                        "Every drop was noticed; the slowest: app-echo noticed an RST within 0.01 s (bound 0.02 s).");
        assertThat(Drops.by("fin").in(world()).verdict()).contains("noticed a FIN within");
        assertThat(Drops.by("idle").idleTimeout(6).in(world().idleTimeout(6)).verdict())
                .isEqualTo("Every drop was noticed; the slowest: app-echo noticed an expiry within 7.00 s"
                        + " (bound 7.00 s).");
    }

    @Test
    void theVerdictNamesWhatWasMissed() {
        assertThat(Drops.by("hang", "fin")
                        .noticedBy(Mechanism.WRITE_ONLY)
                        .in(world())
                        .verdict())
                .isEqualTo("write-only did not notice a hang; of the rest the slowest: write-only noticed a FIN within"
                        + " 0.01 s (bound 0.02 s).");
        assertThat(Drops.by("hang", "stop", "fin")
                        .noticedBy(Mechanism.WRITE_ONLY, Mechanism.OS_KEEPALIVE)
                        .in(world())
                        .verdict())
                .startsWith("write-only did not notice a hang (and 3 more like it); of the rest the slowest: ");
        assertThat(Drops.by("hang").noticedBy(Mechanism.WRITE_ONLY).in(world()).verdict())
                .isEqualTo("write-only did not notice a hang.");
    }

    @Test
    void whereNothingWasLostThereWasNothingToNotice() {
        assertThat(Drops.by("idle")
                        .idleTimeout(6)
                        .in(world().idleTimeout(6).reviving())
                        .verdict())
                .isEqualTo("No flow was lost: there was nothing to notice.");
        assertThat(Drops.by("idle")
                        .trials(3)
                        .idleTimeout(6)
                        .in(world().idleTimeout(6).reviving().closedEarly(1, 8))
                        .verdict())
                .as("one of three was lost, and noticed")
                .startsWith("Every drop was noticed; the slowest: app-echo noticed an expiry within 1.98 s");
    }

    @Test
    void aHoleThatWasOutlivedIsNotMissed() {
        assertThat(Drops.by("blackhole:2s", "fin")
                        .beating(Beating.every(10).echo(9, 2))
                        .in(world())
                        .verdict())
                .startsWith("Every drop was noticed; the slowest: app-echo noticed a FIN");
    }

    @Test
    void whereNothingWasDroppedTheAlarmsAreCounted() {
        assertThat(Drops.by("loss:1").trials(1).in(world()).verdict()).isEqualTo("No false alarm.");
        assertThat(Drops.by("loss:1")
                        .noticedBy(Mechanism.WRITE_ONLY)
                        .in(world().closedEarly(1, 40))
                        .verdict())
                .isEqualTo("1 false alarm.");
        assertThat(Drops.by("loss:1")
                        .noticedBy(Mechanism.WRITE_ONLY)
                        .in(world().closedEarly(1, 40).closedEarly(2, 40))
                        .verdict())
                .isEqualTo("2 false alarms.");
    }
}
