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

    private static final String GONE = "the shell is gone";

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
     * @throws LabException when it fails or takes longer than {@link Command#LIMIT}
     */
    void run(String command) {
        String name = node.namespace() + ": " + command;
        boolean ended = false;
        try {
            in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
            String failure = Command.within(name, CompletableFuture.supplyAsync(this::awaitEnd));
            ended = true;
            if (!failure.isEmpty()) {
                throw new LabException(name + ": " + failure);
            }
        } catch (IOException e) {
            throw new LabException(name + ": " + GONE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException(name + ": interrupted", e);
        } finally {
            if (!ended) {
                close(); // the end of this command must not be taken for that of the next
            }
        }
    }

    /** Gives what went wrong, empty when nothing did. */
    private String awaitEnd() {
        List<String> said = new ArrayList<>();
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(ENDED)) {
                    String exitCode = line.substring(ENDED.length());
                    return exitCode.equals("0") ? "" : "exit code " + exitCode + ": " + Command.oneLine(said);
                }
                said.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new LabException(node.namespace() + ": " + GONE);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
