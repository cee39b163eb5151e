package hbprobe.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import hbprobe.lab.LabSettings.Box;
import hbprobe.lab.LabSettings.Family;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.LabSettings.Rejection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.net.Inet6Address;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lab on this machine's own kernel. */
@Timeout(60)
class LabIT {
    @ParameterizedTest
    @CsvSource({
        "NAT, IPV4, 1, 198.51.100.1",
        "NAT, IPV4, 4, 198.51.100.1",
        "NAT, IPV6, 1, 2001:db8:1:0:0:0:0:2",
        "NAT, IPV6, 3, 2001:db8:1:0:0:0:0:2",
        "SERVER_FIREWALL, IPV4, 1, 192.0.2.2",
        "SERVER_FIREWALL, IPV6, 1, 2001:db8:1:0:0:0:0:2"
    })
    void theServerIsReachedUnderTheExpectedAddress(Box box, Family family, int hops, String seen) throws IOException {
        try (Lab lab = Labs.start(
                LabSettings.defaults().withBox(box).withFamily(family).withHops(hops))) {
            serve(lab);
            assertThat(firstLine(connect(lab))).isEqualTo(seen);
            assertThat(lab.clientAddress().getHostAddress())
                    .isEqualTo(family == Family.IPV4 ? "192.0.2.2" : "2001:db8:1:0:0:0:0:2");
        }
    }

    @Test
    void theTimersAreTheOnesAskedFor() {
        LabSettings settings =
                LabSettings.defaults().withIdleTimeout(Duration.ofSeconds(13)).withPickUp(PickUp.OFF);
        try (Lab lab = Labs.start(settings)) {
            assertThat(conntrackSysctl(lab, "tcp_timeout_established")).isEqualTo("13");
            assertThat(conntrackSysctl(lab, "udp_timeout")).isEqualTo("13");
            assertThat(conntrackSysctl(lab, "udp_timeout_stream")).isEqualTo("13");
            assertThat(conntrackSysctl(lab, "tcp_loose")).isEqualTo("0");
        }
        try (Lab lab = Labs.start(LabSettings.defaults())) {
            assertThat(conntrackSysctl(lab, "tcp_loose")).isEqualTo("1");
        }
    }

    @Test
    void theRulesAreTheOnesAskedFor() {
        LabSettings resets =
                LabSettings.defaults().withTowardsClient(Rejection.RESET).withTowardsServer(Rejection.RESET);
        try (Lab lab = Labs.start(LabSettings.defaults())) {
            assertThat(lab.run(Node.NAT, "nft", "list", "ruleset"))
                    .contains("chain own", "snat to 198.51.100.1")
                    .doesNotContain("reject");
        }
        try (Lab lab = Labs.start(resets)) {
            assertThat(lab.run(Node.NAT, "nft", "list", "ruleset"))
                    .contains("iifname \"n0\" ct state invalid meta l4proto tcp reject with tcp reset")
                    .doesNotContain("chain own");
        }
        try (Lab lab = Labs.start(resets.withBox(Box.SERVER_FIREWALL))) {
            assertThat(lab.run(Node.NAT, "nft", "list", "ruleset"))
                    .contains("iifname \"n0\" ct state new", "reject with tcp reset")
                    .doesNotContain("snat");
        }
    }

    @ParameterizedTest
    @CsvSource({"IPV4", "IPV6"})
    void aCutLinkIsSilentAndForgetsNoFlow(Family family) throws IOException {
        try (Lab lab = Labs.start(LabSettings.defaults().withFamily(family))) {
            needConntrack();
            serve(lab);
            assertThat(firstLine(connect(lab))).isNotEqualTo("SocketTimeoutException");
            lab.cutLink();
            assertThat(firstLine(connect(lab))).isEqualTo("SocketTimeoutException");
            assertThat(flows(lab)).contains("ESTABLISHED");
            lab.healLink();
            assertThat(firstLine(connect(lab))).isNotEqualTo("SocketTimeoutException");
        }
    }

    @ParameterizedTest
    @CsvSource({"IPV4", "IPV6"})
    void aFlushForgetsEveryFlow(Family family) throws IOException {
        try (Lab lab = Labs.start(LabSettings.defaults().withFamily(family))) {
            needConntrack();
            serve(lab);
            assertThat(firstLine(connect(lab))).isNotEqualTo("SocketTimeoutException");
            assertThat(flows(lab)).contains("ESTABLISHED");
            lab.flush();
            assertThat(flows(lab)).doesNotContain("ESTABLISHED");
        }
    }

    @Test
    void aCommandKeepsItsProcessIdFolderAndExitCode() throws Exception {
        try (Lab lab = Labs.start(LabSettings.defaults())) {
            Process process = lab.on(Node.CLIENT, List.of("sh", "-c", "echo $$; pwd; exit 7"))
                    .start();
            BufferedReader out = lines(process);
            assertThat(out.readLine()).isEqualTo(Long.toString(process.pid()));
            assertThat(out.readLine()).isEqualTo(Path.of("").toAbsolutePath().toString());
            assertThat(process.waitFor()).isEqualTo(7);
        }
    }

    @Test
    void aSignalReachesTheCommandItself() throws Exception {
        try (Lab lab = Labs.start(LabSettings.defaults())) {
            Process process = lab.on(
                            Node.CLIENT, List.of("sh", "-c", "trap 'echo told; exit 9' TERM; echo up; read line"))
                    .start();
            BufferedReader out = lines(process);
            assertThat(out.readLine()).isEqualTo("up");
            process.toHandle().destroy();
            assertThat(out.readLine()).isEqualTo("told");
            assertThat(process.waitFor()).isEqualTo(9);
        }
    }

    @Test
    void aFailedCommandIsNamedWithItsStderr() {
        try (Lab lab = Labs.start(LabSettings.defaults())) {
            assertThatExceptionOfType(LabException.class)
                    .isThrownBy(() -> lab.run(Node.NAT, "sh", "-c", "echo no such thing >&2; exit 3"))
                    .withMessage("nat: sh -c echo no such thing >&2; exit 3: exit code 3: no such thing");
        }
    }

    @Test
    void aFailedStartNamesTheCommand(@TempDir Path folder) throws Exception {
        Labs.need();
        Labs.script(folder.resolve("nft"), "#!/bin/sh\necho no rules today >&2\nexit 1\n");
        assertThatExceptionOfType(LabException.class)
                .isThrownBy(() ->
                        Lab.start(LabSettings.defaults(), Tools.ofThisMachine().after(folder)))
                .withMessage("build the lab: no rules today; failed: ip netns exec nat nft -f -");
    }

    @Test
    void closingLeavesNoProcessBehind() throws Exception {
        List<ProcessHandle> inside = new ArrayList<>();
        Lab lab = Labs.start(LabSettings.defaults());
        try (lab) {
            Process process = lab.on(Node.SERVER, List.of("sh", "-c", "setsid sleep 600 & echo $!; wait"))
                    .start();
            inside.add(process.toHandle());
            ProcessHandle.of(Long.parseLong(firstLine(process))).ifPresent(inside::add);
            assertThat(inside).hasSize(2);
        }
        assertGone(inside);
        assertThatIllegalStateException().isThrownBy(() -> lab.run(Node.CLIENT, "true"));
        lab.close();
    }

    @Test
    void aKilledProgramLeavesNothingBehind() throws Exception {
        Labs.need();
        killAndLookForTheRest(new ProcessBuilder(LabPeer.command("lab")));
    }

    @Test
    void anOrdinaryUserHasALabToo() throws Exception {
        Labs.need();
        killAndLookForTheRest(new ProcessBuilder(Labs.asNobody(LabPeer.command("lab"))));
    }

    private static void killAndLookForTheRest(ProcessBuilder program) throws Exception {
        Process parent = program.redirectError(Redirect.INHERIT).start();
        String[] words = firstLine(parent).split(" ");
        assertThat(words).hasSize(2).startsWith("up");
        List<ProcessHandle> inside = parent.descendants().toList();
        assertThat(inside).extracting(ProcessHandle::pid).hasSize(2).contains(Long.parseLong(words[1]));
        parent.destroyForcibly().waitFor();
        assertGone(inside);
    }

    private static void assertGone(List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            process.onExit().get(10, TimeUnit.SECONDS);
        }
    }

    private static void serve(Lab lab) throws IOException {
        Process server = start(lab, Node.SERVER, "serve");
        assertThat(firstLine(server)).isEqualTo("listening");
    }

    private static Process connect(Lab lab) throws IOException {
        return start(lab, Node.CLIENT, "connect");
    }

    private static Process start(Lab lab, Node node, String program) throws IOException {
        return lab.on(node, LabPeer.command(program, lab.serverAddress().getHostAddress()))
                .redirectError(Redirect.INHERIT)
                .start();
    }

    private static void needConntrack() {
        if (!Tools.ofThisMachine().has("conntrack")) {
            Labs.lacking(Tools.missing("conntrack", "conntrack"));
        }
    }

    private static String flows(Lab lab) {
        return lab.run(
                Node.NAT, "conntrack", "-L", "-f", lab.serverAddress() instanceof Inet6Address ? "ipv6" : "ipv4");
    }

    private static String conntrackSysctl(Lab lab, String name) {
        return lab.run(Node.NAT, "cat", "/proc/sys/net/netfilter/nf_conntrack_" + name)
                .strip();
    }

    private static String firstLine(Process process) throws IOException {
        return String.valueOf(lines(process).readLine());
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
