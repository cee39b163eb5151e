package hbprobe.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Where a program inside a lab asks for faults that hit the whole lab; {@link LabRemote} is its side.
 *
 * <p>It listens on a UNIX socket in the lab's own {@code /run}. Only what runs in the lab has that path, network
 * namespaces do not part it, and it goes with the lab however this program ends: there is nothing to clean up.
 */
public final class LabControl implements AutoCloseable {
    /** The environment variable in which a program inside finds the socket. */
    public static final String VARIABLE = "HBPROBE_LAB_CONTROL";

    private static final String PATH = "/run/control";

    /** One program needs one; more than a few at once is a program that opens them and forgets them. */
    static final int MOST_CONNECTIONS = 8;

    private static final String CLOSING = "the lab is closing";

    private final String path;
    private final ServerSocketChannel listener;
    private final Consumer<LabRequest> faults;
    private final Runnable afterwards;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    /** Held while a request is carried out: one at a time, and none once this is closed. */
    private final ReentrantLock busy = new ReentrantLock();

    private volatile boolean closed;

    private LabControl(String path, ServerSocketChannel listener, Consumer<LabRequest> faults, Runnable afterwards) {
        this.path = path;
        this.listener = listener;
        this.faults = faults;
        this.afterwards = afterwards;
    }

    /**
     * Opens it; it must be closed before the lab and the responder are.
     *
     * @throws LabException when the socket or a shell can't be had
     */
    public static LabControl open(Lab lab, LabResponder responder) {
        LabFaults faults = new LabFaults(lab, responder);
        return open(PATH, lab.seenFromOutside(PATH), faults::carryOut, faults::close);
    }

    /** One at a path that is the same for both sides. */
    static LabControl at(Path path, Consumer<LabRequest> faults) {
        return open(path.toString(), path, faults, () -> {});
    }

    private static LabControl open(String path, Path seenFromHere, Consumer<LabRequest> faults, Runnable afterwards) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            LabControl control = new LabControl(path, listener, faults, afterwards);
            try {
                listener.bind(UnixDomainSocketAddress.of(seenFromHere));
            } catch (IOException e) {
                control.close();
                throw e;
            }
            startThread(control::accept);
            return control;
        } catch (IOException e) {
            throw new LabException("open the lab's control: " + e.getMessage(), e);
        }
    }

    /** Lets the program that this will start find the control. */
    public void handTo(ProcessBuilder program) {
        program.environment().put(VARIABLE, path);
    }

    private static void startThread(Runnable body) {
        Thread thread = new Thread(body, "lab-control");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                connections.add(connection);
                if (closed) {
                    refuse(connection, CLOSING);
                } else if (connections.size() > MOST_CONNECTIONS) {
                    refuse(connection, "more than " + MOST_CONNECTIONS + " connections at once");
                } else {
                    startThread(() -> serve(connection));
                }
            }
        } catch (IOException e) {
            // This has been closed; or nothing more can be opened here, and whoever connects must not wait in vain.
            closeQuietly(listener);
        }
    }

    private void refuse(SocketChannel connection, String reason) {
        try (LineChannel lines = new LineChannel(connection)) {
            lines.write(LabRequest.ERROR + reason);
        } catch (IOException e) {
            // It has gone by itself.
        } finally {
            connections.remove(connection);
        }
    }

    private void serve(SocketChannel connection) {
        try (LineChannel lines = new LineChannel(connection)) {
            for (var line = lines.read(); line.isPresent(); line = lines.read()) {
                lines.write(answer(line.get()));
            }
        } catch (IOException e) {
            // Either side has closed, or what comes is no request: nobody is left to be told.
        } finally {
            connections.remove(connection);
        }
    }

    /** Whatever goes wrong is the asking program's to report: it is the one that has a user. */
    private String answer(String line) {
        try {
            LabRequest request = LabRequest.parse(line);
            busy.lock();
            try {
                if (closed) {
                    throw new LabException(CLOSING);
                }
                faults.accept(request);
            } finally {
                busy.unlock();
            }
            return LabRequest.OK;
        } catch (RuntimeException e) {
            return LabRequest.ERROR + (e instanceof LabException ? e.getMessage() : e.toString());
        }
    }

    /** Lets a request that is being carried out end: it could be starting a process that the lab must not miss. */
    @Override
    public void close() {
        closed = true;
        closeQuietly(listener);
        try {
            if (busy.tryLock(Command.LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                busy.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the lab, which is closed next, kills what is left
        }
        connections.forEach(LabControl::closeQuietly);
        afterwards.run();
    }

    private static void closeQuietly(Closeable channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Closing is all that was wanted of it.
        }
    }
}
