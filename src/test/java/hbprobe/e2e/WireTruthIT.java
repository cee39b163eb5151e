package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import hbprobe.model.Direction;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Flow;
import hbprobe.model.MeasureFinding.FlowOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Ten runs at 7 s: what is reported is held against the packets on the wire. */
@Isolated
class WireTruthIT {
    private static final int RUNS = 10;
    private static final double TOLERANCE_S = 0.030;
    private static final Pattern PACKET =
            Pattern.compile("(\\d+\\.\\d+) IP (\\S+)\\.(\\d+) > (\\S+)\\.(\\d+): Flags .* length (\\d+)");

    @TempDir
    private Path folder;

    @Test
    void theSameRungDecidesEveryTimeAndTheSilencesAreThoseOnTheWire() throws Exception {
        Labs.needAsRoot("tcpdump", "tcpdump");
        Set<String> deciding = ConcurrentHashMap.newKeySet();
        Queue<Double> errors = new ConcurrentLinkedQueue<>();
        // In two labs side by side: each run mostly waits.
        CompletableFuture<Void> half = CompletableFuture.runAsync(() -> half("a", deciding, errors));
        half("b", deciding, errors);
        half.get(2, TimeUnit.MINUTES);
        assertThat(deciding).as("brackets of " + RUNS + " runs").hasSize(1);
        assertThat(errors).hasSizeGreaterThanOrEqualTo(2 * RUNS);
        assertThat(errors).allSatisfy(error -> assertThat(error).isBetween(-TOLERANCE_S, TOLERANCE_S));
    }

    private void half(String name, Set<String> deciding, Queue<Double> errors) {
        try (Lab lab = Labs.start(LabSettings.defaults().withIdleTimeout(Duration.ofSeconds(7)));
                Program responder = Program.start(lab.on(Node.SERVER, Program.command("respond")), Map.of())) {
            responder.awaitErr("listening on ");
            for (int run = 0; run < RUNS / 2; run++) {
                Path wire = folder.resolve("wire" + name + run);
                MeasureFinding finding = measure(lab, wire);
                deciding.add("flows " + lastAlive(finding).id() + " and "
                        + firstDead(finding).id());
                errors.addAll(errors(finding, packets(wire)));
            }
        } catch (Exception e) {
            throw new IllegalStateException("half of the runs", e);
        }
    }

    private static MeasureFinding measure(Lab lab, Path wire) throws Exception {
        List<String> capture = List.of("tcpdump", "-Z", "root", "-i", "n1", "-n", "-tt", "-l", "tcp port 7400");
        ProcessBuilder capturing = lab.on(Node.NAT, capture).redirectOutput(wire.toFile());
        // tcpdump changes its user, which a user namespace forbids; root may look in from outside.
        capturing.command().removeAll(List.of("--user", "--preserve-credentials"));
        try (Program dump = Program.start(capturing, Map.of())) {
            dump.awaitErr("listening on n1");
            List<String> command = Program.command("measure", "hb://server", "--json", "--max", "60s");
            try (Program client = Program.start(lab.on(Node.CLIENT, command), Map.of())) {
                Program.Result result = client.await();
                assertThat(result.exitCode()).as(result.err()).isZero();
                dump.signal("INT");
                dump.await();
                return result.finding();
            }
        }
    }

    /** A packet of a flow: when, and whether the server sent data. */
    private record Packet(double atS, boolean serverData) {}

    private static Map<Integer, List<Packet>> packets(Path wire) throws Exception {
        Map<Integer, List<Packet>> packets = new HashMap<>();
        for (String line : Files.readAllLines(wire)) {
            Matcher matcher = PACKET.matcher(line);
            if (matcher.find()) {
                boolean fromServer = matcher.group(3).equals("7400");
                int clientPort = Integer.parseInt(matcher.group(fromServer ? 5 : 3));
                packets.computeIfAbsent(clientPort, port -> new ArrayList<>())
                        .add(new Packet(
                                Double.parseDouble(matcher.group(1)),
                                fromServer && !matcher.group(6).equals("0")));
            }
        }
        return packets;
    }

    private static List<Flow> serverFirst(MeasureFinding finding, FlowOutcome outcome) {
        return finding.flows().stream()
                .filter(flow -> flow.direction() == Direction.SERVER_FIRST && flow.outcome() == outcome)
                .toList();
    }

    /** Flows are numbered in the order of their rungs, the same in every run. */
    private static Flow lastAlive(MeasureFinding finding) {
        List<Flow> alive = serverFirst(finding, FlowOutcome.ALIVE);
        return alive.get(alive.size() - 1);
    }

    private static Flow firstDead(MeasureFinding finding) {
        return serverFirst(finding, FlowOutcome.DEAD).get(0);
    }

    /** Reported silence less the silence on the wire, of the two server-first flows that make the bracket. */
    private static List<Double> errors(MeasureFinding finding, Map<Integer, List<Packet>> packets) {
        List<Double> errors = new ArrayList<>();
        for (Flow flow : List.of(lastAlive(finding), firstDead(finding))) {
            int port = Integer.parseInt(flow.mapped().substring(flow.mapped().lastIndexOf(':') + 1));
            errors.add(flow.idleS() - silenceS(packets.get(port)));
        }
        return errors;
    }

    /** The longest gap before data of the server. */
    private static double silenceS(List<Packet> packets) {
        double longest = 0;
        for (int i = 1; i < packets.size(); i++) {
            if (packets.get(i).serverData()) {
                longest = Math.max(
                        longest, packets.get(i).atS() - packets.get(i - 1).atS());
            }
        }
        return longest;
    }
}
