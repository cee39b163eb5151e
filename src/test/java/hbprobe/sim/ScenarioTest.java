package hbprobe.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hbprobe.engine.Verdict;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.IdleTimeout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each scenario gives what it says it gives. */
class ScenarioTest {
    private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");

    @TempDir
    private Path folder;

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(SCENARIOS)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void itGivesWhatIsExpected(Path file) {
        Scenario scenario = Scenario.read(file);
        Scenario.Expected expected = scenario.expected();
        Verdict verdict = scenario.run();

        assertThat(verdict.outcome().name().toLowerCase(Locale.ROOT))
                .as("outcome, with %s and %s", verdict.directions(), verdict.warnings())
                .isEqualTo(expected.outcome());
        assertThat(verdict.exitCode()).as("exit code").isEqualTo(expected.exitCode());
        if (expected.timeout().isEmpty()) {
            assertThat(verdict.idleTimeout()).isEmpty();
        } else {
            IdleTimeout found = verdict.idleTimeout().orElseThrow();
            expected.timeout().forEach((key, value) -> assertHolds(found, key, value));
        }
        expected.outcomes()
                .forEach((direction, outcome) -> assertThat(verdict.directions())
                        .filteredOn(one -> one.direction().word().equals(direction))
                        .extracting(DirectionFinding::outcome)
                        .extracting(one -> one.name().toLowerCase(Locale.ROOT))
                        .as(direction)
                        .containsExactly(String.valueOf(outcome)));
        expected.revived()
                .ifPresent(revived -> assertThat(verdict.revivedByClient())
                        .as("revived by the client")
                        .hasValue(revived));
        expected.refreshedEveryS()
                .ifPresentOrElse(
                        everyS -> assertThat(
                                        verdict.hiddenRefresh().orElseThrow().intervalS())
                                .isBetween(0.93 * everyS, 1.07 * everyS),
                        () -> assertThat(verdict.hiddenRefresh()).isEmpty());
        expected.warnings()
                .forEach(words -> assertThat(verdict.warnings())
                        .anySatisfy(warning -> assertThat(warning).contains(String.valueOf(words))));
    }

    @SuppressWarnings("unchecked")
    private static void assertHolds(IdleTimeout found, String key, Object value) {
        switch (key) {
            case "alive" -> assertBetween(found.aliveS(), (List<Number>) value);
            case "dead" -> assertBetween(found.deadS(), (List<Number>) value);
            case "direction" -> assertThat(found.direction().word()).isEqualTo(value);
            case "ending" -> assertThat(found.ending().word()).isEqualTo(value);
            default -> throw new IllegalArgumentException(key);
        }
    }

    private static void assertBetween(double actual, List<Number> bounds) {
        assertThat(actual).isBetween(bounds.get(0).doubleValue(), bounds.get(1).doubleValue());
    }

    @Test
    void anUnknownKeyIsRefusedWithItsPlace() throws IOException {
        Path file = Files.writeString(
                folder.resolve("typo.yaml"), "boxes: [{timeuot: 7s}]\nexpected: {outcome: expires}\n");

        assertThatThrownBy(() -> Scenario.read(file).run())
                .hasMessageContaining("typo.yaml.boxes")
                .hasMessageContaining("'timeuot'");
    }
}
