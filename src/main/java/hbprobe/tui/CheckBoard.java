package hbprobe.tui;

import hbprobe.model.CheckFinding.Held;
import hbprobe.model.CheckProgress;
import hbprobe.model.CheckProgress.Row;
import hbprobe.model.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** Expectations as text: pure functions of where they stand and a size. */
final class CheckBoard {
    private static final int FEWEST_COLUMNS = 20;
    private static final int FEWEST_ROWS = 4;

    /** Headline, an empty line, and the cursor below. */
    private static final int FRAME_ROWS = 3;

    private CheckBoard() {}

    /** As many lines as fit, each narrower than the terminal; what failed comes first, what doesn't fit is said. */
    static List<AttributedString> lines(CheckProgress progress, int terminalColumns, int terminalRows) {
        int columns = Math.max(FEWEST_COLUMNS, terminalColumns);
        int fitting = Math.max(1, Math.max(FEWEST_ROWS, terminalRows) - FRAME_ROWS);
        List<AttributedString> lines = new ArrayList<>();
        lines.add(cut(headline(progress), AttributedStyle.BOLD, columns));
        lines.add(AttributedString.EMPTY);
        List<Row> rows = progress.rows();
        if (rows.size() > fitting) {
            rows = rows.stream()
                    .sorted(Comparator.comparingInt(CheckBoard::rank))
                    .toList();
        }
        int shown = rows.size() <= fitting ? rows.size() : fitting - 1;
        rows.subList(0, Math.max(0, shown)).forEach(row -> lines.add(cut(text(row), style(row), columns)));
        if (shown < rows.size()) {
            lines.add(cut("  and " + (rows.size() - shown) + " more", AttributedStyle.DEFAULT, columns));
        }
        return lines;
    }

    /** Failures, then what is still open, then the rest. */
    private static int rank(Row row) {
        return row.held().isEmpty() ? 1 : row.held().get() == Held.PASS ? 2 : 0;
    }

    private static String text(Row row) {
        String expected = row.expected().equals("yes") ? "" : " " + row.expected();
        return String.format(
                Locale.ROOT,
                "  %-12s  %-28s  %s",
                row.held().map(Held::word).orElseGet(() -> "up to " + whole(row.takes())),
                row.name() + expected,
                row.target());
    }

    private static AttributedStyle style(Row row) {
        Optional<Held> held = row.held();
        if (held.isEmpty()) {
            return AttributedStyle.DEFAULT;
        }
        return AttributedStyle.DEFAULT.foreground(
                switch (held.get()) {
                    case PASS -> AttributedStyle.GREEN;
                    case FAIL, ERROR -> AttributedStyle.RED;
                    case INCONCLUSIVE -> AttributedStyle.YELLOW;
                });
    }

    /** The same in one line. */
    static String line(CheckProgress progress, int width) {
        String text = headline(progress);
        return text.length() <= width ? text : text.substring(0, width);
    }

    private static String headline(CheckProgress progress) {
        long done =
                progress.rows().stream().filter(row -> row.held().isPresent()).count();
        long held = progress.rows().stream()
                .filter(row -> row.held().equals(Optional.of(Held.PASS)))
                .count();
        return whole(progress.elapsed()) + "  checking: " + done + " of "
                + progress.rows().size() + " expectations decided, " + held + " of them hold, at most "
                + whole(progress.atMost()) + " more";
    }

    private static String whole(Duration duration) {
        return Durations.print(Duration.ofSeconds(duration.toSeconds()));
    }

    private static AttributedString cut(String text, AttributedStyle style, int columns) {
        return new AttributedStringBuilder()
                .styled(style, text)
                .toAttributedString()
                .columnSubSequence(0, columns - 1);
    }
}
