package hbprobe.engine;

import hbprobe.engine.NatDiscovery.End;
import hbprobe.engine.NatDiscovery.Socket;
import hbprobe.model.Endpoint;
import hbprobe.model.ExitCode;
import hbprobe.model.NatFinding.Answer;
import hbprobe.model.NatFinding.Behaviour;
import hbprobe.model.NatFinding.Filtering;
import hbprobe.model.NatFinding.Hairpinning;
import hbprobe.model.NatFinding.Loop;
import hbprobe.model.NatFinding.Mapping;
import hbprobe.model.NatFinding.Outcome;
import hbprobe.model.NatFinding.Pair;
import hbprobe.model.NatFinding.PortChoice;
import hbprobe.model.NatFinding.Ports;
import hbprobe.model.NatFinding.Seen;
import hbprobe.model.NatFinding.Server;
import hbprobe.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the answers of a {@link NatDiscovery} mean (RFC 5780, sections 3 and 4). A class is named only where every
 * answer fits it.
 *
 * @param server empty when it did not answer
 * @param translated empty when that is not known
 */
public record NatVerdict(
        Outcome outcome,
        Optional<Server> server,
        Optional<Endpoint> local,
        Optional<Endpoint> mapped,
        Optional<Boolean> translated,
        Mapping mapping,
        Filtering filtering,
        Ports ports,
        Hairpinning hairpinning,
        List<String> warnings,
        Optional<Problem> problem) {

    /** Ports that follow each other, some of them taken by others in between, lie within this many each. */
    private static final int PORTS_APART = 8;

    private static final int FEWEST_PORTS = 3;

    /** Copies the list. */
    public NatVerdict {
        warnings = List.copyOf(warnings);
    }

    /** Of one that has ended, or is to be judged as it stands. */
    public static NatVerdict of(NatDiscovery discovery) {
        return new Judge(discovery).verdict();
    }

    /** Of one that never began. */
    public static NatVerdict none(Outcome outcome, Problem problem) {
        String why = problem.message();
        return new NatVerdict(
                outcome,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Mapping(Behaviour.NOT_TESTED, why, List.of()),
                new Filtering(Behaviour.NOT_TESTED, why, List.of()),
                new Ports(PortChoice.NOT_TESTED, 0, List.of()),
                new Hairpinning(Loop.NOT_TESTED, null, why),
                List.of(),
                Optional.of(problem));
    }

    /** Exit code of the command; an interrupted one has that of its signal. */
    public int exitCode() {
        return switch (outcome) {
            case ANSWERED -> ExitCode.ANSWERED;
            case UNREACHABLE -> ExitCode.UNREACHABLE;
            case INCONCLUSIVE, INTERRUPTED -> ExitCode.INCONCLUSIVE;
        };
    }

    private static final class Judge {
        private final NatDiscovery discovery;

        Judge(NatDiscovery discovery) {
            this.discovery = discovery;
        }

        NatVerdict verdict() {
            Socket contact = discovery.contact();
            if (!discovery.isContacted()) {
                return none(
                        discovery.end() == End.UNREACHED
                                ? Outcome.UNREACHABLE
                                : discovery.end() == End.INTERRUPTED ? Outcome.INTERRUPTED : Outcome.INCONCLUSIVE,
                        discovery.problem().orElseGet(() -> new Problem(brokenOffCode(), brokenOff())));
            }
            Mapping mapping = mapping();
            Filtering filtering = filtering();
            boolean isAnswered =
                    mapping.behaviour().isKnown() && filtering.behaviour().isKnown();
            Outcome outcome = discovery.end() == End.INTERRUPTED
                    ? Outcome.INTERRUPTED
                    : isAnswered ? Outcome.ANSWERED : Outcome.INCONCLUSIVE;
            return new NatVerdict(
                    outcome,
                    Optional.of(server()),
                    Optional.ofNullable(contact.local),
                    contact.mapped(),
                    Optional.of(isTranslated()),
                    mapping,
                    filtering,
                    ports(),
                    hairpinning(),
                    warnings(),
                    outcome == Outcome.ANSWERED
                            ? Optional.empty()
                            : Optional.of(new Problem(
                                    outcome == Outcome.INTERRUPTED || discovery.end() == End.DEADLINE
                                            ? brokenOffCode()
                                            : "unanswered",
                                    outcome == Outcome.INTERRUPTED || discovery.end() == End.DEADLINE
                                            ? brokenOff()
                                            : String.valueOf(
                                                    mapping.why() == null ? filtering.why() : mapping.why()))));
        }

        private String brokenOffCode() {
            return discovery.end() == End.INTERRUPTED ? "interrupted" : "deadline";
        }

        private String brokenOff() {
            return discovery.end() == End.INTERRUPTED ? "it was interrupted" : "the deadline came first";
        }

        private boolean isTranslated() {
            return discovery.sockets().stream().anyMatch(NatDiscovery::isTranslated);
        }

        private Server server() {
            return new Server(
                    Optional.ofNullable(discovery.contact().first)
                            .flatMap(NatRequest::answer)
                            .flatMap(NatAnswer::software)
                            .filter(software -> !software.isBlank())
                            .orElse(null),
                    discovery.other().map(Endpoint::toString).orElse(null),
                    discovery.rttNs().isPresent() ? Math.round(discovery.rttNs().getAsLong() / 1e3) / 1e3 : null);
        }

        /** Why mapping and filtering can't be tested with this server; empty if they can. */
        private Optional<String> lackOfServer() {
            Optional<Endpoint> other = discovery.other();
            if (discovery.usableOther().isPresent()) {
                return Optional.empty();
            }
            return Optional.of(other.map(useless -> "the server's other address, " + useless
                            + ", is not another address and port of its family")
                    .orElse("the server has no other address (it sends no OTHER-ADDRESS)"));
        }

        /** What keeps a socket's test from a class, whatever its answers; empty if nothing does. */
        private Optional<String> flaw(Socket socket) {
            NatRequest first = socket.first;
            NatRequest again = socket.again;
            if (socket.problem != null) {
                return Optional.of(socket.problem.message());
            }
            if (discovery.end() != End.COMPLETE && (again == null || !again.isOver())) {
                return Optional.of(brokenOff());
            }
            if (first == null || !first.isAnswered()) {
                return Optional.of("the server did not answer on the test's socket");
            }
            if (again == null || !again.isAnswered()) {
                return Optional.of("the server no longer answered when the test was over");
            }
            if (!again.mapped().equals(first.mapped())) {
                return Optional.of("the mapping changed meanwhile, from " + text(first) + " to " + text(again));
            }
            return Optional.empty();
        }

        private static String text(@Nullable NatRequest request) {
            return Optional.ofNullable(request)
                    .flatMap(NatRequest::mapped)
                    .map(Endpoint::toString)
                    .orElse("none");
        }

        // ---- mapping
        // -------------------------------------------------------------------------------------------------

        private Mapping mapping() {
            Socket socket = discovery.socket(NatDiscovery.MAPPING);
            List<Seen> seen = Stream.concat(Stream.ofNullable(socket.first), socket.tests.stream())
                    .filter(NatRequest::isOver)
                    .map(request -> new Seen(
                            request.to.toString(),
                            request.mapped().map(Endpoint::toString).orElse(null)))
                    .toList();
            Optional<String> lack = lackOfServer();
            if (lack.isPresent()) {
                return new Mapping(Behaviour.NOT_TESTED, lack.get(), seen);
            }
            Optional<String> flaw = flaw(socket);
            if (flaw.isPresent()) {
                return new Mapping(Behaviour.INCONCLUSIVE, flaw.get(), seen);
            }
            Optional<Behaviour> behaviour = mapping(socket);
            return new Mapping(
                    behaviour.orElse(Behaviour.INCONCLUSIVE), behaviour.isPresent() ? null : odd(socket), seen);
        }

        /** Empty where the answers fit no class. */
        private static Optional<Behaviour> mapping(Socket socket) {
            Optional<Endpoint> first = socket.mapped();
            Optional<Endpoint> otherAddress = socket.tests.get(0).mapped();
            Optional<Endpoint> otherBoth = socket.tests.get(1).mapped();
            Optional<Endpoint> otherPort = socket.tests.get(2).mapped();
            boolean isOtherHeard = otherAddress.isPresent() || otherBoth.isPresent();
            if (isOtherHeard
                    && Stream.of(otherAddress, otherBoth, otherPort)
                            .allMatch(one -> one.isEmpty() || one.equals(first))) {
                return Optional.of(Behaviour.ENDPOINT_INDEPENDENT);
            }
            if (otherAddress.isEmpty() || otherBoth.isEmpty() || otherAddress.equals(first)) {
                return Optional.empty();
            }
            boolean isSameForBoth = otherBoth.equals(otherAddress);
            if (otherPort.isPresent() && otherPort.equals(first) != isSameForBoth) {
                return Optional.empty();
            }
            return Optional.of(isSameForBoth ? Behaviour.ADDRESS_DEPENDENT : Behaviour.ADDRESS_AND_PORT_DEPENDENT);
        }

        private static String odd(Socket socket) {
            List<String> silent = socket.tests.stream()
                    .filter(request -> !request.isAnswered())
                    .map(request -> request.to.toString())
                    .toList();
            return silent.isEmpty()
                    ? "the answers contradict each other"
                    : "the server did not answer at " + String.join(" and ", silent);
        }

        // ---- filtering
        // -----------------------------------------------------------------------------------------------

        private Filtering filtering() {
            Socket socket = discovery.socket(NatDiscovery.FILTERING);
            Endpoint server = discovery.server();
            List<Answer> seen = socket.tests.stream()
                    .map(request -> {
                        Endpoint other = discovery.usableOther().orElse(server);
                        Endpoint from = request.changeAddress ? other : server.at(other.port());
                        return new Answer(
                                from.toString(), request.isOver() ? request.isAnswered() : null, request.sent());
                    })
                    .toList();
            Optional<String> lack = lackOfServer().or(() -> disobedience(socket));
            if (lack.isPresent()) {
                return new Filtering(Behaviour.NOT_TESTED, lack.get(), seen);
            }
            Optional<String> flaw = flaw(socket).or(() -> silenceProvesNothing(socket));
            if (flaw.isPresent()) {
                return new Filtering(Behaviour.INCONCLUSIVE, flaw.get(), seen);
            }
            boolean isBothHeard = socket.tests.get(0).isAnswered();
            boolean isPortHeard = socket.tests.get(1).isAnswered();
            if (isBothHeard && !isPortHeard) {
                return new Filtering(
                        Behaviour.INCONCLUSIVE,
                        "an answer came through from another address, but none from another port of the same one",
                        seen);
            }
            return new Filtering(
                    isBothHeard
                            ? Behaviour.ENDPOINT_INDEPENDENT
                            : isPortHeard ? Behaviour.ADDRESS_DEPENDENT : Behaviour.ADDRESS_AND_PORT_DEPENDENT,
                    null,
                    seen);
        }

        private static Optional<String> disobedience(Socket socket) {
            return socket.tests.stream()
                    .filter(request -> request.state() == NatRequest.State.REFUSED)
                    .map(request -> "the server does not answer from elsewhere as it is asked to: " + request.refused())
                    .findFirst();
        }

        /** Why nothing follows from an answer that did not come; empty if something does, or all came. */
        private Optional<String> silenceProvesNothing(Socket socket) {
            Socket direct = discovery.socket(NatDiscovery.MAPPING);
            for (NatRequest silent : socket.tests) {
                if (silent.isAnswered()) {
                    continue;
                }
                if (discovery.plain().areManyLost()) {
                    NatDiscovery.Plain plain = discovery.plain();
                    return Optional.of("of " + plain.sent() + " plain requests only " + plain.answered()
                            + " were answered: silence proves nothing");
                }
                // The one to the other address and port, or the one to the other port.
                int asked = silent.changeAddress ? 1 : 2;
                if (direct.tests.size() <= asked || !direct.tests.get(asked).isAnswered()) {
                    return Optional.of("the server is silent there when it is asked directly, too: its silence proves"
                            + " nothing");
                }
            }
            return Optional.empty();
        }

        // ---- ports and hairpinning
        // -----------------------------------------------------------------------------------

        private Ports ports() {
            List<Pair> seen = new ArrayList<>();
            List<Integer> outside = new ArrayList<>();
            int preserved = 0;
            for (Socket socket : discovery.sockets()) {
                Optional<Endpoint> mapped = socket.mapped();
                Endpoint local = socket.local;
                if (mapped.isPresent() && local != null) {
                    seen.add(new Pair(local.toString(), mapped.get().toString()));
                    outside.add(mapped.get().port());
                    preserved += mapped.get().port() == local.port() ? 1 : 0;
                }
            }
            return new Ports(choice(outside, preserved), preserved, seen);
        }

        private static PortChoice choice(List<Integer> outside, int preserved) {
            int count = outside.size();
            if (count < FEWEST_PORTS) {
                return PortChoice.NOT_TESTED;
            }
            if (preserved > 0) {
                return preserved == count ? PortChoice.PRESERVED : PortChoice.PARTLY_PRESERVED;
            }
            List<Integer> sorted = outside.stream().sorted().toList();
            // In whatever order the requests came there: a lost one is sent again later.
            return sorted.get(count - 1) - sorted.get(0) <= PORTS_APART * (count - 1)
                    ? PortChoice.SEQUENTIAL
                    : PortChoice.RANDOM;
        }

        private Hairpinning hairpinning() {
            Socket near = discovery.socket(NatDiscovery.LOOP_A);
            Socket far = discovery.socket(NatDiscovery.LOOP_B);
            if (discovery.looped().isPresent()) {
                return new Hairpinning(Loop.YES, discovery.looped().get().isExternal() ? "external" : "internal", null);
            }
            Optional<String> problem = Stream.of(near, far)
                    .flatMap(socket -> Stream.ofNullable(socket.problem))
                    .map(Problem::message)
                    .findFirst();
            if (problem.isPresent()) {
                return new Hairpinning(Loop.NOT_TESTED, null, problem.get());
            }
            if (near.mapped().isPresent() && far.mapped().isPresent()) {
                if (!NatDiscovery.isTranslated(near)) {
                    return new Hairpinning(Loop.NOT_NEEDED, null, "nothing is translated");
                }
                if (!near.tests.isEmpty()
                        && Stream.concat(near.tests.stream(), far.tests.stream())
                                .allMatch(NatRequest::isOver)) {
                    return new Hairpinning(
                            Loop.NO,
                            null,
                            mapping().behaviour() == Behaviour.ENDPOINT_INDEPENDENT
                                    ? null
                                    : "as far as a mapping that may depend on the destination lets it be seen");
                }
            }
            return new Hairpinning(
                    Loop.INCONCLUSIVE,
                    null,
                    discovery.end() == End.COMPLETE ? "the server did not answer on the test's sockets" : brokenOff());
        }

        private List<String> warnings() {
            List<String> warnings = new ArrayList<>();
            if (discovery.sockets().stream()
                    .map(socket -> socket.first)
                    .anyMatch(first -> first != null
                            && first.answer().filter(NatAnswer::isRewritten).isPresent())) {
                warnings.add(
                        "a box on the path rewrites addresses inside packets: the one in the clear differs from the"
                                + " hidden one");
            }
            List<String> outside = discovery.sockets().stream()
                    .flatMap(socket -> socket.mapped().stream())
                    .map(Endpoint::address)
                    .distinct()
                    .toList();
            if (outside.size() > 1) {
                warnings.add("one inside address has several outside: " + String.join(", ", outside)
                        + "; peers that compare addresses will be confused");
            }
            NatDiscovery.Plain plain = discovery.plain();
            if (plain.answered() < plain.sent()) {
                warnings.add((plain.sent() - plain.answered()) + " of " + plain.sent()
                        + " plain requests to the server went unanswered and were sent again");
            }
            return warnings;
        }
    }
}
