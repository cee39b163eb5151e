package hbprobe.tui;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Golden;
import hbprobe.model.MeasureProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a ladder looks at several sizes. */
class MeasureBoardTest {
    private static String text(List<AttributedString> lines) {
        return lines.stream().map(line -> line.toString().stripTrailing()).collect(Collectors.joining("\n", "", "\n"));
    }

    @ParameterizedTest
    @CsvSource({"80, 24, UNICODE", "80, 24, ASCII", "200, 60, UNICODE", "40, 8, ASCII"})
    void itLooksAsInTheGoldenFile(int columns, int rows, Glyphs glyphs) {
        Golden.check(
                Path.of("src/test/resources/golden/tui/ladder-" + columns + "x" + rows + "-"
                        + glyphs.name().toLowerCase(Locale.ROOT) + ".txt"),
                text(MeasureBoard.lines(Progresses.further(), columns, rows, glyphs)));
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "200, 60", "81, 12", "40, 8", "0, 0", "10, 3", "500, 200"})
    void itFitsIntoTheTerminal(int columns, int rows) {
        List<AttributedString> lines = MeasureBoard.lines(Progresses.further(), columns, rows, Glyphs.UNICODE);

        assertThat(lines).hasSizeLessThan(Math.max(8, rows));
        assertThat(lines).allSatisfy(line -> assertThat(line.columnLength()).isLessThan(Math.max(40, columns)));
    }

    @Test
    void whatDiedShowsEvenWhereRungsShareACell() {
        assertThat(text(MeasureBoard.lines(Progresses.further(), 40, 8, Glyphs.ASCII)))
                .contains("x");
    }

    @Test
    void thereIsSomethingToSeeBeforeTheFirstFlow() {
        MeasureProgress nothing = new MeasureProgress(
                Duration.ZERO, "ladder", 0, 0, 0, Duration.ZERO, 0, Duration.ofMinutes(15), List.of());

        assertThat(text(MeasureBoard.lines(nothing, 80, 24, Glyphs.UNICODE))).contains("0 of 0 flows opened");
    }
}
