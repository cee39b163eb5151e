package hbprobe.tui;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.runtime.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

/** What a screen writes to its terminal. */
class TerminalScreenTest {
    private static final char ESCAPE = '\u001b';

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private TerminalSize size = new TerminalSize(80, 24);

    private TerminalScreen screen() throws IOException {
        return new TerminalScreen(written, "xterm", () -> size, Glyphs.ASCII, Paint.NONE);
    }

    private String take() {
        String text = written.toString(StandardCharsets.UTF_8);
        written.reset();
        return text;
    }

    @Test
    void nothingIsChangedThatWouldHaveToBePutRight() throws IOException {
        TerminalScreen screen = screen();
        screen.draw(Snapshot.of(Progresses.halfWay()));
        screen.draw(Snapshot.of(Progresses.further()));
        screen.clear();

        assertThat(take())
                .as("no mode is set or reset: neither cursor nor alternate screen nor keypad")
                .doesNotContain(ESCAPE + "[?")
                .doesNotContain(ESCAPE + "=")
                .doesNotContain(ESCAPE + ">");
    }

    @Test
    void theBlockIsErasedFromItsFirstLineWhenTheTerminalIsResized() throws IOException {
        TerminalScreen screen = screen();
        screen.draw(Snapshot.of(Progresses.halfWay()));
        int lines =
                MeasureBoard.lines(Progresses.halfWay(), 80, 24, Glyphs.ASCII).size();
        take();
        size = new TerminalSize(100, 24);
        screen.draw(Snapshot.of(Progresses.halfWay()));

        assertThat(take()).startsWith("\r" + ESCAPE + "[" + (lines - 1) + "A" + ESCAPE + "[J");
    }

    @Test
    void linesThatANarrowerTerminalBreaksAreErasedAsOften() throws IOException {
        TerminalScreen screen = screen();
        screen.draw(Snapshot.of(Progresses.halfWay()));
        List<AttributedString> lines = MeasureBoard.lines(Progresses.halfWay(), 80, 24, Glyphs.ASCII);
        int rowsAbove = lines.subList(0, lines.size() - 1).stream()
                .mapToInt(line -> Math.max(1, (line.columnLength() + 39) / 40))
                .sum();
        take();
        size = new TerminalSize(40, 24);
        screen.draw(Snapshot.of(Progresses.halfWay()));

        assertThat(take()).startsWith("\r" + ESCAPE + "[" + rowsAbove + "A" + ESCAPE + "[J");
    }

    @Test
    void clearingLeavesAnEmptyTerminalBehind() throws IOException {
        TerminalScreen screen = screen();
        screen.draw(Snapshot.of(Progresses.halfWay()));
        take();
        screen.clear();

        assertThat(take()).contains(ESCAPE + "[").doesNotContain("flows");
    }
}
