package hbprobe.tui;

import java.io.PrintStream;

/** No terminal: a line now and then, so that a CI log does not look dead. */
final class LogScreen implements Screen {
    private static final int WIDTH = 79;

    private final PrintStream err;
    private final long every;
    private long draws;

    /** @param every so many draws a line is written; the first one not at once */
    LogScreen(PrintStream err, long every) {
        this.err = err;
        this.every = every;
    }

    @Override
    public void draw(Snapshot progress) {
        if (++draws % every == 0) {
            err.println(progress.line(WIDTH));
            err.flush();
        }
    }

    @Override
    public void clear() {
        // A log keeps its lines.
    }
}
