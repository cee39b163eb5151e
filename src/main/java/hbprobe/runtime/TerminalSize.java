package hbprobe.runtime;

import org.jline.nativ.CLibrary;

/** How large a terminal is, in characters. */
public record TerminalSize(int columns, int rows) {
    /** What a terminal has that doesn't say. */
    public static final TerminalSize USUAL = new TerminalSize(80, 24);

    private static final int STDERR = 2;

    /** That of the terminal on stderr, now: a person may change it at any time. */
    public static TerminalSize ofStderr() {
        try {
            CLibrary.WinSize size = new CLibrary.WinSize();
            boolean known = CLibrary.ioctl(STDERR, CLibrary.TIOCGWINSZ, size) == 0;
            int columns = Short.toUnsignedInt(size.ws_col);
            int rows = Short.toUnsignedInt(size.ws_row);
            return known && columns > 0 && rows > 0 ? new TerminalSize(columns, rows) : USUAL;
        } catch (LinkageError | RuntimeException e) {
            return USUAL; // no native library for this platform
        }
    }
}
