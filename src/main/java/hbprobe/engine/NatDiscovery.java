package hbprobe.engine;

import hbprobe.model.Endpoint;
import hbprobe.model.NatPlan;
import hbprobe.model.NatSettings;
import hbprobe.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Behaviour discovery (RFC 5780): which requests to send from which sockets, and when enough is known. {@link
 * NatVerdict} says what the answers mean.
 *
 * <p>Every test has a socket of its own and all run side by side: what the mapping test sends to the server's other
 * address opens the filter of its own socket only. Where silence is the answer looked for, a plain request on the same
 * socket closes the test: it shows that the path and the mapping outlived the silence.
 */
public final class NatDiscovery implements Decider<NatAction> {
    /** RFC 8445, section 14.2: packets that found new mappings are 5 ms apart at least; older NATs want 20 ms. */
    private static final long PACE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Where every twentieth packet is lost each way, seven copies this far apart are once in ten million. */
    private static final long EVEN_GAP_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long EVEN_LAST_WAIT_NS = TimeUnit.SECONDS.toNanos(1);

    static final int CONTACT = 0;
    static final int MAPPING = 1;
    static final int FILTERING = 2;
    static final int LOOP_A = 3;
    static final int LOOP_B = 4;

    /** How it ended. */
    public enum End {
        /** It has not. */
        OPEN,
        /** Every test came to its end. */
        COMPLETE,
        /** The server could not be reached. */
        UNREACHED,
        /** The deadline came first. */
        DEADLINE,
        /** The user had enough. */
        INTERRUPTED
    }

    /** What is known of a socket. */
    static final class Socket {
        final int number;
        boolean isOpening;

        @Nullable
        Problem problem;

        @Nullable
        Endpoint local;

        @Nullable
        NatRequest first;

        @Nullable
        NatRequest again;

        final List<NatRequest> tests = new ArrayList<>();

        Socket(int number) {
            this.number = number;
        }

        Optional<Endpoint> mapped() {
            return Optional.ofNullable(first).flatMap(NatRequest::mapped);
        }

        /** Whether nothing more is to be had of it. */
        boolean isOver() {
            return problem != null
                    || (first != null
                            && first.isOver()
                            && tests.stream().allMatch(NatRequest::isOver)
                            && (again == null || again.isOver()));
        }
    }

    /** What came back inside. */
    record Looped(Endpoint from, boolean isExternal) {}

    private final NatSettings settings;
    private final Endpoint server;
    private final Outbox<NatAction> outbox;
    private final List<Socket> sockets = new ArrayList<>();
    private final Map<Integer, NatRequest> requests = new HashMap<>();
    private End end = End.OPEN;
    private @Nullable Problem problem;
    private @Nullable Looped looped;
    private boolean isProlonged;
    private long nextOpenNs;
    private long slowestNs;
    private long quickestNs = Long.MAX_VALUE;
    private long boundNs = Long.MAX_VALUE;

    /** Begins with the first socket. */
    public NatDiscovery(NatSettings settings, Endpoint server, long nowNs) {
        this.settings = settings;
        this.server = server;
        this.outbox = new Outbox<>(nowNs);
        this.nextOpenNs = nowNs;
        for (int number = 0; number < settings.sockets(); number++) {
            sockets.add(new Socket(number));
        }
        open(contact());
    }

    /** What it would do. */
    public static NatPlan plan(NatSettings settings) {
        int plain = settings.sockets() + 5; // three of the mapping test, and two that close a test
        int even = 6 * NatRequest.MOST_SENT; // two of the filtering test, possibly prolonged, two of hairpinning
        long silentNs = (NatRequest.MOST_SENT - 1) * EVEN_GAP_NS + EVEN_LAST_WAIT_NS;
        Duration worst = settings.replyTimeout().multipliedBy(3).plusNanos(2 * silentNs + settings.sockets() * PACE_NS);
        return new NatPlan(
                settings.sockets(),
                plain * NatRequest.MOST_SENT + even,
                Duration.ofNanos(silentNs + settings.sockets() * PACE_NS),
                worst);
    }

    // ---- what happens
    // ------------------------------------------------------------------------------------------------

    /** A socket is open. */
    public void onOpened(int number, Endpoint local, long nowNs) {
        Socket socket = sockets.get(number);
        socket.local = local;
        socket.first = ask(socket, server, false, false, patient(), nowNs);
    }

    /** A socket could not be had, or an ICMP error came to the one that hears of it. */
    public void onFailed(int number, Problem why, long nowNs) {
        Socket socket = sockets.get(number);
        if (socket.number == CONTACT) {
            if (!isContacted()) {
                problem = why;
                end = End.UNREACHED;
            }
        } else {
            socket.problem = why;
            advance(nowNs);
        }
    }

    /** A request was answered. */
    public void onAnswer(int number, Endpoint from, NatAnswer answer, long nowNs) {
        NatRequest request = requests.get(number);
        if (request == null || !request.onAnswer(from, answer)) {
            return;
        }
        long tookNs = request.sinceFirstNs(nowNs);
        if (request.sent() == 1) {
            slowestNs = Math.max(slowestNs, tookNs);
            quickestNs = Math.min(quickestNs, tookNs);
        } else {
            boundNs = Math.min(boundNs, tookNs);
        }
        advance(nowNs);
    }

    /** A request was refused. */
    public void onRefused(int number, int code, String reason, long nowNs) {
        NatRequest request = requests.get(number);
        if (request == null || request.isOver()) {
            return;
        }
        request.onRefusal(code);
        if (request == contact().first) {
            problem = new Problem(
                    "refused-request",
                    "ask " + server + ": it refuses a plain Binding request with error " + code
                            + (reason.isBlank() ? "" : " (" + reason + ")"));
            end = End.UNREACHED;
            return;
        }
        advance(nowNs);
    }

    /** A request of ours arrived at one of our own sockets. */
    public void onLooped(int number, Endpoint from, long nowNs) {
        NatRequest request = requests.get(number);
        if (request == null || looped != null) {
            return;
        }
        Endpoint local = sockets.get(request.socket).local;
        looped = new Looped(from, local == null || !from.address().equals(local.address()));
        sockets.get(LOOP_A).tests.forEach(NatRequest::giveUp);
        sockets.get(LOOP_B).tests.forEach(NatRequest::giveUp);
        advance(nowNs);
    }

    /** Ends with what is known. */
    public void stop(End how) {
        if (end == End.OPEN) {
            end = how;
        }
    }

    @Override
    public void onTime(long nowNs) {
        boolean someAreOver = false;
        for (Optional<Integer> due = outbox.due(nowNs); due.isPresent(); due = outbox.due(nowNs)) {
            NatRequest request = requests.get(due.get());
            if (request == null) {
                openNext(nowNs);
            } else if (request.isDue(nowNs)) {
                send(request);
            } else {
                someAreOver |= request.isOver();
            }
        }
        if (someAreOver) {
            advance(nowNs);
        }
    }

    @Override
    public Optional<NatAction> nextAction() {
        return outbox.next();
    }

    @Override
    public OptionalLong nextWakeNs() {
        return outbox.nextWakeNs();
    }

    @Override
    public boolean isOver() {
        return end != End.OPEN;
    }

    // ---- what is done
    // ------------------------------------------------------------------------------------------------

    private void open(Socket socket) {
        socket.isOpening = true;
        outbox.act(new NatAction.Open(socket.number, socket.number == CONTACT));
    }

    private void openNext(long nowNs) {
        Optional<Socket> next = sockets.stream().filter(one -> !one.isOpening).findFirst();
        if (next.isPresent() && nowNs - nextOpenNs >= 0) {
            open(next.get());
            nextOpenNs = nowNs + PACE_NS;
            outbox.wakeAt(nextOpenNs, 0);
        }
    }

    private NatRequest ask(
            Socket socket, Endpoint to, boolean changeAddress, boolean changePort, NatRequest.Pace pace, long nowNs) {
        NatRequest request = new NatRequest(outbox.newFlow(), socket.number, to, changeAddress, changePort, pace);
        requests.put(request.id, request);
        if (request.isDue(nowNs)) {
            send(request);
        }
        return request;
    }

    private void send(NatRequest request) {
        outbox.act(request.ask());
        outbox.wakeAt(request.dueNs(), request.id);
    }

    private NatRequest.Pace patient() {
        return NatRequest.Pace.patient(settings.replyTimeout());
    }

    private NatRequest.Pace even() {
        // Where every answer took longer than a copy waits, nobody knows which copy it was for.
        long roundTripNs = quickestNs == Long.MAX_VALUE ? boundNs : slowestNs;
        return NatRequest.Pace.even(
                Math.max(EVEN_GAP_NS, roundTripNs + roundTripNs / 2), Math.max(EVEN_LAST_WAIT_NS, 4 * roundTripNs));
    }

    /** Goes on wherever something has come to its end. */
    private void advance(long nowNs) {
        NatRequest contact = contact().first;
        if (contact == null || !contact.isOver()) {
            return;
        }
        if (!contact.isAnswered()) {
            problem = new Problem(
                    "timeout",
                    "ask " + server + ": no answer to " + contact.sent()
                            + (contact.sent() == 1 ? " request" : " requests")
                            + "; does a STUN server run there, does a firewall drop UDP?");
            end = End.UNREACHED;
            return;
        }
        openNext(nowNs);
        usableOther().ifPresent(other -> {
            advanceMapping(other, nowNs);
            advanceFiltering(nowNs);
        });
        advanceLoop(nowNs);
        if (sockets.stream().allMatch(Socket::isOver) && looseEnds() == 0) {
            end = End.COMPLETE;
        }
    }

    /** RFC 5780, section 4.3, with one request more: it also shows who is there to answer the filtering test. */
    private void advanceMapping(Endpoint other, long nowNs) {
        Socket socket = sockets.get(MAPPING);
        if (socket.mapped().isEmpty()) {
            return;
        }
        if (socket.tests.isEmpty()) {
            socket.tests.add(ask(socket, other.at(server.port()), false, false, patient(), nowNs));
            socket.tests.add(ask(socket, other, false, false, patient(), nowNs));
            socket.tests.add(ask(socket, server.at(other.port()), false, false, patient(), nowNs));
        }
        closeTest(socket, nowNs);
    }

    /** RFC 5780, section 4.4. */
    private void advanceFiltering(long nowNs) {
        Socket socket = sockets.get(FILTERING);
        if (socket.mapped().isEmpty()) {
            return;
        }
        if (socket.tests.isEmpty()) {
            socket.tests.add(ask(socket, server, true, true, even(), nowNs));
            socket.tests.add(ask(socket, server, false, true, even(), nowNs));
        }
        List<NatRequest> silent = socket.tests.stream()
                .filter(request -> request.state() == NatRequest.State.UNANSWERED)
                .toList();
        boolean isSilent = socket.again == null && socket.tests.stream().allMatch(NatRequest::isOver);
        if (isSilent && !silent.isEmpty() && !isProlonged && plain().areSomeLost()) {
            isProlonged = true;
            silent.forEach(NatRequest::prolong);
            silent.stream().filter(request -> request.isDue(nowNs)).forEach(this::send);
            return;
        }
        closeTest(socket, nowNs);
    }

    private void closeTest(Socket socket, long nowNs) {
        if (socket.again == null && socket.tests.stream().allMatch(NatRequest::isOver)) {
            socket.again = ask(socket, server, false, false, patient(), nowNs);
        }
    }

    /** RFC 5780, section 3.4, from both sides at once: a filter opens to whom one has sent to oneself. */
    private void advanceLoop(long nowNs) {
        Socket near = sockets.get(LOOP_A);
        Socket far = sockets.get(LOOP_B);
        if (near.mapped().isPresent() && far.mapped().isPresent() && near.tests.isEmpty() && isTranslated(near)) {
            near.tests.add(ask(near, far.mapped().get(), false, false, even(), nowNs));
            far.tests.add(ask(far, near.mapped().get(), false, false, even(), nowNs));
        }
    }

    /** Sockets that were not opened yet. */
    private long looseEnds() {
        return sockets.stream().filter(socket -> !socket.isOpening).count();
    }

    // ---- what is known
    // -----------------------------------------------------------------------------------------------

    Endpoint server() {
        return server;
    }

    Socket contact() {
        return sockets.get(CONTACT);
    }

    Socket socket(int number) {
        return sockets.get(number);
    }

    List<Socket> sockets() {
        return sockets;
    }

    End end() {
        return end;
    }

    Optional<Problem> problem() {
        return Optional.ofNullable(problem);
    }

    Optional<Looped> looped() {
        return Optional.ofNullable(looped);
    }

    /** Round trip of the quickest answer to a request that was sent once. */
    OptionalLong rttNs() {
        return quickestNs == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(quickestNs);
    }

    boolean isContacted() {
        return contact().mapped().isPresent();
    }

    static boolean isTranslated(Socket socket) {
        return socket.mapped().filter(mapped -> !mapped.equals(socket.local)).isPresent();
    }

    /** As the server tells it. */
    Optional<Endpoint> other() {
        return Optional.ofNullable(contact().first).flatMap(NatRequest::answer).flatMap(NatAnswer::other);
    }

    /** If it is of use: another address and another port, of the same family. */
    Optional<Endpoint> usableOther() {
        return other().filter(other -> !other.address().equals(server.address())
                && other.port() != server.port()
                && other.isV6() == server.isV6());
    }

    /** Plain requests to the server's first address: so many copies, of which so many had an answer. */
    record Plain(int sent, int answered) {
        /** Then silence is waited for twice as long. */
        boolean areSomeLost() {
            return 6 * (sent - answered) > sent;
        }

        /** Then no silence proves anything. */
        boolean areManyLost() {
            return 3 * (sent - answered) > sent;
        }
    }

    Plain plain() {
        int sent = 0;
        int answered = 0;
        for (Socket socket : sockets) {
            for (NatRequest request : plainOf(socket)) {
                sent += request.sent();
                answered += request.answers();
            }
        }
        return new Plain(sent, answered);
    }

    /** Those to the address that is known to answer. */
    private static List<NatRequest> plainOf(Socket socket) {
        List<NatRequest> plain = new ArrayList<>();
        if (socket.first != null) {
            plain.add(socket.first);
        }
        if (socket.again != null) {
            plain.add(socket.again);
        }
        return plain;
    }
}
