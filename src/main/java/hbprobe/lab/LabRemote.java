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
    /** Does nothing, yet both sides load what they need, and the first real fault is dated some 10 ms better. */
    private static final LabRequest GREETING = new LabRequest(Deed.HEAL, Fault.Kind.NAT_FLUSH);

    private final LineChannel lines;

    private LabRemote(LineChannel lines) {
        this.lines = lines;
    }

    /**
     * The lab around this program, if there is one.
     *
     * @param path the value of {@value LabControl#VARIABLE}
     * @throws LabException when that lab is gone or talks to too many already
     */
    public static Optional<LabRemote> of(Optional<String> path) {
        return path.map(LabRemote::connect);
    }

    private static LabRemote connect(String path) {
        try {
            LabRemote remote = new LabRemote(new LineChannel(SocketChannel.open(UnixDomainSocketAddress.of(path))));
            try {
                remote.converse(GREETING);
                return remote;
            } catch (IOException e) {
                remote.close();
                throw e;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new LabException("connect to the lab at " + path + ": " + reason(e), e);
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

    private void ask(LabRequest request) {
        try {
            converse(request);
        } catch (IOException e) {
            throw new LabException(request.line() + ": " + reason(e), e);
        }
    }

    private synchronized void converse(LabRequest request) throws IOException {
        lines.write(request.line());
        String answer = lines.read().orElseThrow(() -> new IOException("the lab is gone"));
        if (!answer.equals(LabRequest.OK)) {
            throw new IOException(
                    answer.startsWith(LabRequest.ERROR) ? answer.substring(LabRequest.ERROR.length()) : answer);
        }
    }

    /** Those of closed channels have no message. */
    private static String reason(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
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
