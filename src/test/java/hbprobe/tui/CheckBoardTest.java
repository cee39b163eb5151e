package hbprobe.tui;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Golden;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.CheckProgress;
import hbprobe.model.CheckProgress.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckBoardTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tui");

    private static CheckProgress progress() {
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            String target = "hb://server-" + i + ".example";
            Optional<Held> held = i > Held.values().length ? Optional.empty() : Optional.of(Held.values()[i - 1]);
            rows.add(new Row(target, "idle-at-least", "5m", Duration.ofSeconds(301), Optional.empty()));
            rows.add(new Row(target, "no-reset-under-load", "yes", Duration.ofSeconds(21), held));
        }
        return new CheckProgress(Duration.ofSeconds(75), Duration.ofSeconds(226), rows);
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "200, 60", "40, 8", "0, 0"})
    void theBoardFitsTheTerminal(int columns, int rows) {
        List<AttributedString> lines = CheckBoard.lines(progress(), columns, rows);

        assertThat(lines).hasSizeLessThan(Math.max(rows, 5));
        assertThat(lines).allSatisfy(line -> assertThat(line.columnLength()).isLessThan(Math.max(20, columns)));
        Golden.check(
                GOLDEN.resolve("check-" + columns + "x" + rows + ".txt"),
                lines.stream().map(AttributedString::toString).collect(Collectors.joining("\n", "", "\n")));
    }

    @Test
    void aLogGetsOneLine() {
        assertThat(CheckBoard.line(progress(), 100))
                .isEqualTo("1m15s  checking: 4 of 12 expectations decided, 1 of them hold, at most 3m46s more");
        assertThat(CheckBoard.line(progress(), 20)).isEqualTo("1m15s  checking: 4 o");
    }
}
