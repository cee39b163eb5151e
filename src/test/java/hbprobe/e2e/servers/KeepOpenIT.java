package hbprobe.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.model.CompareFinding;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.KeepOpen.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code compare} against servers that aren't ours: Redis can be told to speak at the end, a WebSocket server only
 * answers, and over {@code tcp://} nothing is written.
 */
@Execution(ExecutionMode.CONCURRENT)
@Order(4)
class KeepOpenIT {
    private static final String WEBSOCKETS = """
            import asyncio, websockets
            async def main():
                async with websockets.serve(lambda s, *path: s.wait_closed(), "0.0.0.0", 80, ping_interval=None):
                    await asyncio.Future()
            asyncio.run(main())
            """;

    @TempDir
    private Path folder;

    private static Program compare(ServerLab lab, String target) throws IOException {
        return lab.start(
                Map.of(),
                "compare",
                target,
                "--idle-timeout",
                "4s",
                "--fault",
                "blackhole",
                "--mechanism",
                "os-keepalive",
                "--trials",
                "1",
                "--keepalive",
                "idle=1s,interval=1s,count=3",
                "--json");
    }

    private static CompareFinding finding(Program program) throws Exception {
        Program.Result result = program.await();
        assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
        return result.finding("compare-1", CompareFinding.class);
    }

    private static Map<Keeper, Outcome> keepOpen(CompareFinding finding) {
        return finding.keepOpen().stream().collect(Collectors.toMap(KeepOpen::mechanism, KeepOpen::outcome));
    }

    @Test
    void whatKeepsAPathOpenIsToldOfServersOfEveryKind() throws Exception {
        Labs.needCommand("redis-server", "redis-server");
        Labs.needPython("websockets", "python3-websockets");
        Path script = Files.writeString(folder.resolve("server.py"), WEBSOCKETS);
        try (ServerLab lab = ServerLab.start(PickUp.OFF, Duration.ofSeconds(4))) {
            lab.serve(6379, List.of("redis-server", "--bind", "0.0.0.0", "--save", "", "--protected-mode", "no"));
            lab.serve(80, List.of(Labs.PYTHON, script.toString()));
            try (Program redis = compare(lab, "redis://server");
                    Program websockets = compare(lab, "ws://server");
                    Program silent = compare(lab, "tcp://server:6379")) {
                Map<Keeper, Outcome> lostWithoutHeartbeats = Map.of(
                        Keeper.APP_ECHO, Outcome.KEPT,
                        Keeper.APP_ECHO_SERVER, Outcome.NOT_TESTED,
                        Keeper.OS_KEEPALIVE, Outcome.KEPT,
                        Keeper.OS_KEEPALIVE_SERVER, Outcome.NOT_TESTED,
                        Keeper.NONE, Outcome.LOST);
                for (Program one : List.of(redis, websockets)) {
                    CompareFinding finding = finding(one);
                    assertThat(keepOpen(finding)).isEqualTo(lostWithoutHeartbeats);
                    assertThat(finding.terminatedBetween()).isFalse();
                    assertThat(finding.verdict()).startsWith("Both keep the path open");
                }
                CompareFinding finding = finding(silent);
                assertThat(keepOpen(finding))
                        .containsEntry(Keeper.APP_ECHO, Outcome.NOT_TESTED)
                        .containsEntry(Keeper.OS_KEEPALIVE, Outcome.KEPT)
                        .containsEntry(Keeper.NONE, Outcome.LOST);
                assertThat(finding.verdict()).startsWith("OS keepalive keeps the path open");
            }
        }
    }
}
