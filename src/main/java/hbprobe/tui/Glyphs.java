package hbprobe.tui;

import hbprobe.model.MeasureProgress.Standing;
import org.jline.utils.AttributedStyle;

/** How a flow's standing looks in one cell: by its shape alone, and by colour where there is some. */
public enum Glyphs {
    /** For terminals that show any character. */
    UNICODE,
    /** For the others. */
    ASCII;

    private String either(String unicode, String ascii) {
        return this == UNICODE ? unicode : ascii;
    }

    String of(Standing standing) {
        return switch (standing) {
            case PLANNED -> " ";
            case WAITING -> either("\u00b7", ".");
            case PROBED -> either("\u25cb", "o");
            case ALIVE -> either("\u25a0", "#");
            case DEAD -> either("\u00d7", "x");
            case REFRESHED -> either("\u2248", "~");
            case VOID -> "!";
        };
    }

    static AttributedStyle style(Standing standing) {
        return switch (standing) {
            case ALIVE -> AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN);
            case DEAD -> AttributedStyle.BOLD.foreground(AttributedStyle.RED);
            case REFRESHED, VOID -> AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW);
            case WAITING -> AttributedStyle.DEFAULT.faint();
            case PLANNED, PROBED -> AttributedStyle.DEFAULT;
        };
    }

    static String word(Standing standing) {
        return switch (standing) {
            case PLANNED -> "not opened";
            case WAITING -> "waiting";
            case PROBED -> "no answer yet";
            case ALIVE -> "alive";
            case DEAD -> "dead";
            case REFRESHED -> "refreshed";
            case VOID -> "proves nothing";
        };
    }
}
