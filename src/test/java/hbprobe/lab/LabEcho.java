package hbprobe.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/** The echo server of {@link LabPeer} as the responder of a lab. */
final class LabEcho implements LabResponder {
    private final Lab lab;
    private volatile Process process;

    LabEcho(Lab lab) throws IOException {
        this.lab = lab;
        this.process = start(lab);
    }

    private static Process start(Lab lab) throws IOException {
        Process process = lab.on(
                        Node.SERVER, LabPeer.command("echo", lab.serverAddress().getHostAddress()))
                .redirectError(Redirect.INHERIT)
                .start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!"listening".equals(line)) {
            throw new IOException("said " + line);
        }
        return process;
    }

    @Override
    public Process process() {
        return process;
    }

    @Override
    public void startAgain() throws IOException {
        process = start(lab);
    }
}
