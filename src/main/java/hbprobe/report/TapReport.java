package hbprobe.report;

import hbprobe.report.Outline.Case;
import hbprobe.report.Outline.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.NonPrintableStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/**
 * A finding in the Test Anything Protocol, version 14. A harness counts what is skipped as good, so that a run that was
 * interrupted bails out: nothing else in TAP says that the rest never came. A run that came to its end without an
 * answer did not break off; its cases are skipped, and its exit code tells.
 */
final class TapReport {
    /** Longer than any sentence: a folded scalar would be right too, but few readers of TAP know all of YAML. */
    private static final int NEVER_FOLD = 100_000;

    private static final DumpSettings YAML = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setDefaultScalarStyle(ScalarStyle.DOUBLE_QUOTED)
            .setNonPrintableStyle(NonPrintableStyle.ESCAPE)
            .setWidth(NEVER_FOLD)
            .setSplitLines(false)
            .build();

    private TapReport() {}

    static String of(Outline outline) {
        StringBuilder tap = new StringBuilder("TAP version 14\n1..");
        tap.append(outline.cases().size()).append("\n# ").append(Words.oneLine(outline.answer()));
        tap.append("\n");
        outline.warnings()
                .forEach(warning ->
                        tap.append("# note: ").append(Words.oneLine(warning)).append("\n"));
        int number = 0;
        for (Case one : outline.cases()) {
            number++;
            boolean bad = one.verdict() == Verdict.FAIL || one.verdict() == Verdict.ERROR;
            tap.append(bad ? "not ok " : "ok ").append(number).append(" - ");
            tap.append(escaped(one.suite() + ": " + one.name()));
            if (one.verdict() == Verdict.SKIPPED) {
                tap.append(" # SKIP ").append(Words.oneLine(one.message()));
            }
            tap.append("\n").append(diagnostics(one));
        }
        if (outline.outcome().equals("interrupted")) {
            tap.append("Bail out! ").append(Words.oneLine(outline.answer())).append("\n");
        }
        return tap.toString();
    }

    private static String diagnostics(Case one) {
        Map<String, @Nullable String> fields = new LinkedHashMap<>();
        fields.put("verdict", one.verdict().word());
        fields.put("expected", one.expected());
        fields.put("observed", one.observed());
        fields.put("why", one.why());
        fields.values().removeIf(value -> value == null || value.isEmpty());
        return new Dump(YAML)
                .dumpToString(fields)
                .lines()
                .map(line -> "  " + line + "\n")
                .collect(Collectors.joining("", "  ---\n", "  ...\n"));
    }

    /** A bare hash would begin a directive. */
    private static String escaped(String text) {
        return Words.oneLine(text).replace("\\", "\\\\").replace("#", "\\#");
    }
}
