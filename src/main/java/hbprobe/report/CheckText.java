package hbprobe.report;

import hbprobe.model.CheckFinding;
import hbprobe.model.CheckFinding.CheckedTarget;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.CheckFinding.Outcome;
import hbprobe.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A finding of {@code check} for a person: the answer in one line, then each expectation, within 80 columns. */
final class CheckText {
    private static final int NAME_WIDTH = 18;

    /** A name of ours is shorter; a saved file's must leave room for the rest. */
    private static final int LONGEST_NAME = 30;

    private CheckText() {}

    /** The whole report, with a line break at its end. */
    static String of(CheckFinding finding, Ink ink) {
        List<String> lines = new ArrayList<>();
        boolean good = finding.outcome() == Outcome.PASS;
        Words.paragraph("", answer(finding))
                .forEach(line -> lines.add(ink.bold(good ? ink.good(line) : ink.bad(line))));
        for (CheckedTarget checked : finding.targets()) {
            lines.add("");
            String address = checked.target().address();
            Words.paragraph("", checked.target().uri() + (address == null ? "" : " at " + address))
                    .forEach(line -> lines.add(ink.faint(line)));
            checked.expectations().forEach(one -> lines.addAll(lines(one, ink)));
            Problem error = checked.error();
            if (error != null && checked.expectations().isEmpty()) {
                lines.addAll(Words.paragraph(label("", "error"), error.message()));
            }
        }
        lines.add("");
        finding.warnings().forEach(warning -> lines.addAll(Words.paragraph(label("", "note"), warning)));
        Words.paragraph("", Words.seconds(finding.elapsedS()) + "; seed " + finding.seed())
                .forEach(line -> lines.add(ink.faint(line)));
        return String.join("\n", lines) + "\n";
    }

    /** The sentence at the top. */
    static String answer(CheckFinding finding) {
        List<Expectation> all = finding.targets().stream()
                .flatMap(checked -> checked.expectations().stream())
                .toList();
        long held = all.stream().filter(one -> one.outcome() == Held.PASS).count();
        String share = held + " of " + all.size() + (all.size() == 1 ? " expectation holds" : " expectations hold");
        return switch (finding.outcome()) {
            case PASS -> "Every expectation holds: " + all.size() + ".";
            case FAIL ->
                all.stream().filter(one -> one.outcome() == Held.FAIL).count() + " of " + all.size()
                        + " expectations failed.";
            case UNREACHABLE -> "Could not be checked; " + share + ".";
            case INCONCLUSIVE -> "Inconclusive; " + share + ".";
            case INTERRUPTED -> "Interrupted; " + share + ".";
        };
    }

    private static List<String> lines(Expectation one, Ink ink) {
        String observed = one.observed();
        String text = "expected " + one.expected() + (observed == null ? "" : ", observed " + observed)
                + (one.why().isEmpty() ? "" : ": " + one.why());
        String name = one.name().length() > LONGEST_NAME ? one.name().substring(0, LONGEST_NAME) + "…" : one.name();
        List<String> lines = Words.paragraph(label(one.outcome().word(), name), text);
        return one.outcome() == Held.PASS ? lines : lines.stream().map(ink::bad).toList();
    }

    private static String label(String outcome, String name) {
        return String.format(Locale.ROOT, "  %-14s%-" + NAME_WIDTH + "s", outcome, name);
    }
}
