package hbprobe.report;

import hbprobe.model.HostInfo;
import hbprobe.model.NatFinding;
import hbprobe.model.NatFinding.Answer;
import hbprobe.model.NatFinding.Behaviour;
import hbprobe.model.NatFinding.Direct;
import hbprobe.model.NatFinding.Filtering;
import hbprobe.model.NatFinding.Hairpinning;
import hbprobe.model.NatFinding.Loop;
import hbprobe.model.NatFinding.Mapping;
import hbprobe.model.NatFinding.Outcome;
import hbprobe.model.NatFinding.Pair;
import hbprobe.model.NatFinding.Peers;
import hbprobe.model.NatFinding.PortChoice;
import hbprobe.model.NatFinding.Ports;
import hbprobe.model.NatFinding.Requirement;
import hbprobe.model.NatFinding.Seen;
import hbprobe.model.NatFinding.Server;
import hbprobe.model.NatFinding.Settings;
import hbprobe.model.NatSettings;
import hbprobe.model.Problem;
import hbprobe.model.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Findings of {@code nat} made by hand. */
final class NatSamples {
    private static final String WHY = "the server has no other address (it sends no OTHER-ADDRESS)";

    private NatSamples() {}

    /** Every field has a value. */
    static NatFinding symmetric() {
        return finding(
                Outcome.ANSWERED,
                new Server("Coturn-4.6.1 'Gorst'", "198.51.100.3:3479", 12.345),
                true,
                new Mapping(
                        Behaviour.ADDRESS_AND_PORT_DEPENDENT,
                        null,
                        List.of(
                                new Seen("198.51.100.2:3478", "203.0.113.1:50001"),
                                new Seen("198.51.100.3:3478", "203.0.113.1:50007"),
                                new Seen("198.51.100.3:3479", "203.0.113.1:50008"),
                                new Seen("198.51.100.2:3479", null))),
                new Filtering(
                        Behaviour.ADDRESS_DEPENDENT,
                        null,
                        List.of(new Answer("198.51.100.3:3479", false, 7), new Answer("198.51.100.2:3479", true, 1))),
                new Ports(
                        PortChoice.SEQUENTIAL,
                        0,
                        List.of(
                                new Pair("192.0.2.2:40000", "203.0.113.1:50000"),
                                new Pair("192.0.2.2:40001", "203.0.113.1:50001"),
                                new Pair("192.0.2.2:40002", "203.0.113.1:50002"))),
                new Hairpinning(Loop.YES, "external", null),
                new Peers(Direct.SOME_PEERS, "Hole punching works with some peers."),
                List.of(
                        new Requirement("REQ-1", false, "the mapping must be endpoint-independent"),
                        new Requirement("REQ-8", true, "the filter should be lenient"),
                        new Requirement("REQ-9", null, "it must hairpin")),
                List.of("2 of 12 plain requests to the server went unanswered and were sent again"),
                null,
                0);
    }

    static NatFinding firewall() {
        return finding(
                Outcome.ANSWERED,
                new Server(null, "[2001:db8:3::3]:3479", 0.5),
                false,
                new Mapping(
                        Behaviour.ENDPOINT_INDEPENDENT,
                        null,
                        List.of(new Seen("[2001:db8:3::2]:3478", "[2001:db8:1::2]:40001"))),
                new Filtering(
                        Behaviour.ADDRESS_AND_PORT_DEPENDENT,
                        null,
                        List.of(new Answer("[2001:db8:3::3]:3479", false, 7))),
                new Ports(PortChoice.PRESERVED, 1, List.of(new Pair("[2001:db8:1::2]:40001", "[2001:db8:1::2]:40001"))),
                new Hairpinning(Loop.NOT_NEEDED, null, "nothing is translated"),
                new Peers(Direct.MOST_PEERS, "Hole punching works with most peers."),
                List.of(),
                List.of(),
                null,
                0);
    }

    /** A server with one address tells half. */
    static NatFinding half() {
        return finding(
                Outcome.INCONCLUSIVE,
                new Server(null, null, 20.0),
                true,
                new Mapping(Behaviour.NOT_TESTED, WHY, List.of(new Seen("198.51.100.2:3478", "203.0.113.1:40001"))),
                new Filtering(Behaviour.NOT_TESTED, WHY, List.of()),
                new Ports(PortChoice.PRESERVED, 1, List.of(new Pair("192.0.2.2:40001", "203.0.113.1:40001"))),
                new Hairpinning(Loop.NO, null, "as far as it can be seen"),
                new Peers(Direct.UNKNOWN, "That is not known."),
                List.of(),
                List.of(),
                new Problem("unanswered", WHY),
                4);
    }

    static NatFinding interrupted() {
        return none(Outcome.INTERRUPTED, new Problem("interrupted", "it was interrupted"), 130);
    }

    static NatFinding unreachable() {
        return none(
                Outcome.UNREACHABLE,
                new Problem("refused", "ask 198.51.100.2:3478: port unreachable; no STUN server runs there"),
                3);
    }

    private static NatFinding none(Outcome outcome, Problem problem, int exitCode) {
        return finding(
                outcome,
                null,
                null,
                new Mapping(Behaviour.NOT_TESTED, problem.message(), List.of()),
                new Filtering(Behaviour.NOT_TESTED, problem.message(), List.of()),
                new Ports(PortChoice.NOT_TESTED, 0, List.of()),
                new Hairpinning(Loop.NOT_TESTED, null, problem.message()),
                new Peers(Direct.UNKNOWN, "Nothing is known."),
                List.of(),
                List.of(),
                problem,
                exitCode);
    }

    private static NatFinding finding(
            Outcome outcome,
            @Nullable Server server,
            @Nullable Boolean translated,
            Mapping mapping,
            Filtering filtering,
            Ports ports,
            Hairpinning hairpinning,
            Peers peers,
            List<Requirement> requirements,
            List<String> warnings,
            @Nullable Problem error,
            int exitCode) {
        Pair first = ports.seen().isEmpty() ? null : ports.seen().get(0);
        return new NatFinding(
                NatFinding.SCHEMA,
                "0.1.0",
                new Target("stun:server.example", "server.example", "198.51.100.2", 3478, "udp", "stun", false),
                new HostInfo("Linux 6.1 amd64", "17.0.15", "epoll", 0.125),
                "2026-11-28T03:00:00Z",
                2.75,
                outcome,
                Settings.of(NatSettings.defaults()),
                server,
                first == null ? null : first.local(),
                first == null ? null : first.mapped(),
                translated,
                mapping,
                filtering,
                ports,
                hairpinning,
                peers,
                requirements,
                warnings,
                error,
                exitCode);
    }
}
