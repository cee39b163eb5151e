package hbprobe.report;

import hbprobe.model.DoctorFinding;
import hbprobe.model.DoctorFinding.Check;
import hbprobe.model.DoctorFinding.State;
import hbprobe.model.Problem;
import hbprobe.report.Outline.Case;
import hbprobe.report.Outline.Metric;
import hbprobe.report.Outline.Verdict;
import java.util.ArrayList;
import java.util.List;

/** A finding of {@code doctor} in outline: each ability is a case, and one that this host lacks is skipped. */
final class DoctorOutline {
    private static final String SUITE = "this host";

    private DoctorOutline() {}

    static Outline of(DoctorFinding finding) {
        String answer = DoctorText.answer(finding);
        Problem error = finding.error();
        List<Case> cases = new ArrayList<>();
        List<Metric> metrics = new ArrayList<>();
        for (Check check : finding.checks()) {
            boolean able = check.state() == State.OK;
            cases.add(new Case(
                    SUITE,
                    check.name(),
                    Verdict.of(error == null, finding.exitCode(), able),
                    null,
                    check.seen(),
                    check.consequence() == null ? "" : check.seen() + "; so: " + check.consequence()));
            metrics.add(new Metric(
                    "hbprobe_doctor_able",
                    "Whether this host is as it should be for measuring.",
                    Labelled.of("check", check.name()),
                    able ? 1 : 0));
        }
        if (cases.isEmpty()) {
            cases.add(new Case(
                    SUITE,
                    "doctor",
                    Verdict.of(error == null, finding.exitCode(), false),
                    null,
                    null,
                    error == null ? answer : error.message()));
        }
        return new Outline(
                "doctor",
                null,
                answer,
                finding.outcome().word(),
                finding.exitCode(),
                error,
                List.of(),
                finding.startedAt(),
                finding.elapsedS(),
                cases,
                metrics);
    }
}
