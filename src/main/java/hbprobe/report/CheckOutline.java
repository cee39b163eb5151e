package hbprobe.report;

import hbprobe.model.CheckFinding;
import hbprobe.model.CheckFinding.CheckedTarget;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.CheckFinding.Outcome;
import hbprobe.model.Problem;
import hbprobe.report.Outline.Case;
import hbprobe.report.Outline.Metric;
import hbprobe.report.Outline.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A finding of {@code check} in outline: each expectation is a case. */
final class CheckOutline {
    private CheckOutline() {}

    static Outline of(CheckFinding finding) {
        List<String> uris = finding.targets().stream()
                .map(checked -> checked.target().uri())
                .distinct()
                .toList();
        List<Case> cases = new ArrayList<>();
        List<Metric> metrics = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (CheckedTarget checked : finding.targets()) {
            // The same target may be there more than once, with other expectations: each is a suite of its own.
            int nth = seen.merge(checked.target().uri(), 1, Integer::sum);
            String uri = checked.target().uri() + (nth == 1 ? "" : " (" + nth + ")");
            for (Expectation one : checked.expectations()) {
                Verdict verdict = verdict(one.outcome());
                cases.add(new Case(uri, one.name(), verdict, one.expected(), one.observed(), one.why()));
                metrics.add(new Metric(
                        "hbprobe_check_success",
                        "Whether the expectation holds; one that could not be decided does not.",
                        Labelled.of("target", uri, "expectation", one.name()),
                        verdict == Verdict.PASS ? 1 : 0));
            }
            if (checked.expectations().isEmpty()) {
                cases.add(new Case(uri, "check", verdict(checked.outcome()), null, null, why(checked)));
            }
        }
        String answer = CheckText.answer(finding);
        if (cases.isEmpty()) {
            cases.add(new Case("check", "check", verdict(finding.outcome()), null, null, answer));
        }
        return new Outline(
                "check",
                uris.isEmpty() ? null : String.join(",", uris),
                answer,
                finding.outcome().word(),
                finding.exitCode(),
                finding.targets().stream()
                        .map(CheckedTarget::error)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                finding.warnings(),
                finding.startedAt(),
                finding.elapsedS(),
                cases,
                metrics);
    }

    private static String why(CheckedTarget checked) {
        Problem error = checked.error();
        return error == null ? "nothing was checked" : error.message();
    }

    private static Verdict verdict(Held held) {
        return switch (held) {
            case PASS -> Verdict.PASS;
            case FAIL -> Verdict.FAIL;
            case INCONCLUSIVE -> Verdict.SKIPPED;
            case ERROR -> Verdict.ERROR;
        };
    }

    /** Of a target without a single expectation that was tried: nothing held, so that nothing passes. */
    private static Verdict verdict(Outcome outcome) {
        return switch (outcome) {
            case FAIL -> Verdict.FAIL;
            case UNREACHABLE -> Verdict.ERROR;
            case INTERRUPTED, INCONCLUSIVE, PASS -> Verdict.SKIPPED;
        };
    }
}
