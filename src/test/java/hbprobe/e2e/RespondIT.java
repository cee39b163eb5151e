package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Schemas;
import hbprobe.model.MeasureFinding.Outcome;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged responder as its clients meet it. */
class RespondIT {
    @TempDir
    private Path folder;

    @Test
    void echoesPlainBytesOfAnySize() throws Exception {
        byte[] sent = new byte[300_000];
        ThreadLocalRandom.current().nextBytes(sent);
        sent[0] = 'h'; // not the first byte of a frame
        try (Program.Responder responder = Program.responder(builder -> builder);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), responder.port())) {
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.getOutputStream().flush();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            writer.start();
            byte[] received = socket.getInputStream().readNBytes(sent.length);
            writer.join();

            assertThat(received).isEqualTo(sent);
        }
    }

    @Test
    void echoesTheLastBytesOfAClientThatHasSaidAllItWanted() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), responder.port())) {
            socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();

            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("hello\n");
        }
    }

    @Test
    void tellsItsLimitsAndWhichOneWasPassed() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder, "--max-flows-per-address", "20")) {
            Program.Result result = Program.run("measure", responder.target(), "-j", "-i", "300ms", "--repeat", "40");

            assertThat(result.exitCode()).as(result.err()).isEqualTo(4);
            assertThat(result.finding().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
            assertThat(result.finding().warnings())
                    .anySatisfy(warning -> assertThat(warning)
                            .contains("holds at most 20 flows of 127.0.0.1")
                            .contains("--max-flows-per-address"));
        }
    }

    @Test
    void refusesADelayBeyondItsLimitAndSaysSo() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder, "--max-delay", "1s")) {
            Program.Result result =
                    Program.run("measure", responder.target(), "-j", "-i", "500ms,2s", "--direction", "server-first");

            assertThat(result.exitCode()).as(result.err()).isEqualTo(4);
            assertThat(result.finding().warnings())
                    .anySatisfy(warning ->
                            assertThat(warning).contains("waits at most 1s").contains("--max-delay"));
        }
    }

    @Test
    void logsEventsAndEndsCleanlyOnSigterm() throws Exception {
        Path log = folder.resolve("events.ndjson");
        Program.Responder responder = Program.responder(builder -> builder, "-o", "ndjson=" + log);
        Program.Result measured = Program.run("measure", responder.target(), "-j", "-i", "300ms");
        assertThat(measured.exitCode()).as(measured.err()).isZero();
        responder.program().signal("TERM");
        Program.Result ended = responder.program().await();

        assertThat(ended.exitCode()).isEqualTo(143);
        assertThat(ended.err()).contains("limit: ").doesNotContain("Exception");
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).allSatisfy(line -> Schemas.assertValid("responder-event-1", line));
        assertThat(lines.get(0)).contains("\"listening\"");
        assertThat(lines.get(lines.size() - 1)).contains("\"stopped\"");
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("\"pushed\""));
    }

    @Test
    void endsWhenItsFirstClientIsGoneIfAskedTo() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder, "--once")) {
            Program.Result measured = Program.run("measure", responder.target(), "-j", "-i", "300ms");
            assertThat(measured.exitCode()).as(measured.err()).isZero();

            assertThat(responder.program().await().exitCode()).isZero();
        }
    }

    @Test
    void overUdpItListensAtTheSamePortLogsAndEndsWhenItsFirstClientIsGone() throws Exception {
        Path log = folder.resolve("events.ndjson");
        try (Program.Responder responder = Program.responder(builder -> builder, "--once", "-o", "ndjson=" + log)) {
            responder.program().awaitErr("listening on 127.0.0.1:" + responder.port() + " (udp)");
            Program.Result measured =
                    Program.run("measure", "hb+udp://127.0.0.1:" + responder.port(), "-j", "-i", "300ms");
            assertThat(measured.exitCode()).as(measured.err()).isZero();

            assertThat(responder.program().await().exitCode()).isZero();
        }
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).allSatisfy(line -> Schemas.assertValid("responder-event-1", line));
        for (String type : List.of("opened", "ordered", "pushed", "ended")) {
            assertThat(lines)
                    .filteredOn(line -> line.contains("\"" + type + "\""))
                    .as(type)
                    .isNotEmpty();
        }
    }

    @Test
    void listensOnTcpAloneIfToldTo() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder, "--no-udp")) {
            Program.Result measured =
                    Program.run("measure", "hb+udp://127.0.0.1:" + responder.port(), "-j", "-i", "300ms");
            assertThat(measured.exitCode()).as(measured.err()).isEqualTo(3);
            Program.Result overTcp = Program.run("measure", responder.target(), "-j", "-i", "300ms");
            assertThat(overTcp.exitCode()).as(overTcp.err()).isZero();
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (Program.Responder responder = Program.responder(builder -> builder)) {
            Program.Result second =
                    Program.run("respond", "--listen", "127.0.0.1", "-p", Integer.toString(responder.port()));

            assertThat(second.exitCode()).isEqualTo(3);
            assertThat(second.err()).contains("127.0.0.1:" + responder.port()).contains("--port");
        }
    }
}
