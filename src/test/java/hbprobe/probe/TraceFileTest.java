package hbprobe.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hbprobe.model.HeartbeatEvent;
import hbprobe.model.HeartbeatTrace;
import hbprobe.model.HeartbeatTrace.Arrival;
import hbprobe.model.Mechanism;
import hbprobe.report.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceFileTest {
    private static final String FLOW = "{'event':'flow','flow':'a','at_s':1,'period_s':30}\n";
    private static final String BEAT = "{'event':'heartbeat','flow':'a','at_s':31,'seq':1,'sent_s':30}\n";

    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsRead() throws IOException, TraceException {
        StringBuilder text = new StringBuilder();
        for (HeartbeatEvent event : List.of(
                HeartbeatEvent.ofFlow("b", 0, 30_000_000_000L, Mechanism.APP_ECHO, "blackhole"),
                HeartbeatEvent.ofFlow("a", 1_000, 40_000_000_000L, Mechanism.WRITE_ONLY, "hang"),
                HeartbeatEvent.ofHeartbeat("b", 30_000_001_000L, 1, 30_000_000_000L),
                HeartbeatEvent.ofHeartbeat("a", 40_000_001_000L, 1, -5_000),
                HeartbeatEvent.ofHeartbeat("b", 31_557_600_123_456_000L, 1_051_920, 31_557_600_123_455_000L),
                HeartbeatEvent.ofFault("a", 50_000_000_000L),
                HeartbeatEvent.ofEnd("a", 60_000_000_000L),
                HeartbeatEvent.ofEnd("b", 31_557_600_200_000_000L))) {
            text.append(Json.sparseLine(event, HeartbeatEvent.class));
        }

        assertThat(TraceFile.read(file(text.toString())))
                .containsExactly(
                        new HeartbeatTrace(
                                "b",
                                30_000_000_000L,
                                List.of(
                                        new Arrival(1, 30_000_000_000L, 30_000_001_000L),
                                        new Arrival(1_051_920, 31_557_600_123_455_000L, 31_557_600_123_456_000L)),
                                OptionalLong.empty(),
                                0,
                                31_557_600_200_000_000L),
                        new HeartbeatTrace(
                                "a",
                                40_000_000_000L,
                                List.of(new Arrival(1, -5_000, 40_000_001_000L)),
                                OptionalLong.of(50_000_000_000L),
                                1_000,
                                60_000_000_000L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'event':'opened','flow':17,'at_s':'soon'}",
                "{'event':'detected','flow':'z','seq':[1,2]}",
                "{'flow':{'deep':{}},'event':'ended'}",
                "{'schema':'hbprobe/detect/1','seed':1}",
                "{'record':'finding','schema':'hbprobe/detect/1','seed':1}",
                "{'record':'detection','mechanism':'app-echo','fault':'hang','trials':10,'latency_s.min':1.5}",
                "{'record':'warnings','value':'a note'}",
                "{}",
                ""
            })
    void otherEventsAreSkipped(String line) throws IOException, TraceException {
        assertThat(TraceFile.read(file(FLOW + line + "\n" + BEAT)))
                .isEqualTo(TraceFile.read(file(FLOW + BEAT)))
                .singleElement()
                .satisfies(trace -> assertThat(trace.arrivals()).hasSize(1));
    }

    @Test
    void fieldsThatAreNewAreSkipped() throws IOException, TraceException {
        assertThat(TraceFile.read(file(FLOW + BEAT.replace("}", ",'hops':12}"))))
                .isEqualTo(TraceFile.read(file(FLOW + BEAT)));
    }

    @Test
    void aRunThatWasBrokenOffEndsWithItsLastEvent() throws IOException, TraceException {
        HeartbeatTrace trace = TraceFile.read(file(FLOW + BEAT)).get(0);
        assertThat(trace.fromNs()).isEqualTo(1_000_000_000L);
        assertThat(trace.endNs()).isEqualTo(31_000_000_000L);

        HeartbeatTrace cut = TraceFile.read(file(FLOW + BEAT + "{'event':'fault','flow':'a','at_s':33}\n"))
                .get(0);
        assertThat(cut.faultNs()).hasValue(33_000_000_000L);
        assertThat(cut.endNs()).isEqualTo(33_000_000_000L);
    }

    @Test
    void neighboursThatWereSwappedArePutInOrder() throws IOException, TraceException {
        String earlier = "{'event':'heartbeat','flow':'a','at_s':30.9,'seq':0,'sent_s':29}\n";
        assertThat(TraceFile.read(file(FLOW + BEAT + earlier)).get(0).arrivals())
                .extracting(Arrival::seq)
                .containsExactly(0L, 1L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'event':'heartbeat'                                                 | 3 | not an event: ",
                "[1,2]                                                                | 3 | not an event: ",
                "heartbeat                                                            | 3 | not an event: ",
                "{'event':'heartbeat','flow':'a','at_s':'x','seq':1,'sent_s':1}       | 3 | not an event: ",
                "{'event':'heartbeat','flow':'b','at_s':31,'seq':1,'sent_s':1}        "
                        + "| 3 | heartbeat of flow 'b', which has not begun",
                "{'event':'end','flow':'b','at_s':31}                                 "
                        + "| 3 | end of flow 'b', which has not begun",
                "{'event':'flow','flow':'a','at_s':31,'period_s':30}                  | 3 | begins a second time",
                "{'event':'flow','flow':'c','at_s':31}                                | 3 | flow without period_s",
                "{'event':'flow','flow':'c','at_s':31,'period_s':0}                   | 3 | not above 0",
                "null                                                                 | 3 | not an event: ",
                "17                                                                   | 3 | not an event: ",
                "{'event':'heartbeat','at_s':31,'seq':1,'sent_s':1}                   | 3 | heartbeat without flow",
                "{'event':'heartbeat','flow':'a','seq':1,'sent_s':1}                  | 3 | heartbeat without at_s",
                "{'event':'heartbeat','flow':'a','at_s':31,'sent_s':1}                | 3 | heartbeat without seq",
                "{'event':'heartbeat','flow':'a','at_s':31,'seq':1}                   | 3 | heartbeat without sent_s",
                "{'event':'heartbeat','flow':'a','at_s':0.5,'seq':1,'sent_s':1}       | 3 | before the flow began",
                "{'event':'heartbeat','flow':'a','at_s':1e12,'seq':1,'sent_s':1}      | 3 | more than ten years",
                "{'event':'fault','flow':'a','at_s':null}                             | 3 | fault without at_s"
            })
    void whatIsWrongIsNamedWithItsLine(String line, int number, String what) throws IOException {
        Path file = file(FLOW + BEAT + line + "\n" + BEAT);
        assertThatThrownBy(() -> TraceFile.read(file))
                .isInstanceOf(TraceException.class)
                .hasMessageStartingWith(file + ":" + number + ": ")
                .hasMessageContaining(what);
    }

    /** As a run leaves it that was killed, or a disk that was full. */
    @Test
    void aLineThatBreaksOffIsAnErrorWhereverItDoes() throws IOException {
        String whole = FLOW + BEAT;
        for (int length = FLOW.length() + 1; length < whole.length() - 1; length++) {
            Path file = file(whole.substring(0, length));
            assertThatThrownBy(() -> TraceFile.read(file))
                    .as("%s", whole.substring(FLOW.length(), length))
                    .isInstanceOf(TraceException.class)
                    .hasMessageStartingWith(file + ":2: not an event: ");
        }
    }

    /** Whatever else a line may be: it is read, or an error that names it. */
    @Test
    void aLineThatWasGarbledIsNeverADefect() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        String signs = "{}[]\",:0-e.\\u\u00e9 ntfa";
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            StringBuilder line = new StringBuilder(BEAT.replace('\'', '"'));
            for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
                line.setCharAt(random.nextInt(line.length() - 1), signs.charAt(random.nextInt(signs.length())));
            }
            Path file = file(FLOW + line);
            try {
                TraceFile.read(file);
            } catch (TraceException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(2_500);
    }

    @Test
    void aWrongLineIsShownWithoutWhatATerminalObeys() throws IOException {
        Path file = file("\u001b[2J" + "x".repeat(100));
        assertThatThrownBy(() -> TraceFile.read(file))
                .hasMessage(file + ":1: not an event: ?[2J" + "x".repeat(76) + "…");
    }

    @Test
    void nothingHappensAfterTheEnd() throws IOException {
        Path file = file(FLOW + "{'event':'end','flow':'a','at_s':60}\n" + BEAT);
        assertThatThrownBy(() -> TraceFile.read(file)).hasMessage(file + ":3: heartbeat of flow 'a', which has ended");
    }

    @Test
    void anEmptyFileIsAnError() throws IOException {
        Path file = file("");
        assertThatThrownBy(() -> TraceFile.read(file)).hasMessage("read " + file + ": it is empty");
    }

    @Test
    void aFileWithoutHeartbeatsIsAnError() throws IOException {
        Path file = file(FLOW + "{'event':'end','flow':'a','at_s':60}\n");
        assertThatThrownBy(() -> TraceFile.read(file)).hasMessage("read " + file + ": no heartbeat is in it");
    }

    @Test
    void aFileThatIsNotThereIsAnError() {
        Path file = folder.resolve("none");
        assertThatThrownBy(() -> TraceFile.read(file)).hasMessage("read " + file + ": no such file");
        assertThatThrownBy(() -> TraceFile.read(folder))
                .isInstanceOf(TraceException.class)
                .hasMessageStartingWith("read " + folder + ": ");
    }

    @Test
    void whatIsNotTextIsAnError() throws IOException {
        Path file = folder.resolve("binary");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> TraceFile.read(file)).hasMessage("read " + file + ": it is not UTF-8 text");
    }

    @Test
    void aMillionHeartbeatsAreRead() throws IOException, TraceException {
        int beats = 1_000_000;
        Path file = folder.resolve("year.ndjson");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(Json.sparseLine(
                    HeartbeatEvent.ofFlow("1", 0, 30_000_000_000L, Mechanism.APP_ECHO, "loss:1"),
                    HeartbeatEvent.class));
            for (int seq = 1; seq <= beats; seq++) {
                long sentNs = 30_000_000_000L * seq;
                out.write(Json.sparseLine(
                        HeartbeatEvent.ofHeartbeat("1", sentNs + 123_456_000, seq, sentNs), HeartbeatEvent.class));
            }
        }

        long beganNs = System.nanoTime();
        List<HeartbeatTrace> traces = TraceFile.read(file);
        double tookS = (System.nanoTime() - beganNs) / 1e9;

        System.out.printf("a trace of %d heartbeats, %d MB: %.2f s%n", beats, Files.size(file) / 1_000_000, tookS);
        assertThat(traces)
                .singleElement()
                .satisfies(trace -> assertThat(trace.arrivals())
                        .hasSize(beats)
                        .endsWith(new Arrival(beats, 30_000_000_000L * beats, 30_000_000_000L * beats + 123_456_000)));
        assertThat(tookS).isLessThan(20);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("trace.ndjson"), text.replace('\'', '"'));
    }
}
