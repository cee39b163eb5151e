package hbprobe.report;

import hbprobe.model.Detection;
import hbprobe.model.FaultOutcome;
import hbprobe.model.Problem;
import hbprobe.model.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report in the making, as {@code compare} and {@code detect} build it from the same parts. */
final class Page {
    private static final int LABEL_WIDTH = 11;

    private final Ink ink;
    private final List<String> lines = new ArrayList<>();

    Page(Ink ink) {
        this.ink = ink;
    }

    void answer(FaultOutcome outcome, @Nullable String verdict, @Nullable Problem error, @Nullable Target target) {
        boolean bad = outcome != FaultOutcome.ANSWERED;
        Words.paragraph("", sentence(outcome, verdict, error, target))
                .forEach(line -> lines.add(ink.bold(bad ? ink.bad(line) : line)));
    }

    /** The answer in words. */
    static String sentence(
            FaultOutcome outcome, @Nullable String verdict, @Nullable Problem error, @Nullable Target target) {
        String said = verdict == null ? "" : verdict;
        String text = switch (outcome) {
            case ANSWERED -> said;
            case INTERRUPTED -> said.isEmpty() ? "Interrupted before anything was known." : "Interrupted. " + said;
            case UNREACHABLE -> (target == null ? "It" : target.uri()) + " could not be tried.";
            case INCONCLUSIVE ->
                "Inconclusive: " + (error == null ? "see the rows." : error.message() + ".") + " " + said;
        };
        return text.strip();
    }

    void table(List<Detection> detections) {
        block(new FaultTable(detections, ink).lines());
    }

    void block(List<String> block) {
        lines.add("");
        lines.addAll(block);
    }

    void reasons(List<Detection> detections) {
        List<String> reasons = new FaultTable(detections, ink).reasons();
        if (!reasons.isEmpty()) {
            lines.add("");
            reasons.forEach(reason -> labelled("why", reason));
        }
    }

    void labelled(String label, String text) {
        lines.addAll(Words.paragraph("  " + String.format(Locale.ROOT, "%-" + LABEL_WIDTH + "s", label), text));
    }

    void end(@Nullable Problem error, List<String> warnings) {
        if (error != null || !warnings.isEmpty()) {
            lines.add("");
        }
        if (error != null) {
            labelled("error", error.message());
        }
        warnings.forEach(warning -> labelled("note", warning));
    }

    void footer(@Nullable Target target, List<Detection> detections, double elapsedS, long seed) {
        int trials = detections.stream().mapToInt(Detection::trials).sum();
        String where = target == null
                ? "a recorded trace"
                : target.address() == null ? target.uri() : target.uri() + " at " + target.address();
        lines.add("");
        String tried = target == null ? "" : ", " + trials + " trials";
        Words.paragraph("", where + tried + ", " + Words.seconds(elapsedS) + "; seed " + seed)
                .forEach(line -> lines.add(ink.faint(line)));
    }

    String text() {
        return String.join("\n", lines) + "\n";
    }
}
