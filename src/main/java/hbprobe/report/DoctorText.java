package hbprobe.report;

import hbprobe.model.DoctorFinding;
import hbprobe.model.DoctorFinding.Check;
import hbprobe.model.DoctorFinding.Outcome;
import hbprobe.model.DoctorFinding.State;
import hbprobe.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code doctor} found, for a person: the answer in one line, then each check, within 80 columns. */
public final class DoctorText {
    private static final int NAME_WIDTH = 15;

    private DoctorText() {}

    /** The whole report, with a line break at its end. */
    public static String of(DoctorFinding finding, Ink ink) {
        List<String> lines = new ArrayList<>();
        boolean able = finding.outcome() == Outcome.ABLE;
        Words.paragraph("", answer(finding)).stream()
                .map(line -> ink.bold(able ? ink.good(line) : ink.bad(line)))
                .forEach(lines::add);
        lines.add("");
        finding.checks().forEach(check -> lines.addAll(lines(check)));
        Problem error = finding.error();
        if (error != null) {
            lines.addAll(Words.paragraph(label("", "why"), error.message()));
        }
        lines.add("");
        lines.add(ink.faint(
                finding.host().os() + ", Java " + finding.host().java() + ", " + Words.seconds(finding.elapsedS())));
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    /** The sentence at the top. */
    static String answer(DoctorFinding finding) {
        if (finding.error() != null) {
            return "hbprobe failed.";
        }
        List<String> limited = finding.checks().stream()
                .filter(check -> check.state() == State.LIMITED)
                .map(Check::name)
                .toList();
        return limited.isEmpty()
                ? "This host can measure what hbprobe claims."
                : "This host can measure, but for what needs: " + String.join(", ", limited) + ".";
    }

    private static List<String> lines(Check check) {
        List<String> lines = new ArrayList<>(Words.paragraph(label(check.state().word(), check.name()), check.seen()));
        String consequence = check.consequence();
        String remedy = check.remedy();
        if (consequence != null) {
            lines.addAll(Words.paragraph(label("", "  so"), consequence));
        }
        if (remedy != null) {
            lines.addAll(Words.paragraph(label("", "  do"), remedy));
        }
        return lines;
    }

    private static String label(String state, String name) {
        return String.format(Locale.ROOT, "  %-9s%-" + NAME_WIDTH + "s", state, name);
    }
}
