package hbprobe.report;

import hbprobe.model.Bounds;
import hbprobe.model.CompareFinding;
import hbprobe.model.Cost;
import hbprobe.model.DetectFinding;
import hbprobe.model.Detection;
import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorFinding.DetectionTime;
import hbprobe.model.DetectorKind;
import hbprobe.model.Distribution;
import hbprobe.model.FaultOutcome;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.HostInfo;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.Mechanism;
import hbprobe.model.MechanismUsed;
import hbprobe.model.MechanismUsed.Knobs;
import hbprobe.model.Problem;
import hbprobe.model.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Findings of {@code compare} and {@code detect} as they come. */
final class FaultSamples {
    private static final Target TARGET =
            new Target("hb://server.example", "server.example", "192.0.2.7", 7400, "tcp", "hb", false);
    private static final HostInfo HOST = new HostInfo("Linux 6.1 amd64", "17.0.15", "epoll", 1.25);
    private static final String AT = "2026-11-24T03:00:00.123456Z";

    private FaultSamples() {}

    private static Distribution distribution(double min, double p50, double max) {
        return new Distribution(min, p50, (p50 + max) / 2, max, max, p50);
    }

    private static Detection noticed(Mechanism mechanism, String fault, double min, double p50, double max) {
        return new Detection(
                mechanism,
                fault,
                10,
                10,
                distribution(min, p50, max),
                new Bounds(min - 0.02, p50, max + 0.02),
                90,
                0,
                null);
    }

    private static Detection unnoticed(
            Mechanism mechanism, String fault, @Nullable Bounds predicted, @Nullable String why) {
        return new Detection(mechanism, fault, 10, 0, null, predicted, 90, 0, why);
    }

    static List<Detection> rows() {
        String acknowledges = "never noticed: the far kernel goes on acknowledging";
        return List.of(
                noticed(Mechanism.APP_ECHO, "blackhole", 1.52, 2.01, 2.49),
                noticed(Mechanism.OS_KEEPALIVE, "blackhole", 3.09, 3.6, 4.07),
                unnoticed(
                        Mechanism.WRITE_ONLY,
                        "blackhole",
                        new Bounds(928.9, 929.4, 929.9),
                        "expected after 929 s at the earliest, beyond the cap"),
                noticed(Mechanism.APP_ECHO, "hang", 1.6, 2, 2.4),
                unnoticed(Mechanism.OS_KEEPALIVE, "hang", null, acknowledges),
                unnoticed(Mechanism.WRITE_ONLY, "hang", null, acknowledges),
                new Detection(Mechanism.APP_ECHO, "loss:20", 10, 0, null, null, 60, 117, null),
                new Detection(Mechanism.OS_KEEPALIVE, "loss:20", 10, 0, null, null, 60, 0, null),
                new Detection(Mechanism.WRITE_ONLY, "loss:20", 10, 0, null, null, 60, 0, null),
                new Detection(
                        Mechanism.APP_ECHO,
                        "blackhole:2s",
                        10,
                        6,
                        distribution(1.5, 1.7, 2),
                        new Bounds(1.5, 2, 2.5),
                        90,
                        1,
                        "6 gave up, 4 went on, traffic flowing again 0.42 s after the hole (at most 0.61 s)"),
                unnoticed(
                        Mechanism.OS_KEEPALIVE,
                        "blackhole:2s",
                        new Bounds(3, 3.5, 4),
                        "0 gave up, 10 went on, traffic flowing again 0.52 s after the hole (at most 1.04 s)"),
                unnoticed(
                        Mechanism.WRITE_ONLY,
                        "blackhole:2s",
                        new Bounds(928.9, 929.4, 929.9),
                        "0 gave up, 10 went on, traffic flowing again 0.73 s after the hole (at most 1.2 s)"),
                unnoticed(Mechanism.APP_ECHO, "nat-flush", null, "the flow works on, there is nothing to notice"),
                noticed(Mechanism.OS_KEEPALIVE, "nat-flush", 3.1, 3.5, 4.1),
                notStaged(Mechanism.WRITE_ONLY, "nat-flush"));
    }

    private static Detection notStaged(Mechanism mechanism, String fault) {
        return new Detection(
                mechanism,
                fault,
                0,
                0,
                null,
                null,
                90,
                0,
                "not staged: only a lab can stage it: hbprobe lab run -- detect hb://server");
    }

    private static List<MechanismUsed> mechanisms() {
        HeartbeatSettings settings = HeartbeatSettings.defaults();
        return Arrays.stream(Mechanism.values())
                .map(mechanism -> new MechanismUsed(
                        mechanism,
                        new MechanismUsed.Settings(
                                Knobs.of(mechanism, settings),
                                mechanism == Mechanism.WRITE_ONLY ? null : Knobs.of(mechanism, settings))))
                .toList();
    }

    private static List<Cost> costs() {
        return List.of(
                new Cost(Mechanism.APP_ECHO, 10_800, 723_600.5, true),
                new Cost(Mechanism.OS_KEEPALIVE, 7_200, 374_400, true),
                new Cost(Mechanism.WRITE_ONLY, 7_200, 374_400, false));
    }

    private static List<DetectorFinding> detectors() {
        DetectorFinding.Settings settings = new DetectorFinding.Settings(1.0, 2.5, null, null, 1.5, null, null, 32);
        DetectionTime time = DetectionTime.of(distribution(1.51, 2.01, 2.5), new Bounds(1.5, 2, 2.5));
        return List.of(
                new DetectorFinding(DetectorKind.FIXED, settings, time, 0.0, null, 1.0),
                new DetectorFinding(
                        DetectorKind.BERTIER,
                        settings,
                        DetectionTime.of(distribution(0, 1.1, 103), null),
                        35.123,
                        0.52,
                        0.98765),
                new DetectorFinding(DetectorKind.PHI, settings, null, null, null, null));
    }

    /** Everything that a run can show. */
    static DetectFinding detected() {
        return new DetectFinding(
                DetectFinding.SCHEMA,
                "0.1.0",
                TARGET,
                HOST,
                AT,
                104.25,
                4711,
                FaultOutcome.ANSWERED,
                mechanisms(),
                rows(),
                detectors(),
                costs(),
                true,
                "write-only did not notice a blackhole (and 2 more like it); of the rest the slowest: os-keepalive noticed"
                        + " a nat-flush within 4.10 s (bound 4.12 s).",
                List.of(
                        "a blackhole discards what arrives at this end; the far end hears this one and notices nothing"),
                null,
                0);
    }

    static DetectFinding of(FaultOutcome outcome, @Nullable Problem problem, int exitCode) {
        return new DetectFinding(
                DetectFinding.SCHEMA,
                "0.1.0",
                new Target("hb://nowhere.example", "nowhere.example", null, 7400, "tcp", "hb", false),
                HOST,
                AT,
                0.2,
                4711,
                outcome,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                problem,
                exitCode);
    }

    static DetectFinding judged() {
        return new DetectFinding(
                DetectFinding.SCHEMA,
                "0.1.0",
                null,
                HOST,
                AT,
                0.9,
                4711,
                FaultOutcome.ANSWERED,
                List.of(),
                List.of(),
                detectors(),
                List.of(),
                null,
                "Judged 788400 heartbeats; flows: 1.",
                List.of("sweep: the trace has no heartbeats every 40s, but every 30s"),
                null,
                0);
    }

    /** Everything that a comparison can show. */
    static CompareFinding compared(@Nullable Boolean terminatedBetween, String verdict) {
        List<KeepOpen> keepOpen = new ArrayList<>();
        keepOpen.add(new KeepOpen(Keeper.APP_ECHO, 4.8, 6.0, 23.9, KeepOpen.Outcome.KEPT, null));
        keepOpen.add(new KeepOpen(
                Keeper.OS_KEEPALIVE, 4.0, 6.0, 23.9, KeepOpen.Outcome.LOST, "2 of 3 lost: closed by FIN after 6s"));
        keepOpen.add(
                KeepOpen.notTested(Keeper.OS_KEEPALIVE_SERVER, 6.0, "it takes 28s, longer than the deadline allows"));
        keepOpen.add(new KeepOpen(Keeper.NONE, null, 6.0, 23.9, KeepOpen.Outcome.LOST, "the far end's push was lost"));
        return new CompareFinding(
                CompareFinding.SCHEMA,
                "0.1.0",
                TARGET,
                HOST,
                AT,
                104.25,
                4711,
                FaultOutcome.ANSWERED,
                mechanisms(),
                keepOpen,
                rows().subList(0, 6),
                costs(),
                terminatedBetween,
                verdict,
                List.of("the idle timeout was measured first: 5.87 to 6.13 s, server-first"),
                null,
                0);
    }

    static CompareFinding interrupted() {
        return new CompareFinding(
                CompareFinding.SCHEMA,
                "0.1.0",
                TARGET,
                HOST,
                AT,
                1.5,
                4711,
                FaultOutcome.INTERRUPTED,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                new Problem("interrupted", "ended before the first flow was opened"),
                130);
    }
}
