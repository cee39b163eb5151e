package hbprobe.tui;

import hbprobe.model.Durations;
import hbprobe.model.Ladder;
import hbprobe.model.MeasureProgress;
import hbprobe.model.MeasureProgress.Rung;
import hbprobe.model.MeasureProgress.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * A measurement's progress as lines for a terminal: each ladder, a cell a rung, each row labelled with
 * the idle period of its first. Where the rungs outnumber the cells, neighbours share one. A pure function.
 */
final class MeasureBoard {
    /** {@code client-first  899.25 s  }. */
    private static final int LABEL_COLUMNS = 24;

    private static final int FEWEST_COLUMNS = 40;
    private static final int FEWEST_ROWS = 8;

    /** Headline, summary, legend, and the empty lines between them. */
    private static final int FRAME_ROWS = 6;

    /** The cursor stands below the last line. */
    private static final int CURSOR_ROWS = 1;

    private final MeasureProgress progress;
    private final int columns;
    private final int rows;
    private final Glyphs glyphs;

    private MeasureBoard(MeasureProgress progress, int columns, int rows, Glyphs glyphs) {
        this.progress = progress;
        // A terminal that doesn't know its size says 0; one too small for anything gets the smallest that makes sense.
        this.columns = Math.max(FEWEST_COLUMNS, columns);
        this.rows = Math.max(FEWEST_ROWS, rows);
        this.glyphs = glyphs;
    }

    /** As many lines as fit, each narrower than the terminal. */
    static List<AttributedString> lines(MeasureProgress progress, int columns, int rows, Glyphs glyphs) {
        return new MeasureBoard(progress, columns, rows, glyphs).lines();
    }

    private List<AttributedString> lines() {
        List<AttributedString> lines = new ArrayList<>();
        lines.add(cut(headline(), AttributedStyle.BOLD));
        List<Ladder> ladders =
                progress.rungs().stream().map(Rung::ladder).distinct().toList();
        int rowsEach = Math.max(1, (rows - FRAME_ROWS - CURSOR_ROWS) / Math.max(1, ladders.size()) - 1);
        for (Ladder ladder : ladders) {
            lines.add(AttributedString.EMPTY);
            lines.addAll(ladder(ladder, rowsEach));
        }
        lines.add(AttributedString.EMPTY);
        ladders.forEach(ladder -> lines.add(cut(bracket(ladder), AttributedStyle.DEFAULT)));
        lines.add(legend());
        return lines.size() < rows ? lines : lines.subList(0, rows - CURSOR_ROWS);
    }

    private String headline() {
        return whole(progress.elapsed()) + "  " + progress.pass() + ": " + progress.opened() + " of "
                + progress.planned() + " flows opened, " + progress.waiting() + " waiting, at most "
                + whole(progress.atMost()) + " more";
    }

    private static String whole(Duration duration) {
        return Durations.print(Duration.ofSeconds(duration.toSeconds()));
    }

    private List<Rung> rungs(Ladder ladder) {
        return progress.rungs().stream()
                .filter(rung -> rung.ladder().equals(ladder))
                .toList();
    }

    // ---- one ladder ----------------------------------------------------------------------------------------------

    private List<AttributedString> ladder(Ladder ladder, int rowsAtMost) {
        List<Rung> rungs = rungs(ladder);
        int cellsARow = columns - LABEL_COLUMNS - 1;
        int rungsACell = Math.max(1, ceilDiv(rungs.size(), cellsARow * rowsAtMost));
        int rungsARow = cellsARow * rungsACell;
        List<AttributedString> lines = new ArrayList<>();
        for (int from = 0; from < rungs.size(); from += rungsARow) {
            List<Rung> row = rungs.subList(from, Math.min(rungs.size(), from + rungsARow));
            AttributedStringBuilder line = new AttributedStringBuilder();
            line.append(String.format(
                    Locale.ROOT,
                    "%-12s %9s  ",
                    from == 0 ? ladder.word() : "",
                    seconds(row.get(0).idle())));
            for (int cell = 0; cell < row.size(); cell += rungsACell) {
                Standing standing = together(row.subList(cell, Math.min(row.size(), cell + rungsACell)));
                line.styled(Glyphs.style(standing), glyphs.of(standing));
            }
            lines.add(line.toAttributedString());
        }
        return lines;
    }

    /** What a cell shows that stands for several rungs: what matters most. */
    private static Standing together(List<Rung> rungs) {
        Set<Standing> seen = rungs.stream()
                .map(Rung::standing)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Standing.class)));
        return List.of(
                        Standing.DEAD,
                        Standing.REFRESHED,
                        Standing.VOID,
                        Standing.PROBED,
                        Standing.WAITING,
                        Standing.ALIVE,
                        Standing.PLANNED)
                .stream()
                .filter(seen::contains)
                .findFirst()
                .orElse(Standing.PLANNED);
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    /** In seconds, with as many digits as tell neighbours apart. */
    private static String seconds(Duration idle) {
        double s = Durations.seconds(idle);
        return String.format(Locale.ROOT, s < 100 ? "%.2f s" : "%.1f s", s);
    }

    private String bracket(Ladder ladder) {
        List<Rung> rungs = rungs(ladder);
        Optional<Rung> dead =
                rungs.stream().filter(rung -> rung.standing() == Standing.DEAD).findFirst();
        Optional<Rung> alive = rungs.stream()
                .filter(rung -> rung.standing() == Standing.ALIVE)
                .filter(rung ->
                        dead.isEmpty() || rung.idle().compareTo(dead.get().idle()) < 0)
                .reduce((lower, higher) -> higher);
        return String.format(Locale.ROOT, "%-12s ", ladder.word())
                + alive.map(rung -> "alive up to " + seconds(rung.idle())).orElse("nothing answered yet")
                + dead.map(rung -> ", dead from " + seconds(rung.idle())).orElse("");
    }

    // ---- the frame -----------------------------------------------------------------------------------------------

    private AttributedString legend() {
        AttributedStringBuilder legend = new AttributedStringBuilder();
        for (Standing standing : Standing.values()) {
            boolean shown = standing != Standing.PLANNED
                    && progress.rungs().stream().anyMatch(rung -> rung.standing() == standing);
            if (shown) {
                legend.append(legend.length() == 0 ? "" : "   ");
                legend.styled(Glyphs.style(standing), glyphs.of(standing));
                legend.append(" ").append(Glyphs.word(standing));
            }
        }
        return legend.toAttributedString().columnSubSequence(0, columns - 1);
    }

    private AttributedString cut(String text, AttributedStyle style) {
        return new AttributedString(text, style).columnSubSequence(0, columns - 1);
    }
}
