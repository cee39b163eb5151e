package hbprobe.lab;

import hbprobe.lab.LabRequest.Deed;
import hbprobe.model.Fault;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * How a program inside a lab asks for faults that hit the whole lab; {@link LabControl} is the other side. Calls block,
 * some for as long as a Java program takes to start: never make them on an event loop. Closing it from another thread,
 * or an interrupt, ends a call.
 */
public final class LabRemote implements AutoCloseable {
    private final LineChannel lines;

    private LabRemote(LineChannel lines) {
        this.lines = lines;
    }

    /**
     * The lab around this program, if there is one.
     *
     * @param path the value of {@value LabControl#VARIABLE}
     * @throws LabException when that lab is gone
     */
    public static Optional<LabRemote> of(Optional<String> path) {
        return path.map(LabRemote::connect);
    }

    private static LabRemote connect(String path) {
        try {
            return new LabRemote(new LineChannel(SocketChannel.open(UnixDomainSocketAddress.of(path))));
        } catch (IOException | IllegalArgumentException e) {
            throw new LabException("connect to the lab at " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns when the fault is in force. Staging what is staged changes nothing.
     *
     * @param kind one that is {@link Fault.Kind#ofLab()}
     * @throws LabException when it could not be staged, or the lab is gone
     */
    public void stage(Fault.Kind kind) {
        ask(new LabRequest(Deed.STAGE, kind));
    }

    /**
     * Returns when the fault is over: a fresh connection works. Healing what is well changes nothing.
     *
     * @param kind one that is {@link Fault.Kind#ofLab()}
     * @throws LabException when it could not be healed, or the lab is gone
     */
    public void heal(Fault.Kind kind) {
        ask(new LabRequest(Deed.HEAL, kind));
    }

    private synchronized void ask(LabRequest request) {
        String answer;
        try {
            lines.write(request.line());
            answer = lines.read().orElseThrow(() -> new IOException("the lab is gone"));
        } catch (IOException e) {
            throw new LabException(request.line() + ": " + (e.getMessage() == null ? e : e.getMessage()), e);
        }
        if (!answer.equals(LabRequest.OK)) {
            throw new LabException(request.line() + ": "
                    + (answer.startsWith(LabRequest.ERROR) ? answer.substring(LabRequest.ERROR.length()) : answer));
        }
    }

    /** Closes the conversation; the lab stays as it is. */
    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new LabException("close the conversation with the lab: " + e.getMessage(), e);
        }
    }
}
