package hbprobe.e2e;

import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.Ports;
import hbprobe.lab.LabSettings.Udp;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The packaged program over UDP, through a kernel whose timeouts are known, to a responder behind it. */
public final class UdpRun {
    /** Six seconds for a mapping that has carried no traffic both ways, fifteen for one that has. */
    public static final LabSettings SIX_AND_FIFTEEN = LabSettings.defaults().withUdp(udp(6, 15, Ports.PRESERVED));

    private UdpRun() {}

    /** Timeouts of a middlebox. */
    public static Udp udp(int soloS, int streamS, Ports ports) {
        return new Udp(Optional.of(Duration.ofSeconds(soloS)), Optional.of(Duration.ofSeconds(streamS)), ports);
    }

    /** One command of the client's, with its responder beside it. */
    public static Program.Result of(LabSettings settings, String... args) throws IOException, InterruptedException {
        try (Lab lab = Labs.start(settings);
                Program responder = Program.start(lab.on(Node.SERVER, Program.command("respond")), Map.of())) {
            responder.awaitErr("(udp)");
            try (Program client = Program.start(lab.on(Node.CLIENT, Program.command(args)), Map.of())) {
                return client.await();
            }
        }
    }
}
