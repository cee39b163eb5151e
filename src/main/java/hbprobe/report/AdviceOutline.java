package hbprobe.report;

import hbprobe.model.AdviceFinding;
import hbprobe.model.AdviceFinding.Advice;
import hbprobe.report.Outline.Case;
import hbprobe.report.Outline.Metric;
import hbprobe.report.Outline.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A finding of {@code advise} in outline: one case, which is the advice. */
final class AdviceOutline {
    private AdviceOutline() {}

    static Outline of(AdviceFinding finding) {
        String answer = AdviceText.answer(finding);
        Advice advice = finding.advice();
        List<Metric> metrics = new ArrayList<>();
        if (advice != null) {
            metrics.add(new Metric(
                    "hbprobe_advice_heartbeat_interval_seconds",
                    "The advised time from one heartbeat to the next.",
                    Map.of(),
                    advice.heartbeatIntervalS()));
            metrics.add(new Metric(
                    "hbprobe_advice_detection_seconds",
                    "The latest that such a heartbeat notices a drop.",
                    Map.of(),
                    advice.detectionS().max()));
        }
        return new Outline(
                "advise",
                null,
                answer,
                finding.outcome().word(),
                finding.exitCode(),
                finding.error(),
                finding.warnings(),
                finding.startedAt(),
                finding.elapsedS(),
                List.of(new Case(
                        "advise",
                        "advice",
                        Verdict.of(finding.error() == null, finding.exitCode(), true),
                        null,
                        null,
                        answer)),
                metrics);
    }
}
