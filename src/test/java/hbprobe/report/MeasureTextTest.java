package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Golden;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.IdleTest;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Flow;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.MeasureFinding.Keepalive;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureFinding.Udp;
import hbprobe.model.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person reads, for each thing there is to say. */
class MeasureTextTest {
    private static final int COLUMNS = 80;
    private static final Path GOLDEN = Path.of("src/test/resources/golden/measure-text");
    private static final Pattern ESCAPE = Pattern.compile("\u001b\\[\\d+m");
    static final Map<String, MeasureFinding> FINDINGS = findings();

    private static Map<String, MeasureFinding> findings() {
        Map<String, MeasureFinding> findings = new LinkedHashMap<>();
        findings.put(
                "one-way",
                Sample.of(Outcome.EXPIRES)
                        .idleTimeout(59.8, 61.2, Direction.SERVER_FIRST, Ending.ONE_WAY)
                        .survived(Direction.CLIENT_FIRST, 70.1)
                        .expired(Direction.SERVER_FIRST, 59.8, 61.2, Ending.ONE_WAY, Ending.RESET_ON_PROBE)
                        .revivedByClient(true)
                        .freshFlow("ok")
                        .likely("AWS EC2 security-group conntrack (established; Nitro v6, excl. P6e-GB200)", 60, null)
                        .likely("A home router", 60, Ending.SILENT)
                        .advice(20, new Keepalive(20, 6, 3))
                        .finding());
        findings.put(
                "udp",
                Sample.of(Outcome.EXPIRES)
                        .idleTimeout(5.94, 6.05, Direction.SERVER_FIRST, Ending.ONE_WAY)
                        .expired(IdleTest.UDP_3, 14.81, 15.1, Ending.ONE_WAY, 40_001)
                        .expired(IdleTest.UDP_2, 14.85, 15.12, Ending.ONE_WAY, 40_001)
                        .expired(IdleTest.UDP_1, 5.94, 6.05, Ending.ONE_WAY, 40_001)
                        .udp(new Udp(true, 3, 0, 15.12, null))
                        .revivedByClient(true)
                        .freshFlow("ok")
                        .advice(2, null)
                        .finding());
        findings.put(
                "udp-rebound",
                Sample.of(Outcome.EXPIRES)
                        .idleTimeout(5.94, 6.05, Direction.SERVER_FIRST, Ending.REBOUND)
                        .expired(IdleTest.UDP_2, 5.98, 6.12, Ending.REBOUND, 61_234)
                        .expired(IdleTest.UDP_1, 5.94, 6.05, Ending.REBOUND, 50_017)
                        .udp(new Udp(false, 0, 2, null, 6.05))
                        .revivedByClient(true)
                        .freshFlow("ok")
                        .advice(2, null)
                        .finding());
        findings.put(
                "silent-both-ways",
                Sample.of(Outcome.EXPIRES)
                        .idleTimeout(7.9, 8.15, Direction.CLIENT_FIRST, Ending.SILENT)
                        .expired(Direction.CLIENT_FIRST, 7.9, 8.15, Ending.SILENT, Ending.SILENT)
                        .expired(Direction.SERVER_FIRST, 7.9, 8.15, Ending.SILENT, Ending.SILENT)
                        .revivedByClient(false)
                        .freshFlow("ok")
                        .advice(3, new Keepalive(3, 1, 3))
                        .finding());
        findings.put(
                "reset-on-probe",
                Sample.of(Outcome.EXPIRES)
                        .idleTimeout(345, 353, Direction.CLIENT_FIRST, Ending.RESET_ON_PROBE)
                        .expired(Direction.CLIENT_FIRST, 345, 353, Ending.RESET_ON_PROBE, null)
                        .expired(Direction.SERVER_FIRST, 345, 353, Ending.SILENT, Ending.SILENT)
                        .revivedByClient(false)
                        .freshFlow("ok")
                        .likely("AWS NAT Gateway", 350, Ending.RESET_ON_PROBE)
                        .likely("AWS Network Load Balancer (TCP listener)", 350, Ending.RESET_ON_PROBE)
                        .advice(120, new Keepalive(120, 40, 3))
                        .finding());
        findings.put(
                "fin-at-expiry",
                Sample.of(Outcome.EXPIRES)
                        .idleTimeout(60.02, 60.04, Direction.SERVER_FIRST, Ending.FIN_AT_EXPIRY)
                        .expired(Direction.CLIENT_FIRST, 60.02, 60.3, Ending.FIN_AT_EXPIRY, null)
                        .expired(Direction.SERVER_FIRST, 60.02, 60.04, Ending.FIN_AT_EXPIRY, null)
                        .revivedByClient(false)
                        .freshFlow("ok")
                        .likely("AWS Application Load Balancer", 60, Ending.FIN_AT_EXPIRY)
                        .advice(20, new Keepalive(20, 6, 3))
                        .finding());
        findings.put(
                "below-a-second",
                Sample.of(Outcome.EXPIRES)
                        .idleTimeout(0.5, 0.75, Direction.CLIENT_FIRST, Ending.ICMP)
                        .expired(Direction.CLIENT_FIRST, 0.5, 0.75, Ending.ICMP, null)
                        .freshFlow("ok")
                        .advice(0.2, null)
                        .warning("the kernel reported an ICMP error: 192.0.2.1: administratively prohibited")
                        .finding());
        findings.put(
                "lifetime",
                Sample.of(Outcome.EXPIRES)
                        .idleTimeout(3580, 3605, Direction.CLIENT_FIRST, Ending.LIFETIME)
                        .expired(Direction.CLIENT_FIRST, 3580, 3605, Ending.LIFETIME, null)
                        .freshFlow("ok")
                        .warning(
                                "flows that were never idle died at an age of 3598.2 to 3604.9 s: an age limit, which no"
                                        + " heartbeat moves")
                        .finding());
        findings.put(
                "survives",
                Sample.of(Outcome.SURVIVES)
                        .survived(Direction.CLIENT_FIRST, 900)
                        .survived(Direction.SERVER_FIRST, 900)
                        .finding());
        findings.put(
                "path-down",
                Sample.of(Outcome.INCONCLUSIVE)
                        .undecided(Direction.CLIENT_FIRST, 12.1, 14.9, Ending.SILENT, 12, 0)
                        .undecided(Direction.SERVER_FIRST, 12.1, 14.9, Ending.SILENT, 12, 0)
                        .freshFlow("failed")
                        .error(
                                "path-down",
                                "the path went down: a new flow failed too: connect to 192.0.2.7:7400: nothing answered;"
                                        + " is the address right, does a firewall drop it?")
                        .finding());
        findings.put(
                "hidden-refresh",
                Sample.of(Outcome.INCONCLUSIVE)
                        .undecided(Direction.CLIENT_FIRST, null, null, null, 0, 0)
                        .undecided(Direction.SERVER_FIRST, 9.5, null, null, 3, 0)
                        .hiddenRefresh(10.02, 57)
                        .warning(
                                "somebody keeps idle flows alive behind the scenes, every 10.02 s: longer silences could"
                                        + " not be tested")
                        .finding());
        findings.put(
                "disagreement",
                Sample.of(Outcome.INCONCLUSIVE)
                        .undecided(Direction.CLIENT_FIRST, 12.1, 512.4, Ending.RESET_AT_EXPIRY, 112, 31)
                        .freshFlow("ok")
                        .warning("a flow that was never idle died too: the path drops flows for other reasons as well")
                        .finding());
        findings.put(
                "unreachable",
                Sample.of(Outcome.UNREACHABLE)
                        .error(
                                "refused",
                                "connect to 192.0.2.7:7400: connection refused; is 'hbprobe respond' running there?")
                        .finding());
        findings.put(
                "interrupted",
                Sample.of(Outcome.INTERRUPTED)
                        .survived(Direction.CLIENT_FIRST, 31.4)
                        .survived(Direction.SERVER_FIRST, 31.4)
                        .flow(new Flow(
                                2,
                                Direction.CLIENT_FIRST,
                                IdleTest.TCP_1,
                                900,
                                0.5,
                                null,
                                FlowOutcome.UNPROBED,
                                null,
                                null,
                                12.0,
                                "192.0.2.99:40003",
                                "198.51.100.1:40003",
                                null))
                        .finding());
        findings.put(
                "interrupted-yet",
                Sample.of(Outcome.INTERRUPTED)
                        .idleTimeout(59.8, 61.2, Direction.SERVER_FIRST, Ending.ONE_WAY)
                        .survived(Direction.CLIENT_FIRST, 61.2)
                        .expired(Direction.SERVER_FIRST, 59.8, 61.2, Ending.ONE_WAY, Ending.SILENT)
                        .revivedByClient(true)
                        .advice(20, new Keepalive(20, 6, 3))
                        .finding());
        findings.put(
                "interrupted-at-once",
                Sample.of(Outcome.INTERRUPTED)
                        .error("interrupted", "ended before the first flow was opened")
                        .finding());
        String name =
                "a-name-that-is-far-longer-than-any-line-of-a-terminal." + "of-a-data-centre.".repeat(4) + "example";
        findings.put(
                "long-names",
                Sample.of(Outcome.UNREACHABLE)
                        .target(new Target("hb://" + name, name, null, 7400, "tcp", "hb", false))
                        .error("unresolved", "resolve " + name + ": no such host")
                        .finding());
        return findings;
    }

    static Stream<String> names() {
        return FINDINGS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void reportIsAsAgreed(String name) {
        String text = MeasureText.of(FINDINGS.get(name), Ink.NONE);

        assertThat(text).doesNotContain("\u001b").endsWith("\n");
        assertThat(text.lines())
                .allSatisfy(line ->
                        assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS).isEqualTo(line.stripTrailing()));
        Golden.check(GOLDEN.resolve(name + ".txt"), text);
    }

    @ParameterizedTest
    @MethodSource("names")
    void colourChangesNoWord(String name) {
        String text = MeasureText.of(FINDINGS.get(name), Ink.COLOUR);

        assertThat(text).startsWith("\u001b[1m");
        assertThat(ESCAPE.matcher(text).replaceAll("")).isEqualTo(MeasureText.of(FINDINGS.get(name), Ink.NONE));
        assertThat(text.lines())
                .allSatisfy(line -> assertThat(isClosed(line)).as(line).isTrue());
    }

    /** A line that is cut or searched for must not colour the rest of a terminal. */
    private static boolean isClosed(String line) {
        List<String> escapes =
                ESCAPE.matcher(line).results().map(found -> found.group()).toList();
        return escapes.isEmpty() || escapes.get(escapes.size() - 1).equals("\u001b[0m");
    }

    @Test
    void thereIsNoGoldenThatNothingIsHeldAgainst() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            names().map(name -> name + ".txt").toList());
        }
    }
}
