package hbprobe.report;

import hbprobe.model.CheckFinding;
import hbprobe.model.CheckFinding.CheckedTarget;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.DoctorFinding;
import hbprobe.model.DoctorFinding.Check;
import hbprobe.model.FaultOutcome;
import hbprobe.model.HeartbeatEvent;
import hbprobe.model.HostInfo;
import hbprobe.model.Mechanism;
import hbprobe.model.Problem;
import hbprobe.model.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Findings of every command and with every ending, for tests of the formats. */
final class Findings {
    /** What some format or other would obey, and what some can't hold at all. */
    static final String HOSTILE =
            "a\u0000\u0007\u001b[31m|\"'%25%0A\r\n::error title=x::boo\n]]> #1 \\ <b>&amp; \t \ud83d\ude00"
                    + " \ufffe ,=`*_x_;";

    static final Map<String, Report> ALL = all();

    private Findings() {}

    private static Map<String, Report> all() {
        Map<String, Report> all = new LinkedHashMap<>();
        all.put("measure-expires", Report.of(MeasureTextTest.FINDINGS.get("one-way")));
        all.put("measure-udp", Report.of(MeasureTextTest.FINDINGS.get("udp-rebound")));
        all.put("measure-survives", Report.of(MeasureTextTest.FINDINGS.get("survives")));
        all.put("measure-unreachable", Report.of(MeasureTextTest.FINDINGS.get("unreachable")));
        all.put("measure-inconclusive", Report.of(MeasureTextTest.FINDINGS.get("path-down")));
        all.put("measure-interrupted", Report.of(MeasureTextTest.FINDINGS.get("interrupted")));
        all.put("measure-interrupted-at-once", Report.of(MeasureTextTest.FINDINGS.get("interrupted-at-once")));
        all.put("check-pass", Report.of(check(CheckFinding.Outcome.PASS, 0, List.of(target("a", holds(), shorter())))));
        all.put("check-fail", Report.of(check(CheckFinding.Outcome.FAIL, 1, List.of(target("a", fails())))));
        all.put(
                "check-mixed",
                Report.of(check(
                        CheckFinding.Outcome.FAIL,
                        1,
                        List.of(target("a", holds(), fails(), undecided()), target("b", untried())))));
        all.put("check-interrupted", Report.of(check(CheckFinding.Outcome.INTERRUPTED, 130, List.of(target("a")))));
        all.put(
                "detect-answered",
                Report.of(
                        FaultSamples.detected(),
                        List.of(
                                HeartbeatEvent.ofFlow("1", 0, 1_000_000_000, Mechanism.APP_ECHO, "hang"),
                                HeartbeatEvent.ofHeartbeat("1", 1_000_123_000, 1, 1_000_000_000),
                                HeartbeatEvent.ofEnd("1", 2_000_000_000))));
        all.put("detect-trace", Report.of(FaultSamples.judged(), List.of()));
        all.put(
                "detect-unreachable",
                Report.of(
                        FaultSamples.of(
                                FaultOutcome.UNREACHABLE,
                                new Problem("unresolved", "resolve nowhere.example: no such host"),
                                3),
                        List.of()));
        all.put("compare-answered", Report.of(FaultSamples.compared(false, "Both keep the path open.")));
        all.put("compare-interrupted", Report.of(FaultSamples.interrupted()));
        all.put("doctor-limited", Report.of(doctor()));
        all.put("advise-demanding", Report.of(AdviceSamples.demanding()));
        all.put("advise-not-needed", Report.of(AdviceSamples.notNeeded()));
        all.put("advise-no-use", Report.of(AdviceSamples.noUse()));
        all.put("nat-answered", Report.of(NatSamples.symmetric()));
        all.put("nat-inconclusive", Report.of(NatSamples.half()));
        all.put("nat-unreachable", Report.of(NatSamples.unreachable()));
        all.put("hostile", Report.of(hostile()));
        return all;
    }

    private static CheckFinding hostile() {
        return check(
                CheckFinding.Outcome.FAIL,
                1,
                List.of(target(
                        HOSTILE,
                        new Expectation("idle-at-least", HOSTILE, HOSTILE, Held.FAIL, HOSTILE),
                        new Expectation("ending", HOSTILE, null, Held.ERROR, HOSTILE),
                        new Expectation(HOSTILE, HOSTILE, null, Held.INCONCLUSIVE, HOSTILE),
                        new Expectation("idle-at-most", HOSTILE, HOSTILE, Held.PASS, HOSTILE))),
                HOSTILE);
    }

    private static Expectation holds() {
        return new Expectation("idle-at-least", "300s", "alive after 300 s", Held.PASS, "4 flows of 4 lived");
    }

    private static Expectation shorter() {
        return new Expectation("rtt-p99-below", "50ms", "12.3 ms", Held.PASS, "");
    }

    private static Expectation fails() {
        return new Expectation("idle-at-most", "400s", "alive after 400 s", Held.FAIL, "idle sessions are not cut");
    }

    private static Expectation undecided() {
        return new Expectation("ending", "reset", null, Held.INCONCLUSIVE, "the deadline came first");
    }

    private static Expectation untried() {
        return new Expectation("idle-at-least", "300s", null, Held.ERROR, "connect to 192.0.2.7:7400: refused");
    }

    private static CheckedTarget target(String name, Expectation... expectations) {
        CheckFinding.Outcome worst = CheckFinding.Outcome.PASS;
        for (Expectation one : expectations) {
            CheckFinding.Outcome outcome = switch (one.outcome()) {
                case PASS -> CheckFinding.Outcome.PASS;
                case FAIL -> CheckFinding.Outcome.FAIL;
                case INCONCLUSIVE -> CheckFinding.Outcome.INCONCLUSIVE;
                case ERROR -> CheckFinding.Outcome.UNREACHABLE;
            };
            worst = outcome.compareTo(worst) < 0 ? outcome : worst;
        }
        boolean refused = worst == CheckFinding.Outcome.UNREACHABLE;
        return new CheckedTarget(
                new Target("hb://" + name + ".example", name + ".example", "192.0.2.7", 7400, "tcp", "hb", false),
                expectations.length == 0 ? CheckFinding.Outcome.INTERRUPTED : worst,
                refused ? new Problem("refused", "connect to 192.0.2.7:7400: refused") : null,
                List.of(expectations));
    }

    static CheckFinding check(
            CheckFinding.Outcome outcome, int exitCode, List<CheckedTarget> targets, String... warnings) {
        return new CheckFinding(
                CheckFinding.SCHEMA,
                "0.1.0",
                new HostInfo("Linux 6.1 amd64", "17.0.15", "epoll", 0.125),
                "2026-11-25T03:00:00.123456Z",
                301.5,
                4711,
                outcome,
                targets,
                List.of(warnings),
                exitCode);
    }

    static DoctorFinding doctor() {
        return new DoctorFinding(
                DoctorFinding.SCHEMA,
                "0.1.0",
                new HostInfo("Linux 6.1 amd64", "17.0.15", "epoll", null),
                "2026-11-24T03:00:00Z",
                0.61,
                DoctorFinding.Outcome.LIMITED,
                List.of(
                        Check.ok("clock", "steps of 120 ns"),
                        Check.limited("lab", "nft is missing", "no lab", "apt-get install nftables"),
                        Check.limited("lab", "no namespaces", "no lab", "allow user namespaces")),
                null,
                0);
    }
}
