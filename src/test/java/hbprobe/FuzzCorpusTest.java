package hbprobe;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.responder.DatagramServiceFuzz;
import hbprobe.wire.DatagramsFuzz;
import hbprobe.wire.FramesFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What fuzzing has found to be worth keeping, one input after the other; {@code make fuzz} looks for more. */
class FuzzCorpusTest {
    private static final Path CORPUS = Path.of("src/test/resources/fuzz");
    private static final int ENOUGH = 10;

    private static Stream<DynamicTest> replay(String target, Consumer<byte[]> fuzz) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(target))) {
            List<Path> inputs = files.sorted().toList();
            assertThat(inputs).hasSizeGreaterThan(ENOUGH);
            return inputs.stream()
                    .map(input -> DynamicTest.dynamicTest(
                            target + " " + input.getFileName(), () -> fuzz.accept(Files.readAllBytes(input))));
        }
    }

    @TestFactory
    Stream<DynamicTest> frames() throws IOException {
        return replay("frames", FramesFuzz::fuzzerTestOneInput);
    }

    @TestFactory
    Stream<DynamicTest> datagrams() throws IOException {
        return replay("datagrams", DatagramsFuzz::fuzzerTestOneInput);
    }

    @TestFactory
    Stream<DynamicTest> datagramService() throws IOException {
        return replay("datagram-service", DatagramServiceFuzz::fuzzerTestOneInput);
    }
}
