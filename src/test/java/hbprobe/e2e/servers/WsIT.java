package hbprobe.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code ws://} and {@code wss://} against Python's websockets as Debian ships it, plain and behind HAProxy. */
@Execution(ExecutionMode.CONCURRENT)
@Order(4)
class WsIT {
    /** Arguments: port, seconds between pings or 0, password or nothing. It answers nothing but control frames. */
    private static final String SERVER = """
            import asyncio, sys, websockets
            port, every, password = int(sys.argv[1]), float(sys.argv[2]) or None, sys.argv[3]
            login = websockets.basic_auth_protocol_factory(realm="here", credentials=("ann", password))
            async def talk(socket):
                async for message in socket:
                    pass
            async def main():
                protocol = login if password else None
                async with websockets.serve(talk, "0.0.0.0", port, ping_interval=every, create_protocol=protocol):
                    await asyncio.Future()
            asyncio.run(main())
            """;

    private static final String HAPROXY = """
            defaults
              mode http
              timeout connect 5s
              timeout client 60s
              timeout server 60s
              timeout tunnel %s
            frontend in
              bind :80
              %s
              default_backend out
            backend out
              server sockets 127.0.0.1:8001
            """;

    @TempDir
    private Path folder;

    private ServerLab lab(PickUp pickUp, int port, String pingSeconds, String password) throws Exception {
        Labs.needPython("websockets", "python3-websockets");
        Path script = Files.writeString(folder.resolve("server.py"), SERVER);
        ServerLab lab = ServerLab.start(pickUp);
        lab.serve(port, List.of(Labs.PYTHON, script.toString(), "" + port, pingSeconds, password));
        return lab;
    }

    private void proxy(ServerLab lab, String tunnel, String more) throws Exception {
        Labs.needCommand("haproxy", "haproxy");
        Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), HAPROXY.formatted(tunnel, more));
        lab.serve(80, List.of("haproxy", "-db", "-f", configuration.toString()));
    }

    @Test
    void anExpiredFlowIsDeadWithoutPickUpUnderTlsToo() throws Exception {
        Certificate certificate = Certificate.made(folder);
        Path both = folder.resolve("both.pem");
        Files.writeString(both, Files.readString(certificate.cert()) + Files.readString(certificate.key()));
        try (ServerLab lab = lab(PickUp.OFF, 8001, "0", "")) {
            proxy(lab, "60s", "bind :443 ssl crt " + both);

            lab.refused("wss://server", "tls-untrusted");

            try (Program plain = lab.measuring("ws://server:8001/chat?room=1", "--max", "11s")) {
                MeasureFinding underTls = lab.measure("wss://server/chat", "--insecure", "--max", "11s");
                for (MeasureFinding finding : List.of(underTls, ServerLab.answer(plain))) {
                    ServerLab.assertHolds(
                            ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
                }
            }
        }
    }

    @Test
    void aProxyInFrontClosesWhenItsTunnelIsIdle() throws Exception {
        try (ServerLab lab = lab(PickUp.ON, 8001, "0", "")) {
            proxy(lab, "6s", "");

            MeasureFinding finding = lab.measure("ws://server", "--max", "11s");

            ServerLab.assertClosedBy(ServerLab.of(finding, Direction.CLIENT_FIRST), 6);
            assertThat(lab.connections(80)).as("connections left behind").isZero();
            lab.assertHinted(80, "http");
            lab.assertLeavesNothing(80, "ws://server");
        }
    }

    /** A server that pings keeps the path open, which nobody may take for a path that never forgets. */
    @Test
    void pingsOfTheServersOwnAreAnsweredAndShow() throws Exception {
        try (ServerLab lab = lab(PickUp.OFF, 80, "2.5", "")) {
            Program.Result result = lab.hbprobe("measure", "ws://server", "-i", "1s,4s,8s,11s", "--json", "-v");

            MeasureFinding finding = result.finding();
            assertThat(result.err()).contains("heard: ping");
            assertThat(finding.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
            assertThat(finding.hiddenRefresh()).isNotNull();
            assertThat(finding.hiddenRefresh().intervalS()).isBetween(2.2, 2.8);
            assertThat(finding.warnings()).noneMatch(warning -> warning.contains("own kernel"));
        }
    }

    @Test
    void whatCannotBeMeasuredSaysWhy() throws Exception {
        try (ServerLab lab = lab(PickUp.ON, 80, "0", "sesame-1")) {
            lab.serve(81, Nginx.command(folder, "server { listen 81; " + Nginx.AT_ONCE + " }"));

            assertThat(lab.refused("ws://server:81/chat", "not-ws")).contains("200 OK");

            assertThat(lab.refused("ws://server", "login")).contains("demands a login", "HBPROBE_PASSWORD");

            lab.refused("ws://ann:sesame-2@server", "login");

            lab.assertLetsIn("ws://ann@server", folder);
            assertThat(lab.connections(80)).as("connections left behind").isZero();
        }
    }
}
