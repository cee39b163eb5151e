package hbprobe.report;

import hbprobe.model.CheckFinding;
import hbprobe.model.CheckFinding.CheckedTarget;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.Problem;
import hbprobe.model.Target;
import java.util.List;

/** What {@code check} found, for people: the answer first, then a line for each expectation. */
final class CheckText {
    private CheckText() {}

    /** The report, with a line break at its end. */
    static String of(CheckFinding finding, Ink ink) {
        StringBuilder text = new StringBuilder();
        boolean bad = finding.outcome() != CheckFinding.Outcome.PASS;
        Words.paragraph("", answer(finding))
                .forEach(line ->
                        text.append(ink.bold(bad ? ink.bad(line) : line)).append('\n'));
        finding.targets().forEach(target -> block(text, target, ink));
        if (!finding.warnings().isEmpty()) {
            text.append('\n');
            finding.warnings()
                    .forEach(warning -> Words.paragraph("  note     ", warning)
                            .forEach(line -> text.append(line).append('\n')));
        }
        text.append('\n')
                .append(ink.faint(Words.seconds(finding.elapsedS()) + "; seed " + finding.seed()))
                .append('\n');
        return text.toString();
    }

    /** The answer in one line, without a line break. */
    static String answer(CheckFinding finding) {
        List<Expectation> all = finding.targets().stream()
                .flatMap(target -> target.expectations().stream())
                .toList();
        String of = " of " + all.size() + (all.size() == 1 ? " expectation" : " expectations");
        int targets = finding.targets().size();
        String on = targets == 1 ? "" : " on " + targets + " targets";
        return switch (finding.outcome()) {
            case PASS -> "Pass: " + count(all, Held.PASS) + of + (all.size() == 1 ? " holds" : " hold") + on + ".";
            case FAIL ->
                "Fail: " + count(all, Held.FAIL) + of + (count(all, Held.FAIL) == 1 ? " does" : " do") + " not hold"
                        + on + ".";
            case UNREACHABLE -> "Could not check: " + count(all, Held.ERROR) + of + " could not be tried" + on + ".";
            case INCONCLUSIVE ->
                "Inconclusive: " + count(all, Held.INCONCLUSIVE) + of + " could not be decided" + on + ".";
            case INTERRUPTED ->
                "Interrupted: " + count(all, Held.PASS) + of + " held by then, " + count(all, Held.FAIL) + " did not"
                        + on + ".";
        };
    }

    private static long count(List<Expectation> all, Held held) {
        return all.stream().filter(one -> one.outcome() == held).count();
    }

    private static void block(StringBuilder text, CheckedTarget checked, Ink ink) {
        Target target = checked.target();
        String where = target.address() == null || target.address().equals(target.host())
                ? target.uri()
                : target.uri() + " at " + target.address();
        text.append('\n');
        Words.paragraph("", where).forEach(line -> text.append(line).append('\n'));
        checked.expectations().forEach(one -> row(text, one, ink));
        Problem error = checked.error();
        if (error != null && checked.expectations().isEmpty()) {
            Words.paragraph("  error    ", error.message())
                    .forEach(line -> text.append(line).append('\n'));
        }
    }

    private static void row(StringBuilder text, Expectation one, Ink ink) {
        String label = switch (one.outcome()) {
            case PASS -> "  pass     ";
            case FAIL -> "  FAIL     ";
            case INCONCLUSIVE -> "  unknown  ";
            case ERROR -> "  error    ";
        };
        String what = one.name()
                + (one.expected().equals("yes") ? "" : " " + one.expected())
                + (one.observed() == null ? "" : ": " + one.observed());
        for (String line : Words.paragraph(label, what)) {
            boolean good = one.outcome() == Held.PASS;
            text.append(good ? line.replace("  pass", ink.good("  pass")) : ink.bad(line))
                    .append('\n');
        }
        Words.paragraph("           ", one.why())
                .forEach(line -> text.append(ink.faint(line)).append('\n'));
    }
}
