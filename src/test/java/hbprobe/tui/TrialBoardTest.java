package hbprobe.tui;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Golden;
import hbprobe.model.TrialsProgress;
import hbprobe.model.TrialsProgress.Cell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrialBoardTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tui");

    private static TrialsProgress progress() {
        List<Cell> cells = new ArrayList<>();
        for (String fault : List.of("blackhole", "hang", "loss:20", "link-down")) {
            cells.add(new Cell("app-echo", fault, 0, 3, 7, 0));
            cells.add(new Cell("os-keepalive", fault, 0, 0, 0, 10));
            cells.add(new Cell("user-timeout+keepalive", fault, 10, 0, 0, 0));
            cells.add(new Cell("beats every 40s", fault, 0, 0, 10, 0));
        }
        return new TrialsProgress(Duration.ofSeconds(75), Duration.ofSeconds(129), "trials", cells);
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "200, 60", "40, 8", "0, 0"})
    void theBoardFitsTheTerminal(int columns, int rows) {
        List<AttributedString> lines = TrialBoard.lines(progress(), columns, rows);

        assertThat(lines).hasSizeLessThan(Math.max(rows, 6));
        assertThat(lines).allSatisfy(line -> assertThat(line.columnLength()).isLessThan(Math.max(20, columns)));
        Golden.check(
                GOLDEN.resolve("trials-" + columns + "x" + rows + ".txt"),
                lines.stream().map(AttributedString::toString).collect(Collectors.joining("\n", "", "\n")));
    }

    @Test
    void whatOutlastsTheTrialsIsNamedOnceTheyAreDone() {
        TrialsProgress running = progress();
        TrialsProgress done = new TrialsProgress(
                Duration.ofSeconds(75), Duration.ZERO, "trials", List.of(new Cell("app-echo", "hang", 0, 0, 2, 0)));

        assertThat(running.beside("keeping", Duration.ofSeconds(128))).isEqualTo(running);
        assertThat(TrialBoard.line(running.beside("keeping", Duration.ofSeconds(140)), 79))
                .isEqualTo("1m15s  trials: 108 of 160 trials done, at most 2m20s more");
        assertThat(TrialBoard.line(done.beside("keeping", Duration.ofSeconds(9)), 79))
                .isEqualTo("1m15s  keeping: 2 of 2 trials done, at most 9s more");
    }

    @Test
    void aLogGetsOneLine() {
        assertThat(TrialBoard.line(progress(), 79))
                .isEqualTo("1m15s  trials: 108 of 160 trials done, at most 2m9s more");
        assertThat(TrialBoard.line(progress(), 20)).hasSize(20);
    }
}
