package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.KnownTimeout;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Likely;
import hbprobe.model.Transport;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private static KnownTimeout known(String product, String protocol, double timeoutS, Ending ending) {
        return new KnownTimeout(product, protocol, timeoutS, Optional.ofNullable(ending), "test");
    }

    private static List<String> match(IdleTimeout found, KnownTimeout... table) {
        return Fingerprint.match(found, Transport.TCP, List.of(table)).stream()
                .map(Likely::product)
                .toList();
    }

    private static IdleTimeout found(Ending ending) {
        return new IdleTimeout(99, 101, 100, Direction.SERVER_FIRST, ending);
    }

    @Test
    void whatLiesInTheBracketGiveOrTakeAPercentFits() {
        assertThat(match(
                        found(Ending.SILENT),
                        known("below", "tcp", 98.00, null),
                        known("low", "tcp", 98.02, null),
                        known("high", "tcp", 102.0, null),
                        known("above", "tcp", 102.02, null)))
                .containsExactly("low", "high");
    }

    @Test
    void theSameEndingComesFirstAndAnUnknownOneBeforeAnother() {
        assertThat(match(
                        found(Ending.SILENT),
                        known("other", "tcp", 100, Ending.RESET_ON_PROBE),
                        known("unknown", "tcp", 100, null),
                        known("same", "tcp", 100, Ending.SILENT)))
                .containsExactly("same", "unknown", "other");
    }

    @Test
    void aSilentDropThatTheClientRevivesLooksOneWay() {
        assertThat(match(
                        found(Ending.ONE_WAY),
                        known("unknown", "tcp", 100, null),
                        known("silent", "tcp", 100, Ending.SILENT)))
                .containsExactly("silent", "unknown");
    }

    @Test
    void timersOfUdpDoNotCount() {
        assertThat(match(found(Ending.SILENT), known("udp", "udp", 100, Ending.SILENT)))
                .isEmpty();
    }

    @Test
    void noMoreThanFiveAreNamed() {
        List<KnownTimeout> table = Collections.nCopies(9, known("same", "tcp", 100, null));
        assertThat(Fingerprint.match(found(Ending.SILENT), Transport.TCP, table))
                .hasSize(5);
    }
}
