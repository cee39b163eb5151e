package hbprobe.tui;

import hbprobe.model.MeasureProgress;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Shows progress on stderr from a thread of its own: on a terminal one line that is rewritten, elsewhere a line now and
 * then, so that a CI log does not look dead. The terminal is left as it was found.
 */
public final class ProgressView implements AutoCloseable {
    private static final String REWRITE = "\r\u001b[K";
    private static final int NARROWEST = 80;
    private static final long REDRAW_MS = 250;
    private static final long LOG_MS = 30_000;

    private final PrintStream err;
    private final Supplier<Optional<MeasureProgress>> source;
    private final ScheduledExecutorService thread;
    private final boolean rewriting;

    /** How progress is shown. */
    public enum Style {
        /** One line that is rewritten. */
        REWRITTEN,
        /** A line every half minute. */
        LOGGED
    }

    /** Starts to show what the source has. */
    public ProgressView(PrintStream err, Style style, Supplier<Optional<MeasureProgress>> source) {
        this.err = err;
        this.source = source;
        this.rewriting = style == Style.REWRITTEN;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, "progress");
            daemon.setDaemon(true);
            return daemon;
        });
        long periodMs = rewriting ? REDRAW_MS : LOG_MS;
        thread.scheduleAtFixedRate(this::draw, periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    private void draw() {
        source.get().ifPresent(progress -> {
            String line = ProgressLine.of(progress, NARROWEST - 1);
            err.print(rewriting ? REWRITE + line : line + "\n");
            err.flush();
        });
    }

    /** Takes the line away. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            // A line that is being drawn must not come after it was wiped away.
            if (thread.awaitTermination(1, TimeUnit.SECONDS) && rewriting) {
                err.print(REWRITE);
                err.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
