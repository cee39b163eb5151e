package hbprobe.cli;

import hbprobe.lab.Lab;
import hbprobe.lab.LabResponder;
import hbprobe.lab.Node;
import hbprobe.runtime.Self;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A responder as the server of a lab. */
final class LabServer implements LabResponder, AutoCloseable {
    private final Lab lab;
    private volatile Process process;

    private LabServer(Lab lab, Process process) {
        this.lab = lab;
        this.process = process;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @throws IOException when it does not
     */
    static LabServer start(Lab lab) throws IOException {
        return new LabServer(lab, startProcess(lab));
    }

    private static Process startProcess(Lab lab) throws IOException {
        List<String> command = List.of(
                "respond",
                "--stun",
                "--listen",
                lab.serverAddress().getHostAddress(),
                "--listen",
                lab.serversOtherAddress().getHostAddress());
        ProcessBuilder builder = lab.on(Node.SERVER, Self.command(command));
        // The user's defaults are meant for the client.
        builder.environment().keySet().removeIf(name -> name.startsWith("HBPROBE_"));
        Process process = builder.start();
        StringBuilder said = new StringBuilder();
        BufferedReader err =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            if (line.startsWith("listening on ")) {
                return process;
            }
            said.append(said.isEmpty() ? "" : "; ").append(line);
        }
        throw new IOException("start the lab's responder: " + said);
    }

    @Override
    public Process process() {
        return process;
    }

    @Override
    public void startAgain() throws IOException {
        process = startProcess(lab);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
