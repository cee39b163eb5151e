package hbprobe.tui;

import hbprobe.model.Durations;
import hbprobe.model.TrialsProgress;
import hbprobe.model.TrialsProgress.Cell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** Trials of faults as text: pure functions of where they stand and a size. */
final class TrialBoard {
    private static final int FEWEST_COLUMNS = 20;
    private static final int FEWEST_ROWS = 4;

    /** Headline, an empty line, the columns' names, and the cursor below. */
    private static final int FRAME_ROWS = 4;

    private TrialBoard() {}

    /** As many lines as fit, each narrower than the terminal; what doesn't fit is said. */
    static List<AttributedString> lines(TrialsProgress progress, int terminalColumns, int terminalRows) {
        int columns = Math.max(FEWEST_COLUMNS, terminalColumns);
        int fitting = Math.max(1, Math.max(FEWEST_ROWS, terminalRows) - FRAME_ROWS);
        List<AttributedString> lines = new ArrayList<>();
        lines.add(cut(headline(progress), AttributedStyle.BOLD, columns));
        lines.add(AttributedString.EMPTY);
        lines.add(cut(
                row("mechanism", "fault", "waiting", "faulty", "noticed", "over"),
                AttributedStyle.DEFAULT.faint(),
                columns));
        List<Cell> cells = progress.cells();
        int shown = cells.size() <= fitting ? cells.size() : fitting - 1;
        cells.subList(0, Math.max(0, shown)).forEach(cell -> lines.add(row(cell, columns)));
        if (shown < cells.size()) {
            lines.add(cut("  and " + (cells.size() - shown) + " more", AttributedStyle.DEFAULT, columns));
        }
        return lines;
    }

    private static AttributedString row(Cell cell, int columns) {
        String text = row(
                cell.mechanism(),
                cell.fault(),
                number(cell.waiting()),
                number(cell.faulty()),
                number(cell.noticed()),
                number(cell.over()));
        AttributedStyle style = cell.faulty() > 0
                ? AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW)
                : cell.waiting() > 0
                        ? AttributedStyle.DEFAULT
                        : AttributedStyle.DEFAULT.foreground(
                                cell.noticed() > 0 ? AttributedStyle.GREEN : AttributedStyle.RED);
        return cut(text, style, columns);
    }

    private static String number(int count) {
        return count == 0 ? "." : Integer.toString(count);
    }

    private static String row(
            String mechanism, String fault, String waiting, String faulty, String noticed, String over) {
        return String.format(
                Locale.ROOT, "  %-22s %-14s %8s %8s %8s %8s", mechanism, fault, waiting, faulty, noticed, over);
    }

    private static String headline(TrialsProgress progress) {
        return whole(progress.elapsed()) + "  " + progress.phase() + ": " + done(progress) + " of "
                + (done(progress) + open(progress)) + " trials done, at most " + whole(progress.atMost()) + " more";
    }

    private static int done(TrialsProgress progress) {
        return progress.cells().stream()
                .mapToInt(cell -> cell.noticed() + cell.over())
                .sum();
    }

    private static int open(TrialsProgress progress) {
        return progress.cells().stream()
                .mapToInt(cell -> cell.waiting() + cell.faulty())
                .sum();
    }

    /** The same in one line. */
    static String line(TrialsProgress progress, int width) {
        String text = headline(progress);
        return text.length() <= width ? text : text.substring(0, width);
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
