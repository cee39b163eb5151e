package hbprobe.report;

import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Advice;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.report.Outline.Case;
import hbprobe.report.Outline.Metric;
import hbprobe.report.Outline.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A finding of {@code measure} in outline: each direction is a case. */
final class MeasureOutline {
    private static final String TIMEOUT = "hbprobe_idle_timeout_seconds";
    private static final String TIMEOUT_HELP =
            "The idle timeout lies between the bounds; without an upper one none was seen up to the lower.";

    private MeasureOutline() {}

    static Outline of(MeasureFinding finding) {
        String uri = finding.target().uri();
        boolean answered = finding.outcome() == Outcome.EXPIRES || finding.outcome() == Outcome.SURVIVES;
        String answer = MeasureText.answer(finding);
        List<Case> cases = new ArrayList<>();
        List<Metric> metrics = new ArrayList<>();
        for (DirectionFinding direction : finding.directions()) {
            boolean decided = direction.outcome() == Outcome.EXPIRES || direction.outcome() == Outcome.SURVIVES;
            Verdict verdict = Verdict.of(answered, finding.exitCode(), decided);
            cases.add(new Case(
                    uri,
                    direction.word() + " idle timeout",
                    verdict,
                    null,
                    observed(direction),
                    verdict == Verdict.PASS ? MeasureText.ending(direction) : why(finding, answer)));
            if (verdict == Verdict.PASS) {
                bound(metrics, direction, "lower", direction.aliveS());
                bound(metrics, direction, "upper", direction.deadS());
            }
        }
        if (cases.isEmpty()) {
            cases.add(new Case(
                    uri,
                    "idle timeout",
                    Verdict.of(answered, finding.exitCode(), false),
                    null,
                    null,
                    why(finding, answer)));
        }
        Advice advice = finding.advice();
        if (answered && advice != null) {
            metrics.add(new Metric(
                    "hbprobe_advised_heartbeat_interval_seconds",
                    "Interval of a heartbeat that keeps the path open.",
                    Map.of(),
                    advice.heartbeatIntervalS()));
        }
        return new Outline(
                "measure",
                uri,
                answer,
                finding.outcome().word(),
                finding.exitCode(),
                finding.error(),
                finding.warnings(),
                finding.startedAt(),
                finding.elapsedS(),
                cases,
                metrics);
    }

    private static String why(MeasureFinding finding, String answer) {
        return finding.error() == null ? answer : finding.error().message();
    }

    private static @Nullable String observed(DirectionFinding direction) {
        Double alive = direction.aliveS();
        Double dead = direction.deadS();
        if (alive == null && dead == null) {
            return null;
        }
        return (alive == null ? "never seen alive" : "alive up to " + Words.seconds(alive))
                + (dead == null ? "" : ", dead from " + Words.seconds(dead));
    }

    private static void bound(
            List<Metric> metrics, DirectionFinding direction, String bound, @Nullable Double seconds) {
        if (seconds != null) {
            Map<String, String> labels = Labelled.with(
                    Labelled.of(
                            "direction",
                            direction.direction().word(),
                            "test",
                            direction.test().word()),
                    "bound",
                    bound);
            metrics.add(new Metric(TIMEOUT, TIMEOUT_HELP, labels, seconds));
        }
    }
}
