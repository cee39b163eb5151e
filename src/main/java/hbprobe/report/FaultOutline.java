package hbprobe.report;

import hbprobe.model.Bounds;
import hbprobe.model.CompareFinding;
import hbprobe.model.Cost;
import hbprobe.model.DetectFinding;
import hbprobe.model.Detection;
import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorFinding.DetectionTime;
import hbprobe.model.Distribution;
import hbprobe.model.FaultOutcome;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Outcome;
import hbprobe.report.Outline.Case;
import hbprobe.report.Outline.Metric;
import hbprobe.report.Outline.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Findings of {@code compare} and {@code detect} in outline: each row is a case, which passes when the row has its
 * figures, whatever they are.
 */
final class FaultOutline {
    private static final double SECONDS_AN_HOUR = 3600;

    private final String suite;
    private final boolean answered;
    private final int exitCode;
    private final String why;
    private final List<Case> cases = new ArrayList<>();
    private final List<Metric> metrics = new ArrayList<>();

    private FaultOutline(String suite, FaultOutcome outcome, int exitCode, String why) {
        this.suite = suite;
        this.answered = outcome == FaultOutcome.ANSWERED;
        this.exitCode = exitCode;
        this.why = why;
    }

    static Outline of(CompareFinding finding) {
        String uri = finding.target().uri();
        String answer = Page.sentence(finding.outcome(), finding.verdict(), finding.error(), finding.target());
        FaultOutline rows = new FaultOutline(
                uri,
                finding.outcome(),
                finding.exitCode(),
                finding.error() == null ? answer : finding.error().message());
        finding.keepOpen().forEach(rows::add);
        finding.detection().forEach(rows::add);
        finding.cost().forEach(rows::add);
        return new Outline(
                "compare",
                uri,
                answer,
                finding.outcome().word(),
                finding.exitCode(),
                finding.error(),
                finding.warnings(),
                finding.startedAt(),
                finding.elapsedS(),
                rows.cases("comparison"),
                rows.metrics);
    }

    static Outline of(DetectFinding finding) {
        String uri = finding.target() == null ? null : finding.target().uri();
        String answer = Page.sentence(finding.outcome(), finding.verdict(), finding.error(), finding.target());
        FaultOutline rows = new FaultOutline(
                uri == null ? "a recorded trace" : uri,
                finding.outcome(),
                finding.exitCode(),
                finding.error() == null ? answer : finding.error().message());
        finding.detection().forEach(rows::add);
        finding.detectors().forEach(rows::add);
        finding.cost().forEach(rows::add);
        return new Outline(
                "detect",
                uri,
                answer,
                finding.outcome().word(),
                finding.exitCode(),
                finding.error(),
                finding.warnings(),
                finding.startedAt(),
                finding.elapsedS(),
                rows.cases("detection"),
                rows.metrics);
    }

    /** One that says why there is none, where there is none. */
    private List<Case> cases(String name) {
        if (cases.isEmpty()) {
            add(name, false, null, why);
        }
        return cases;
    }

    private void add(String name, boolean hasFigures, @Nullable String observed, @Nullable String reason) {
        Verdict verdict = Verdict.of(answered, exitCode, hasFigures);
        String said = reason == null && verdict != Verdict.PASS ? why : Records.text(reason);
        cases.add(new Case(suite, name, verdict, null, observed, said));
    }

    private void add(KeepOpen row) {
        boolean tested = row.outcome() != Outcome.NOT_TESTED;
        add("keep-open by " + row.mechanism().word(), tested, row.outcome().word(), row.why());
        if (answered && tested) {
            metrics.add(new Metric(
                    "hbprobe_keep_open",
                    "Whether the heartbeat kept the path open.",
                    Labelled.of("mechanism", row.mechanism().word()),
                    row.outcome() == Outcome.KEPT ? 1 : 0));
        }
    }

    private void add(Detection row) {
        String observed = row.trials() == 0
                ? null
                : row.isLoss()
                        ? row.falseAlarms() + " false alarms in " + row.trials() + " trials"
                        : row.detected() + " of " + row.trials() + " noticed"
                                + (row.latencyS() == null ? "" : within(row.latencyS()));
        add("detection of " + row.fault() + " by " + row.mechanism().word(), row.trials() > 0, observed, row.why());
        if (!answered || row.trials() == 0) {
            return;
        }
        Map<String, String> labels = Labelled.of("mechanism", row.mechanism().word(), "fault", row.fault());
        metrics.add(new Metric("hbprobe_detection_trials", "Trials that came to an end.", labels, row.trials()));
        metrics.add(new Metric("hbprobe_detection_noticed", "Trials that were noticed.", labels, row.detected()));
        metrics.add(new Metric(
                "hbprobe_detection_false_alarms", "Alarms while nothing was dropped.", labels, row.falseAlarms()));
        Distribution latency = row.latencyS();
        if (latency != null) {
            spread("hbprobe_detection_latency_seconds", "How late the fault was noticed.", labels, latency);
        }
        Bounds predicted = row.predictedS();
        if (predicted != null) {
            String name = "hbprobe_detection_predicted_seconds";
            String help = "How late the fault is noticed by formula.";
            stat(name, help, labels, "min", predicted.min());
            stat(name, help, labels, "mean", predicted.mean());
            stat(name, help, labels, "max", predicted.max());
        }
    }

    private void spread(String name, String help, Map<String, String> labels, Distribution of) {
        stat(name, help, labels, "min", of.min());
        stat(name, help, labels, "p50", of.p50());
        stat(name, help, labels, "p90", of.p90());
        stat(name, help, labels, "p99", of.p99());
        stat(name, help, labels, "max", of.max());
        stat(name, help, labels, "mean", of.mean());
    }

    private void stat(String name, String help, Map<String, String> labels, String stat, double value) {
        metrics.add(new Metric(name, help, Labelled.with(labels, "stat", stat), value));
    }

    private static String within(Distribution latency) {
        return ", p50 " + Words.seconds(latency.p50()) + ", max " + Words.seconds(latency.max());
    }

    private void add(DetectorFinding row) {
        DetectionTime time = row.detectionTimeS();
        Map<String, String> labels = Labelled.of("detector", row.name().word());
        add(
                "detector " + row.name().word(),
                time != null || row.queryAccuracy() != null,
                time == null ? null : "mean " + Words.seconds(time.mean()) + ", max " + Words.seconds(time.max()),
                row.mistakeRatePerHour() == null
                        ? null
                        : String.format(Locale.ROOT, "%.3g mistakes an hour", row.mistakeRatePerHour()));
        if (!answered) {
            return;
        }
        if (time != null) {
            spread(
                    "hbprobe_detector_detection_seconds",
                    "From crash to suspicion.",
                    labels,
                    new Distribution(time.min(), time.p50(), time.p90(), time.p99(), time.max(), time.mean()));
        }
        if (row.mistakeRatePerHour() != null) {
            metrics.add(new Metric(
                    "hbprobe_detector_mistakes_per_second",
                    "False suspicions in a second of one flow.",
                    labels,
                    row.mistakeRatePerHour() / SECONDS_AN_HOUR));
        }
        if (row.queryAccuracy() != null) {
            metrics.add(new Metric(
                    "hbprobe_detector_query_accuracy_ratio",
                    "The chance that a living flow is trusted.",
                    labels,
                    row.queryAccuracy()));
        }
    }

    private void add(Cost row) {
        if (answered) {
            Map<String, String> labels =
                    Labelled.of("mechanism", row.mechanism().word());
            metrics.add(new Metric(
                    "hbprobe_cost_packets_per_second",
                    "What the mechanism costs on a flow that carries nothing else.",
                    labels,
                    row.packetsPerHour() / SECONDS_AN_HOUR));
            metrics.add(new Metric(
                    "hbprobe_cost_bytes_per_second",
                    "What the mechanism costs on a flow that carries nothing else, headers included.",
                    labels,
                    row.bytesPerHour() / SECONDS_AN_HOUR));
        }
    }
}
