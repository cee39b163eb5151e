package hbprobe.tui;

import hbprobe.runtime.TerminalSize;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows progress on stderr from a thread of its own, which alone touches the terminal: the ladder redrawn in place, or
 * a line now and then.
 */
public final class ProgressView implements AutoCloseable {
    private static final long REDRAW_MS = 250;
    private static final long LOG_MS = 30_000;

    private final PrintStream err;
    private final Style style;
    private final Supplier<Optional<Snapshot>> source;
    private final ScheduledExecutorService thread;
    private @Nullable Screen screen;

    /** How progress is shown. */
    public sealed interface Style {
        /**
         * The ladder, redrawn in place; needs a terminal on stderr.
         *
         * @param term its type, as {@code TERM} has it
         */
        record Live(String term, Glyphs glyphs, Paint paint) implements Style {}

        /** A line every half minute. */
        record Logged() implements Style {}
    }

    /** Starts to show what the source has. */
    public ProgressView(PrintStream err, Style style, Supplier<Optional<Snapshot>> source) {
        this.err = err;
        this.style = style;
        this.source = source;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, "progress");
            daemon.setDaemon(true);
            return daemon;
        });
        long periodMs = style instanceof Style.Live ? REDRAW_MS : LOG_MS;
        thread.scheduleAtFixedRate(this::draw, periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    private void draw() {
        source.get().ifPresent(progress -> screen().draw(progress));
    }

    private Screen screen() {
        if (screen == null) {
            screen = open();
        }
        return screen;
    }

    private Screen open() {
        if (style instanceof Style.Live live) {
            try {
                return new TerminalScreen(err, live.term(), TerminalSize::ofStderr, live.glyphs(), live.paint());
            } catch (IOException | LinkageError | RuntimeException e) {
                return new LogScreen(err, LOG_MS / REDRAW_MS); // no terminal after all, or none that JLine knows
            }
        }
        return new LogScreen(err, 1);
    }

    /** Takes away what was drawn in place. */
    @Override
    public void close() {
        // In the same thread, after the last line: the report comes next, on a terminal as it was found.
        thread.submit(() -> {
            if (screen != null) {
                screen.clear();
            }
        });
        thread.shutdown();
        try {
            if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
