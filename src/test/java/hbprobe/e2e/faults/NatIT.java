package hbprobe.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.Family;
import hbprobe.lab.LabSettings.Filtering;
import hbprobe.lab.LabSettings.Hairpin;
import hbprobe.lab.LabSettings.Ports;
import hbprobe.lab.LabSettings.Udp;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import hbprobe.model.NatFinding;
import hbprobe.model.NatFinding.Behaviour;
import hbprobe.model.NatFinding.Loop;
import hbprobe.model.NatFinding.Outcome;
import hbprobe.model.NatFinding.PortChoice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The packaged {@code nat} through every NAT that the kernel can make, against coturn, Vovida's server of RFC 3489 and
 * our own responder; and Debian's clients against our own responder, which must find the same.
 */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class NatIT {
    private static final String COTURN_PORT = "3480";
    private static final String STUND_PORT = "3490";

    private static final String INDEPENDENT = "Endpoint Independent";
    private static final String ADDRESS = "Address Dependent";
    private static final String BOTH = "Address and Port Dependent";

    /**
     * A NAT and its classes; the last three are the words of turnutils_natdiscovery and of Vovida's client, which tells
     * nothing of the filter where the mapping depends on the destination.
     */
    private enum Kind {
        PLAIN(
                Udp.LIKE_TCP,
                Behaviour.ENDPOINT_INDEPENDENT,
                Behaviour.ADDRESS_AND_PORT_DEPENDENT,
                PortChoice.PRESERVED,
                Loop.NO,
                INDEPENDENT,
                BOTH,
                "Independent Mapping, Port Dependent Filter, preserves ports, no hairpin"),
        RANDOM(
                Udp.LIKE_TCP.withPorts(Ports.RANDOM),
                Behaviour.ADDRESS_AND_PORT_DEPENDENT,
                Behaviour.ADDRESS_AND_PORT_DEPENDENT,
                PortChoice.RANDOM,
                Loop.NO,
                BOTH,
                BOTH,
                "Dependent Mapping, random port, no hairpin"),
        BY_ADDRESS(
                Udp.LIKE_TCP.withFiltering(Filtering.ADDRESS),
                Behaviour.ENDPOINT_INDEPENDENT,
                Behaviour.ADDRESS_DEPENDENT,
                PortChoice.PRESERVED,
                Loop.NO,
                INDEPENDENT,
                ADDRESS,
                "Independent Mapping, Address Dependent Filter, preserves ports, no hairpin"),
        OPEN(
                Udp.LIKE_TCP.withFiltering(Filtering.OPEN).withHairpin(Hairpin.ON),
                Behaviour.ENDPOINT_INDEPENDENT,
                Behaviour.ENDPOINT_INDEPENDENT,
                PortChoice.PRESERVED,
                Loop.YES,
                INDEPENDENT,
                INDEPENDENT,
                "Independent Mapping, Independent Filter, preserves ports, will hairpin");

        private final Udp udp;
        private final Behaviour mapping;
        private final Behaviour filtering;
        private final PortChoice ports;
        private final Loop loop;
        private final String theirMapping;
        private final String theirFiltering;
        private final String vovida;

        Kind(
                Udp udp,
                Behaviour mapping,
                Behaviour filtering,
                PortChoice ports,
                Loop loop,
                String theirMapping,
                String theirFiltering,
                String vovida) {
            this.udp = udp;
            this.mapping = mapping;
            this.filtering = filtering;
            this.ports = ports;
            this.loop = loop;
            this.theirMapping = theirMapping;
            this.theirFiltering = theirFiltering;
            this.vovida = vovida;
        }
    }

    // ---- the servers
    // -------------------------------------------------------------------------------------------------

    private static Program responder(Lab lab) throws IOException, InterruptedException {
        Program responder = Program.start(
                lab.on(
                        Node.SERVER,
                        Program.command(
                                "respond",
                                "--stun",
                                "--listen",
                                lab.serverAddress().getHostAddress(),
                                "--listen",
                                lab.serversOtherAddress().getHostAddress())),
                Map.of());
        responder.awaitErr(":3479 (stun)");
        return responder;
    }

    private static Process coturn(Lab lab) throws IOException {
        Labs.needCommand("turnserver", "coturn");
        return background(
                lab,
                Node.SERVER,
                List.of(
                        "turnserver",
                        "-n",
                        "-L",
                        lab.serverAddress().getHostAddress(),
                        "-L",
                        lab.serversOtherAddress().getHostAddress(),
                        "-p",
                        COTURN_PORT,
                        "--alt-listening-port=3481",
                        "--no-auth",
                        "--stun-only",
                        "--no-tcp",
                        "--no-tls",
                        "--no-dtls",
                        "--no-cli",
                        "--log-file=stdout",
                        "--pidfile=/run/turnserver.pid"));
    }

    private static Process stund(Lab lab) throws IOException {
        Labs.needCommand("stund", "stun-server");
        return background(
                lab,
                Node.SERVER,
                List.of(
                        "stund",
                        "-h",
                        lab.serverAddress().getHostAddress(),
                        "-a",
                        lab.serversOtherAddress().getHostAddress(),
                        "-p",
                        STUND_PORT,
                        "-o",
                        "3491"));
    }

    private static Process background(Lab lab, Node node, List<String> command) throws IOException {
        return lab.on(node, command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    // ---- the clients
    // -------------------------------------------------------------------------------------------------

    private static Program client(Lab lab, String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of("nat", "--json"));
        all.addAll(List.of(args));
        return Program.start(lab.on(Node.CLIENT, Program.command(all.toArray(new String[0]))), Map.of());
    }

    private static NatFinding found(Program client, int exitCode) throws InterruptedException {
        Program.Result result = client.await();
        assertThat(result.exitCode()).as(result.err() + result.out()).isEqualTo(exitCode);
        return result.finding("nat-1", NatFinding.class);
    }

    /** What another program says, however it ends. */
    private static CompletableFuture<String> says(Lab lab, String... command) throws IOException {
        Process process =
                lab.on(Node.CLIENT, List.of(command)).redirectErrorStream(true).start();
        return CompletableFuture.supplyAsync(() -> {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                return String.join("\n", lines.lines().toList());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void assertFound(NatFinding finding, Kind kind, boolean isTranslated) {
        String as = kind + ": " + finding;
        assertThat(finding.outcome()).as(as).isEqualTo(Outcome.ANSWERED);
        assertThat(finding.translated()).as(as).isEqualTo(isTranslated);
        assertThat(finding.mapping().behaviour()).as(as).isEqualTo(kind.mapping);
        assertThat(finding.filtering().behaviour()).as(as).isEqualTo(kind.filtering);
        assertThat(finding.ports().choice()).as(as).isEqualTo(kind.ports);
        assertThat(finding.ports().seen()).as(as).hasSize(8);
        assertThat(finding.hairpinning().loop()).as(as).isEqualTo(isTranslated ? kind.loop : Loop.NOT_NEEDED);
        assertThat(finding.error()).as(as).isNull();
    }

    // ------------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aNatHasTheClassOfItsRulesWhoeverIsAsked(Kind kind) throws Exception {
        Labs.needCommand("stun", "stun-client");
        try (Lab lab = Labs.start(LabSettings.defaults().withUdp(kind.udp));
                Program responder = responder(lab)) {
            String server = lab.serverAddress().getHostAddress();
            coturn(lab);
            stund(lab);
            CompletableFuture<String> theirs = says(lab, "timeout", "20", "turnutils_natdiscovery", "-m", "-f", server);
            // They first, since they mind a busy machine, and those that wait for a second or so after a responder
            // that has answered before.
            assertThat(theirs.join())
                    .contains("No ALG: Mapped == XOR-Mapped")
                    .contains("NAT with " + kind.theirMapping + " Mapping!")
                    .contains("NAT with " + kind.theirFiltering + " Filtering!");
            CompletableFuture<String> first = says(lab, "timeout", "5", "turnutils_stunclient", server);
            assertThat(says(lab, "timeout", "30", "stun", server).join()).contains(kind.vovida);
            assertThat(first.join()).contains("UDP reflexive addr: 198.51.100.1:");
            try (Program ofOurs = client(lab, "server");
                    Program ofCoturn = client(lab, "stun:" + server + ":" + COTURN_PORT);
                    Program ofStund = client(lab, server + ":" + STUND_PORT)) {
                NatFinding ours = found(ofOurs, 0);
                assertFound(ours, kind, true);
                assertThat(ours.mapped()).startsWith("198.51.100.1:");
                NatFinding coturns = found(ofCoturn, 0);
                assertFound(coturns, kind, true);
                assertThat(coturns.server().software()).startsWith("Coturn");
                NatFinding stunds = found(ofStund, 0);
                assertFound(stunds, kind, true);
                assertThat(stunds.server().software()).startsWith("Vovida");
            }
            assertThat(responder.process().isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"PLAIN", "BY_ADDRESS", "OPEN"})
    void anIpv6FirewallIsNoNat(Kind kind) throws Exception {
        Udp udp = kind.udp.withHairpin(Hairpin.OFF);
        try (Lab lab = Labs.start(LabSettings.defaults().withFamily(Family.IPV6).withUdp(udp));
                Program responder = responder(lab)) {
            coturn(lab);
            String server = "[" + lab.serverAddress().getHostAddress() + "]";
            try (Program ofOurs = client(lab, "-6", "server");
                    Program ofCoturn = client(lab, server + ":" + COTURN_PORT)) {
                assertFound(found(ofOurs, 0), kind, false);
                assertFound(found(ofCoturn, 0), kind, false);
            }
            assertThat(responder.process().isAlive()).isTrue();
        }
    }

    @Test
    void aServerWithOneAddressTellsHalf() throws Exception {
        try (Lab lab = Labs.start(LabSettings.defaults());
                Program responder =
                        Program.start(lab.on(Node.SERVER, Program.command("respond", "--stun")), Map.of())) {
            responder.awaitErr(lab.serverAddress().getHostAddress() + ":3478 (stun)");
            try (Program client = client(lab, "server")) {
                NatFinding finding = found(client, 4);

                assertThat(finding.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
                assertThat(finding.mapping().behaviour()).isEqualTo(Behaviour.NOT_TESTED);
                assertThat(finding.filtering().behaviour()).isEqualTo(Behaviour.NOT_TESTED);
                assertThat(finding.filtering().why()).contains("OTHER-ADDRESS");
                assertThat(finding.mapped()).startsWith("198.51.100.1:");
                assertThat(finding.ports().choice()).isEqualTo(PortChoice.PRESERVED);
            }
        }
    }

    @Test
    void whereNobodyAnswersThatIsSaidInGoodTime() throws Exception {
        try (Lab lab = Labs.start(LabSettings.defaults());
                Program closed = client(lab, "server:9");
                Program silent = client(lab, "198.51.100.77", "--reply-timeout", "1200ms");
                Program hurried = client(lab, "198.51.100.77", "--deadline", "2s");
                Program stopped = client(lab, "198.51.100.77", "-v", "--reply-timeout", "60s")) {
            stopped.awaitErr("request 1 to ");
            stopped.signal("INT");
            NatFinding interrupted = found(stopped, 130);
            assertThat(interrupted.outcome()).isEqualTo(Outcome.INTERRUPTED);

            NatFinding refused = found(closed, 3);
            assertThat(refused.error().code()).isEqualTo("refused");
            assertThat(refused.error().message()).contains("198.51.100.2:9").contains("no STUN server");
            assertThat(refused.elapsedS()).isLessThan(9); // at once, but for a busy machine; unanswered it would be ten

            NatFinding unanswered = found(silent, 3);
            assertThat(unanswered.error().code()).isEqualTo("timeout");
            assertThat(unanswered.error().message()).containsPattern("no answer to (1 request|2 requests);");

            NatFinding late = found(hurried, 4);
            assertThat(late.error().code()).isEqualTo("deadline");
            assertThat(late.elapsedS()).isLessThan(9);
        }
    }
}
