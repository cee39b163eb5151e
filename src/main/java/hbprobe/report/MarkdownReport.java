package hbprobe.report;

import hbprobe.report.Outline.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A finding for an issue, a wiki or a step summary, in GitHub's dialect of Markdown. */
final class MarkdownReport {
    /** The lists of a finding that are its answer; the others are its evidence, which the machine formats keep. */
    private static final List<String> ANSWERS = List.of("directions", "keep_open", "detection", "detectors", "cost");

    /** The list whose items are text to be pasted, which a table would spoil. */
    private static final String SNIPPETS = "snippets";

    /** Those that Markdown would obey; an underscore inside a word it leaves alone. */
    private static final Pattern SPECIAL = Pattern.compile("[\\\\`*\\[\\]|~#]|(?<!\\p{Alnum})_|_(?!\\p{Alnum})");

    private static final Pattern BACKQUOTES = Pattern.compile("`+");

    private MarkdownReport() {}

    static String of(Outline outline, Records records) {
        List<String> lines = new ArrayList<>();
        lines.add("**" + escaped(outline.answer()) + "**");
        table(lines, List.of("case", "verdict", "expected", "observed", "why"), cases(outline));
        for (String answer : ANSWERS) {
            List<Records.Row> rows = records.named(answer);
            if (!rows.isEmpty()) {
                lines.add("");
                lines.add("### " + escaped(answer));
                List<String> columns = columns(rows);
                table(
                        lines,
                        columns,
                        rows.stream()
                                .map(row -> columns.stream()
                                        .map(column -> Records.text(row.fields().get(column)))
                                        .toList())
                                .toList());
            }
        }
        records.rows().forEach(row -> {
            if (row.name().equals(SNIPPETS)) {
                snippet(lines, row.fields());
            } else if (row.name().equals(SNIPPETS + ".notes")) {
                lines.add("");
                lines.add("- note: "
                        + escaped(Words.oneLine(Records.text(row.fields().get(Records.VALUE)))));
            }
        });
        if (!outline.warnings().isEmpty()) {
            lines.add("");
            outline.warnings().forEach(warning -> lines.add("- note: " + escaped(warning)));
        }
        lines.add("");
        lines.add(escaped("hbprobe " + outline.command()
                + Stream.of(outline.target())
                        .filter(Objects::nonNull)
                        .map(target -> " " + target)
                        .collect(Collectors.joining())
                + ", " + outline.outcome() + ", exit code " + outline.exitCode() + ", " + outline.startedAt() + ", "
                + Words.seconds(outline.elapsedS())));
        return String.join("\n", lines) + "\n";
    }

    private static void snippet(List<String> lines, Map<String, @Nullable Object> fields) {
        lines.add("");
        lines.add("### " + escaped(Words.oneLine(fields.get("stack") + ": " + fields.get("title"))));
        lines.add("");
        lines.add(escaped(Words.oneLine(fields.get("why") + " (" + fields.get("source") + ")")));
        String text = Words.printable(Records.text(fields.get("text")));
        if (!text.isEmpty()) {
            lines.add("");
            // Longer than any run of backquotes inside, so that nothing in the text ends it.
            String fence = "`".repeat(3 + longestRun(text));
            lines.add(fence + Words.oneLine(Records.text(fields.get("format"))).replaceAll("[^a-z]", ""));
            lines.add(text);
            lines.add(fence);
        }
    }

    private static int longestRun(String text) {
        return BACKQUOTES
                .matcher(text)
                .results()
                .mapToInt(run -> run.group().length())
                .max()
                .orElse(0);
    }

    /** Those that say anything. */
    private static List<String> columns(List<Records.Row> rows) {
        return Records.columns(rows.stream()).stream()
                .filter(column -> rows.stream().anyMatch(row -> row.fields().get(column) != null))
                .toList();
    }

    private static List<List<String>> cases(Outline outline) {
        boolean several = outline.cases().stream().map(Case::suite).distinct().count() > 1;
        return outline.cases().stream()
                .map(one -> List.of(
                        several ? one.suite() + ": " + one.name() : one.name(),
                        one.verdict().word(),
                        Records.text(one.expected()),
                        Records.text(one.observed()),
                        one.why()))
                .toList();
    }

    private static void table(List<String> lines, List<String> columns, List<List<String>> rows) {
        lines.add("");
        lines.add(row(columns));
        lines.add("|" + " --- |".repeat(columns.size()));
        rows.forEach(cells -> lines.add(row(cells)));
    }

    private static String row(List<String> cells) {
        return cells.stream().map(cell -> " " + escaped(cell) + " |").collect(Collectors.joining("", "|", ""));
    }

    /** Text that is only text: nothing in it is markup, and nothing in it ends the line. */
    private static String escaped(String text) {
        String harmless = Words.printable(text.strip())
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
        return SPECIAL.matcher(harmless)
                .replaceAll(found -> Matcher.quoteReplacement("\\" + found.group()))
                .replace("\n", "<br>");
    }
}
