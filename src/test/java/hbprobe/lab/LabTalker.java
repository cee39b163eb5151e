package hbprobe.lab;

import hbprobe.model.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A client inside a lab, told on its stdin what to do; each order is answered by one line. It has one connection, and
 * asks for faults as a program of hbprobe's own would.
 */
final class LabTalker implements AutoCloseable {
    /** For what must come: a busy machine is no failure. */
    private static final int PATIENCE_MS = 20_000;

    private final Process process;
    private final BufferedReader out;

    /** Starts one; the echo server of {@link LabPeer} must listen. */
    LabTalker(Lab lab, LabControl control) throws IOException {
        ProcessBuilder builder = lab.on(
                        Node.CLIENT, LabPeer.command("talk", lab.serverAddress().getHostAddress()))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        control.handTo(builder);
        process = builder.start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The answer to an order. */
    String ask(String order) throws IOException {
        process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return String.valueOf(out.readLine());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    // ------------------------------------------------------------------------------------------------------------------

    /** The process inside. */
    static void talk(InetSocketAddress server) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Socket socket = new Socket();
        try (LabRemote lab = LabRemote.of(Optional.ofNullable(System.getenv(LabControl.VARIABLE)))
                .orElseThrow()) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                switch (words[0]) {
                    case "open" -> {
                        socket = new Socket();
                        System.out.println(open(socket, server, patienceMs(words)));
                    }
                    case "say" -> System.out.println(say(socket, patienceMs(words)));
                    case "hear" -> System.out.println(hear(socket, patienceMs(words)));
                    case "unacked" -> System.out.println(unacked(socket.getLocalPort()));
                    case "stage", "heal" -> System.out.println(order(lab, words[0], words[1]));
                    default -> throw new IllegalArgumentException(line);
                }
            }
        }
    }

    /** The order's own, in milliseconds, where silence is expected. */
    private static int patienceMs(String[] words) {
        return words.length > 1 ? Integer.parseInt(words[1]) : PATIENCE_MS;
    }

    private static String open(Socket socket, InetSocketAddress server, int patienceMs) {
        try {
            socket.connect(server, patienceMs);
            socket.setTcpNoDelay(true);
            return "open";
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static String say(Socket socket, int patienceMs) {
        try {
            socket.getOutputStream().write('!');
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
        return hear(socket, patienceMs);
    }

    private static String hear(Socket socket, int patienceMs) {
        try {
            socket.setSoTimeout(patienceMs);
            return socket.getInputStream().read() < 0 ? "end" : "echo";
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    /** Bytes written on the connection from this port that the far kernel has not acknowledged. */
    private static String unacked(int port) throws IOException {
        String local = ":" + String.format(Locale.ROOT, "%04X", port);
        for (String table : List.of("tcp", "tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/net", table))) {
                Optional<String> queue = lines.map(line -> line.strip().split("\\s+"))
                        .filter(fields -> fields[1].endsWith(local))
                        .map(fields -> fields[4].split(":")[0])
                        .findFirst();
                if (queue.isPresent()) {
                    return Integer.toString(Integer.parseInt(queue.get(), 16));
                }
            }
        }
        return "no connection";
    }

    private static String order(LabRemote lab, String deed, String word) {
        Fault.Kind kind = Fault.parse(word).kind();
        try {
            long startedNs = System.nanoTime();
            if (deed.equals("stage")) {
                lab.stage(kind);
            } else {
                lab.heal(kind);
            }
            return "ok after " + TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startedNs) + " us";
        } catch (LabException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
