package hbprobe.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A shell that waits on a host for commands. To enter the host anew for each one takes longer than the commands
 * themselves, and whoever dates a fault between request and answer pays for that. It ends with its stdin, and with the
 * lab. Not for several threads at once.
 */
final class Shell implements AutoCloseable {
    /** No command here says this word by itself. */
    private static final String ENDED = "ended ";

    /** Ctrl-C is the program's affair, which may want to heal before it ends. */
    private static final String LOOP =
            "trap '' INT; while read -r line; do eval \"$line\"; echo \"" + ENDED + "$?\"; done";

    private final Node node;
    private final Process process;
    private final OutputStream in;
    private final BufferedReader out;

    private Shell(Node node, Process process) {
        this.node = node;
        this.process = process;
        this.in = process.getOutputStream();
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts one; it may not be ready yet.
     *
     * @throws LabException when it can't be started
     */
    static Shell on(Lab lab, Node node) {
        try {
            return new Shell(
                    node,
                    lab.on(node, List.of("sh", "-c", LOOP))
                            .redirectErrorStream(true)
                            .start());
        } catch (IOException e) {
            throw new LabException(node.namespace() + ": start a shell: " + e.getMessage(), e);
        }
    }

    /**
     * Runs a command to its end.
     *
     * @param command one line of sh
     * @throws LabException when it fails or takes longer than {@link Command#LIMIT}; the shell is of no use after that
     *     second case
     */
    void run(String command) {
        String name = node.namespace() + ": " + command;
        try {
            in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
            Command.within(name, CompletableFuture.runAsync(() -> awaitEnd(name)));
        } catch (IOException e) {
            throw new LabException(name + ": the shell is gone: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException(name + ": interrupted", e);
        }
    }

    private void awaitEnd(String name) {
        List<String> said = new ArrayList<>();
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(ENDED)) {
                    String exitCode = line.substring(ENDED.length());
                    if (!exitCode.equals("0")) {
                        throw new LabException(name + ": exit code " + exitCode + ": " + Command.oneLine(said));
                    }
                    return;
                }
                said.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new LabException(name + ": the shell is gone");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
