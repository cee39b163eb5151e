package hbprobe.tui;

import hbprobe.runtime.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp;
import org.jspecify.annotations.Nullable;

/**
 * A terminal in which a block of lines is redrawn in place. It is only ever written to: none of its settings changes,
 * no cursor is hidden and no signal taken, so that nothing has to be put right, however the program ends.
 */
final class TerminalScreen implements Screen {
    private final Terminal terminal;
    private final Display display;
    private final Supplier<TerminalSize> size;
    private final Glyphs glyphs;
    private final Paint paint;
    private List<AttributedString> drawn = List.of();
    private @Nullable TerminalSize drawnAt;

    /**
     * A screen on a stream that ends at a terminal.
     *
     * @param type of the terminal, as {@code TERM} has it
     * @param size of the terminal now
     * @throws IOException when the type is one that can't be drawn on
     */
    TerminalScreen(OutputStream err, String type, Supplier<TerminalSize> size, Glyphs glyphs, Paint paint)
            throws IOException {
        // JLine's own terminal would set the real one's attributes when it ends, and not to what they were.
        this.terminal = new ExternalTerminal(
                null,
                "stderr",
                type,
                InputStream.nullInputStream(),
                err,
                StandardCharsets.UTF_8,
                Terminal.SignalHandler.SIG_IGN,
                true);
        this.display = new Display(terminal, false);
        this.size = size;
        this.glyphs = glyphs;
        this.paint = paint;
    }

    @Override
    public void draw(Snapshot progress) {
        TerminalSize now = size.get();
        List<AttributedString> lines = progress.lines(now.columns(), now.rows(), glyphs).stream()
                .map(paint::on)
                .toList();
        if (!now.equals(drawnAt)) {
            eraseAt(now.columns());
            display.resize(Size.of(now.columns(), now.rows()));
        }
        // Below the first character of the last line: where it stands counts when the terminal is resized.
        display.update(lines, Size.of(now.columns(), now.rows()).cursorPos(lines.size() - 1, 0));
        terminal.flush();
        drawn = lines;
        drawnAt = now;
    }

    /** Takes the block away from a terminal that was resized, which breaks its lines anew. */
    private void eraseAt(int columns) {
        if (drawn.isEmpty()) {
            return;
        }
        int rowsAboveCursor = drawn.subList(0, drawn.size() - 1).stream()
                .mapToInt(line -> Math.max(1, (line.columnLength() + columns - 1) / columns))
                .sum();
        terminal.puts(InfoCmp.Capability.carriage_return);
        if (rowsAboveCursor > 0) {
            terminal.puts(InfoCmp.Capability.parm_up_cursor, rowsAboveCursor);
        }
        terminal.puts(InfoCmp.Capability.clr_eos);
        display.reset();
        drawn = List.of();
    }

    @Override
    public void clear() {
        display.update(List.of(), 0);
        terminal.flush();
    }
}
