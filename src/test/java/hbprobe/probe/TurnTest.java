package hbprobe.probe;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnTest {
    private static Attempt attempt(int flows, int takesS) {
        return new Attempt(
                new Expected.KeepaliveHolds(),
                flows,
                Duration.ofSeconds(takesS),
                Optional.empty(),
                run -> new CompletableFuture<>());
    }

    @ParameterizedTest
    @CsvSource({
        "8, '6; 8; 7; 8'",
        "14, '6, 8; 7; 8'",
        "15, '6, 8; 7, 8'",
        "21, '6, 8, 7; 8'",
        "29, '6, 8, 7, 8'",
        "2147483647, '6, 8, 7, 8'",
        "1, '6; 8; 7; 8'"
    })
    void asManyRunTogetherAsThereArePlaces(int places, String expected) {
        List<Attempt> attempts = List.of(attempt(6, 1), attempt(8, 2), attempt(7, 3), attempt(8, 4));
        List<String> turns = new ArrayList<>();
        for (Turn turn : Turn.of(attempts, places)) {
            turns.add(String.join(
                    ", ",
                    turn.attempts().stream()
                            .map(attempt -> "" + attempt.flows())
                            .toList()));
        }
        assertThat(String.join("; ", turns)).isEqualTo(expected);
    }

    @Test
    void aTurnBeginsWhenTheLongestOfTheOneBeforeIsOver() {
        List<Attempt> attempts = List.of(attempt(4, 9), attempt(4, 5), attempt(8, 7), attempt(8, 1));
        assertThat(Turn.of(attempts, 8))
                .extracting(Turn::begins)
                .containsExactly(Duration.ZERO, Duration.ofMillis(9_500), Duration.ofSeconds(17));
    }

    @Test
    void whatCannotBeTriedTakesNoPlaceAndNoTime() {
        Attempt unfit = new Attempt(
                new Expected.KeepaliveHolds(),
                8,
                Duration.ofSeconds(9),
                Optional.of("no"),
                run -> new CompletableFuture<>());
        assertThat(Turn.of(List.of(attempt(8, 1), unfit), 8)).hasSize(1);
        assertThat(unfit.takes()).isZero();
    }

    @Test
    void withoutAttemptsThereIsNoTurn() {
        assertThat(Turn.of(List.of(), 8)).isEmpty();
    }
}
