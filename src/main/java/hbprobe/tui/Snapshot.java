package hbprobe.tui;

import hbprobe.model.CheckProgress;
import hbprobe.model.MeasureProgress;
import hbprobe.model.TrialsProgress;
import java.util.List;
import org.jline.utils.AttributedString;

/** What can be shown of something at one moment. */
public interface Snapshot {
    /** As many lines as fit, each narrower than the terminal. */
    List<AttributedString> lines(int columns, int rows, Glyphs glyphs);

    /** The same in one line, cut to the width. */
    String line(int width);

    /** A measurement: its ladder. */
    static Snapshot of(MeasureProgress progress) {
        return new Snapshot() {
            @Override
            public List<AttributedString> lines(int columns, int rows, Glyphs glyphs) {
                return MeasureBoard.lines(progress, columns, rows, glyphs);
            }

            @Override
            public String line(int width) {
                return ProgressLine.of(progress, width);
            }
        };
    }

    /** Trials of faults: a board with a row for each mechanism and fault. */
    static Snapshot of(TrialsProgress progress) {
        return new Snapshot() {
            @Override
            public List<AttributedString> lines(int columns, int rows, Glyphs glyphs) {
                return TrialBoard.lines(progress, columns, rows);
            }

            @Override
            public String line(int width) {
                return TrialBoard.line(progress, width);
            }
        };
    }

    /** A check: a board with a row for each expectation. */
    static Snapshot of(CheckProgress progress) {
        return new Snapshot() {
            @Override
            public List<AttributedString> lines(int columns, int rows, Glyphs glyphs) {
                return CheckBoard.lines(progress, columns, rows);
            }

            @Override
            public String line(int width) {
                return CheckBoard.line(progress, width);
            }
        };
    }
}
