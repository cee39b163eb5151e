package hbprobe.lab;

import hbprobe.model.Fault;
import hbprobe.runtime.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What can go wrong with a whole lab. A fault that returns is in force. Staging what is staged changes nothing, nor
 * does healing what is well, so a caller can heal without knowing how far it came. Not for several threads at once.
 */
final class LabFaults implements AutoCloseable {
    private final Lab lab;
    private final LabResponder responder;
    private final Shell nat;
    private final Shell server;

    LabFaults(Lab lab, LabResponder responder) {
        this.lab = lab;
        this.responder = responder;
        this.nat = Shell.on(lab, Node.NAT);
        this.server = Shell.on(lab, Node.SERVER);
        // Both start side by side; the first fault must not wait for them.
        nat.run(":");
        server.run(":");
    }

    /**
     * Stages or heals.
     *
     * @throws LabException when that fails or it is no fault of a lab
     */
    void carryOut(LabRequest request) {
        switch (request.deed()) {
            case STAGE -> stage(request.kind());
            case HEAL -> heal(request.kind());
        }
    }

    private void stage(Fault.Kind kind) {
        switch (kind) {
            case LINK_DOWN -> nat.run(Lab.CUT_LINK);
            case NAT_FLUSH -> {
                lab.needConntrack();
                nat.run(Lab.FLUSH);
            }
            case KILL -> kill();
            case STOP -> stop();
            case HOST_GONE -> server.run(Lab.LOSE_SERVER);
            default -> throw notOfALab(kind);
        }
    }

    /** What a fault destroyed stays destroyed. */
    private void heal(Fault.Kind kind) {
        switch (kind) {
            case LINK_DOWN -> nat.run(lab.joinLink());
            case NAT_FLUSH -> {} // it was over at once
            case KILL -> startAgain();
            case STOP -> resume();
            case HOST_GONE -> server.run(lab.findServer());
            default -> throw notOfALab(kind);
        }
    }

    private static LabException notOfALab(Fault.Kind kind) {
        return new LabException("'" + kind.word() + "' hits a single flow; no lab is needed to stage it");
    }

    /** The kernel closes a process's sockets before it tells anyone that the process has ended. */
    private void kill() {
        Process process = responder.process();
        process.destroyForcibly();
        try {
            if (!process.waitFor(Command.LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new LabException("kill the responder: it takes longer than " + Command.LIMIT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("kill the responder: interrupted", e);
        }
    }

    private void startAgain() {
        if (responder.process().isAlive()) {
            return;
        }
        try {
            responder.startAgain();
        } catch (IOException e) {
            throw new LabException("start another responder: " + e.getMessage(), e);
        }
    }

    /** The signal is sent at once, yet each thread stops when it comes to notice. */
    private void stop() {
        long pid = responder.process().pid();
        if (!responder.process().isAlive()) {
            throw new LabException("stop the responder: it does not run");
        }
        server.run("kill -STOP " + pid);
        long deadlineNs = Host.monotonicNs() + Command.LIMIT.toNanos();
        while (!isStopped(pid)) {
            if (deadlineNs - Host.monotonicNs() <= 0) {
                throw new LabException("stop the responder: it takes longer than " + Command.LIMIT.toSeconds() + " s");
            }
            Thread.onSpinWait();
        }
    }

    private void resume() {
        if (responder.process().isAlive()) {
            server.run("kill -CONT " + responder.process().pid());
        }
    }

    /** Whether every thread is; proc(5): the state is the first letter after the name, which is in parentheses. */
    private static boolean isStopped(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.allMatch(thread -> {
                try {
                    String stat = Files.readString(thread.resolve("stat"));
                    return stat.startsWith("T", stat.lastIndexOf(')') + 2);
                } catch (IOException e) {
                    return false; // it ended meanwhile, and is not in the next list
                }
            });
        } catch (IOException e) {
            throw new LabException("stop the responder: look at its threads: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        List.of(nat, server).forEach(Shell::close);
    }
}
