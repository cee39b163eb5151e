package hbprobe.report;

import hbprobe.model.CompareFinding;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A finding of {@code compare} for a person: what to use in one line, then the evidence, within 80 columns. */
public final class CompareText {
    private CompareText() {}

    /** The whole report, with a line break at its end. */
    public static String of(CompareFinding finding, Ink ink) {
        Page page = new Page(ink);
        page.answer(finding.outcome(), finding.verdict(), finding.error(), finding.target());
        if (!finding.keepOpen().isEmpty()) {
            page.block(keepOpen(finding.keepOpen(), ink));
        }
        if (!finding.detection().isEmpty()) {
            page.table(finding.detection());
        }
        if (!finding.cost().isEmpty()) {
            page.block(FaultTable.cost(finding.cost(), ink));
        }
        page.reasons(finding.detection());
        Boolean between = finding.terminatedBetween();
        if (between != null) {
            page.labelled(
                    "between",
                    between
                            ? "something terminates TCP between here and the far end"
                            : "nothing terminates TCP: keepalive reaches the far kernel");
        }
        page.end(finding.error(), finding.warnings());
        page.footer(finding.target(), finding.detection(), finding.elapsedS(), finding.seed());
        return page.text();
    }

    private static List<String> keepOpen(List<KeepOpen> rows, Ink ink) {
        List<String> lines = new ArrayList<>();
        lines.add(ink.faint(row("kept open by", "every", "observed") + "outcome"));
        for (KeepOpen row : rows) {
            String outcome = row.outcome().word();
            String label = row(row.mechanism().word(), seconds(row.periodS()), seconds(row.observedForS()));
            String text = row.why() == null ? outcome : outcome + ": " + row.why();
            List<String> paragraph = Words.paragraph(label, text);
            paragraph.forEach(line -> lines.add(row.outcome() == Outcome.LOST ? ink.bad(line) : line));
        }
        return lines;
    }

    private static String row(String mechanism, String period, String observed) {
        return String.format(Locale.ROOT, "  %-22s%9s%10s   ", mechanism, period, observed);
    }

    private static String seconds(@Nullable Double seconds) {
        return seconds == null ? "-" : Words.seconds(seconds);
    }
}
