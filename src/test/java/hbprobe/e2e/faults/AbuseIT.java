package hbprobe.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.Ports;
import hbprobe.lab.LabSettings.Udp;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import hbprobe.model.IdleTest;
import hbprobe.model.MeasureFinding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A million datagrams at a responder, most of them under addresses that aren't their sender's, and a measurement. */
@Isolated
class AbuseIT {
    private static final int DATAGRAMS = 1_000_000;
    private static final int PER_SECOND = 40_000;

    /** Addresses of the flood: every one of them is the server's own, so that answers are seen where they would go. */
    private static final String FLOOD = "203.0.113.";

    private static final String KNOWN = FLOOD + 1;

    /** Short, and for nothing but time. */
    private static final LabSettings LAB = LabSettings.defaults()
            .withUdp(new Udp(Optional.of(Duration.ofSeconds(4)), Optional.of(Duration.ofSeconds(7)), Ports.PRESERVED));

    /** With little to fill, so that what isn't given back shows. */
    private static final List<String> SMALL = List.of("-Xms48m", "-Xmx48m", "-XX:+AlwaysPreTouch");

    private static final int SPARE_KB = 16 * 1024;

    /** The kernel counts for each address: what it sent, what it was sent, and whether a push was among that. */
    private static final String ACCOUNTS = """
            table ip accounts {
                set in { type ipv4_addr; flags dynamic; size 1024; counter; }
                set out { type ipv4_addr; flags dynamic; size 1024; counter; }
                set pushed { type ipv4_addr; flags dynamic; size 1024; counter; }
                chain arriving {
                    type filter hook input priority 0;
                    udp dport 7400 update @in { ip saddr }
                }
                chain leaving {
                    type filter hook output priority 0;
                    udp sport 7400 update @out { ip daddr }
                    udp sport 7400 @th,104,8 0xb1 update @pushed { ip daddr }
                }
            }
            """;

    private static final Pattern COUNTED = Pattern.compile("([0-9.]+) counter packets (\\d+) bytes (\\d+)");
    private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern UDP = Pattern.compile("Udp: (\\d+) .*");

    /** What the kernel counted for one address. */
    private record Count(long packets, long bytes) {}

    private static Map<String, Count> counted(Lab lab, String set) {
        Map<String, Count> counts = new HashMap<>();
        Matcher matcher = COUNTED.matcher(lab.run(Node.SERVER, "nft", "list", "set", "ip", "accounts", set));
        while (matcher.find()) {
            counts.put(matcher.group(1), new Count(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3))));
        }
        return counts;
    }

    private static int rssKb(Program program) throws IOException {
        Matcher matcher = RSS.matcher(
                Files.readString(Path.of("/proc/" + program.process().pid() + "/status")));
        assertThat(matcher.find()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private static Process flood(Lab lab) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        return lab.on(
                        Node.SERVER,
                        List.of(
                                java,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Flood.class.getName(),
                                lab.serverAddress().getHostAddress(),
                                FLOOD,
                                Integer.toString(DATAGRAMS),
                                Integer.toString(PER_SECOND)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void aMillionForgedReplayedAndBrokenDatagramsMoveNothing() throws Exception {
        try (Lab lab = Labs.start(LAB);
                Program responder =
                        Program.start(lab.on(Node.SERVER, Program.command(SMALL, "respond", "-q")), Map.of())) {
            lab.run(Node.SERVER, "ip", "route", "add", "local", FLOOD + "0/24", "dev", "lo");
            lab.run(Node.SERVER, "sh", "-c", "nft -f - <<'END'\n" + ACCOUNTS + "END\n");
            responder.awaitErr("(udp)");
            Process flood = flood(lab);
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(flood.getInputStream(), StandardCharsets.UTF_8));
            assertThat(said.readLine()).isEqualTo("ready");
            flood.getOutputStream().write('\n');
            flood.getOutputStream().flush();

            int beforeKb = rssKb(responder);
            MeasureFinding beside = measure(lab);
            flood.getOutputStream().close();
            int sent = Integer.parseInt(said.readLine().replace("sent ", ""));
            int afterKb = rssKb(responder);

            assertBracketsAsWithoutTheFlood(beside);
            assertMostArrived(lab, sent);
            assertNobodyWasSentMoreThanHeSent(lab, sent);
            assertThat(afterKb).as("resident after %s kB before", beforeKb).isLessThan(beforeKb + SPARE_KB);
            responder.signal("TERM");
            Program.Result ended = responder.await();
            assertThat(ended.exitCode()).isEqualTo(143);
            assertThat(ended.err()).doesNotContain("Exception", "OutOfMemory");
        }
    }

    private static MeasureFinding measure(Lab lab) throws IOException, InterruptedException {
        List<String> command = Program.command("measure", "hb+udp://server", "--max", "10s", "--json");
        try (Program client = Program.start(lab.on(Node.CLIENT, command), Map.of())) {
            Program.Result result = client.await();
            assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
            return result.finding();
        }
    }

    private static void assertBracketsAsWithoutTheFlood(MeasureFinding beside) {
        assertThat(beside.directions()).hasSize(3).allSatisfy(found -> {
            double truthS = found.test() == IdleTest.UDP_1 ? 4 : 7;
            assertThat(found.aliveS()).as("%s", found).isLessThanOrEqualTo(truthS);
            assertThat(found.deadS()).as("%s", found).isGreaterThanOrEqualTo(truthS);
            assertThat(found.deadS() - found.aliveS()).as("%s", found).isLessThanOrEqualTo(0.03 * truthS + 0.3);
        });
    }

    /** A flood that the kernel drops because the responder is slow would show nothing. */
    private static void assertMostArrived(Lab lab, int sent) {
        String[] lines = lab.run(Node.SERVER, "cat", "/proc/net/snmp")
                .lines()
                .filter(line -> line.startsWith("Udp:"))
                .toArray(String[]::new);
        Matcher matcher = UDP.matcher(lines[1]);
        assertThat(matcher.matches()).as(lines[1]).isTrue();
        // The forged addresses never read what they are sent, and so are counted by others of its columns.
        assertThat(Integer.parseInt(matcher.group(1))).as(lines[1]).isGreaterThan(sent / 10 * 9);
    }

    private static void assertNobodyWasSentMoreThanHeSent(Lab lab, int sent) {
        Map<String, Count> in = counted(lab, "in");
        Map<String, Count> out = counted(lab, "out");
        Map<String, Count> pushed = counted(lab, "pushed");
        assertThat(in.values().stream().mapToLong(Count::packets).sum()).isGreaterThanOrEqualTo(sent);
        assertThat(out)
                .hasSizeGreaterThan(50)
                .allSatisfy((address, count) -> assertThat(count.bytes())
                        .as("bytes sent to %s", address)
                        .isLessThanOrEqualTo(in.get(address).bytes()));
        assertThat(pushed.keySet())
                .as("who was pushed to: the flood's own address and the measuring client's")
                .containsExactlyInAnyOrder(KNOWN, "198.51.100.1");
    }
}
