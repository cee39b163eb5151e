package hbprobe.engine;

import hbprobe.model.Endpoint;
import hbprobe.model.NatFinding.Behaviour;
import hbprobe.model.NatFinding.PortChoice;
import hbprobe.model.NatSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/** A discovery in virtual time, through a NAT of any class, to a server with two addresses and two ports. */
final class NatWorld {
    static final Endpoint SERVER = new Endpoint("198.51.100.2", 3478);
    static final Endpoint OTHER = new Endpoint("198.51.100.3", 3479);
    static final String INSIDE = "192.0.2.2";
    static final String OUTSIDE = "203.0.113.1";

    private static final int FIRST_PORT = 40_000;

    /** What the NAT does with what is sent to its own outside address from inside. */
    enum Hairpin {
        OFF,
        EXTERNAL,
        INTERNAL
    }

    /** @param loss share of packets, each way */
    record Box(
            boolean translates,
            Behaviour mapping,
            Behaviour filtering,
            PortChoice ports,
            Hairpin hairpin,
            double loss) {}

    /** How the server differs from one that does all that RFC 5780 asks for. */
    enum Quirk {
        NONE,
        NO_OTHER_ADDRESS,
        OTHER_IS_THE_SAME_ADDRESS,
        REFUSES_CHANGE,
        IGNORES_CHANGE,
        OTHER_ADDRESS_IS_DEAD,
        SILENT,
        UNAUTHORIZED,
        NEVER_ANSWERS_FROM_OTHER_PORT
    }

    private record Event(long atNs, long order, Runnable what) {}

    private record Entry(int port, Endpoint local, Set<Endpoint> spokenTo) {}

    private final Box box;
    private final Quirk quirk;
    private final Random random;
    private final long oneWayNs;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
    private final Map<Object, Entry> entries = new HashMap<>();
    private final Map<Integer, Entry> byPort = new HashMap<>();
    private final Map<Integer, Endpoint> locals = new HashMap<>();
    private final Map<Endpoint, Integer> socketOf = new HashMap<>();
    final List<String> sent = new ArrayList<>();
    private final NatDiscovery discovery;
    private long nowNs;
    private long order;
    private int nextPort;
    private boolean forgets;

    NatWorld(Box box, Quirk quirk, NatSettings settings, long seed) {
        this.box = box;
        this.quirk = quirk;
        this.random = new Random(seed);
        this.oneWayNs = (long) (1e6 * Math.exp(random.nextDouble() * 6)); // 1 to 400 ms
        this.nextPort = 10_000 + random.nextInt(20_000);
        this.nowNs = random.nextLong(); // wraps around in some worlds
        this.discovery = new NatDiscovery(settings, SERVER, nowNs);
    }

    NatDiscovery discovery() {
        return discovery;
    }

    /** The NAT forgets everything once the filtering test is under way. */
    NatWorld forgetting() {
        forgets = true;
        return this;
    }

    /** @return how long it took */
    long run() {
        return runUntil(Long.MAX_VALUE);
    }

    /** @return how long it took, or the limit */
    long runUntil(long limitNs) {
        long startNs = nowNs;
        carryOut();
        while (!discovery.isOver()) {
            Event next = events.peek();
            OptionalLong wake = discovery.nextWakeNs();
            if (next == null && wake.isEmpty()) {
                throw new AssertionError("nothing will ever happen again");
            }
            boolean isEvent = next != null && (wake.isEmpty() || next.atNs - wake.getAsLong() <= 0);
            long atNs = isEvent ? next.atNs : Math.max(wake.getAsLong(), nowNs);
            if (atNs - startNs > limitNs) {
                nowNs = startNs + limitNs;
                return limitNs;
            }
            nowNs = atNs;
            if (isEvent) {
                events.remove();
                next.what.run();
            } else {
                discovery.onTime(nowNs);
            }
            carryOut();
        }
        return nowNs - startNs;
    }

    private void after(long delayNs, Runnable what) {
        events.add(new Event(nowNs + delayNs, order++, what));
    }

    private long travelNs() {
        return oneWayNs + (long) (random.nextDouble() * 0.2 * oneWayNs);
    }

    private boolean isLost() {
        return random.nextDouble() < box.loss;
    }

    private void carryOut() {
        for (Optional<NatAction> next = discovery.nextAction(); next.isPresent(); next = discovery.nextAction()) {
            if (next.get() instanceof NatAction.Open open) {
                Endpoint local = new Endpoint(INSIDE, FIRST_PORT + locals.size());
                locals.put(open.socket(), local);
                socketOf.put(local, open.socket());
                after(1000, () -> discovery.onOpened(open.socket(), local, nowNs));
            } else if (next.get() instanceof NatAction.Ask ask) {
                sent.add(ask.request() + "@" + nowNs);
                boolean isLostInside = random.nextBoolean();
                boolean isLost = isLost();
                if (!isLost || !isLostInside) {
                    after(1000, () -> fromInside(ask, isLost));
                }
            }
        }
    }

    private void fromInside(NatAction.Ask ask, boolean isLost) {
        Endpoint local = locals.get(ask.socket());
        if (forgets && ask.changePort()) {
            entries.clear();
            byPort.clear();
            forgets = false;
        }
        Endpoint source = outbound(local, ask.to());
        if (ask.to().address().equals(OUTSIDE)) {
            turnRound(ask, local, source);
        } else if (!isLost) {
            after(travelNs(), () -> atServer(ask, source));
        }
    }

    private Endpoint outbound(Endpoint local, Endpoint to) {
        Object key = switch (box.mapping) {
            case ENDPOINT_INDEPENDENT -> local;
            case ADDRESS_DEPENDENT -> List.of(local, to.address());
            default -> List.of(local, to);
        };
        Entry entry = entries.computeIfAbsent(key, fresh -> {
            Entry made = new Entry(box.translates ? freshPort(local.port()) : local.port(), local, new HashSet<>());
            byPort.put(made.port, made);
            return made;
        });
        entry.spokenTo.add(to);
        return new Endpoint(box.translates ? OUTSIDE : INSIDE, entry.port);
    }

    private int freshPort(int wanted) {
        int port = switch (box.ports) {
            case PRESERVED -> wanted;
            case SEQUENTIAL -> nextPort += 1 + random.nextInt(2);
            default -> 1_024 + random.nextInt(64_512);
        };
        while (byPort.containsKey(port)) {
            port = 1_024 + random.nextInt(64_512);
        }
        return port;
    }

    private void turnRound(NatAction.Ask ask, Endpoint local, Endpoint source) {
        if (box.hairpin == Hairpin.OFF) {
            return;
        }
        Entry entry = byPort.get(ask.to().port());
        if (entry != null && isLetIn(entry, source) && !isLost()) {
            Endpoint seen = box.hairpin == Hairpin.EXTERNAL ? source : local;
            discovery.onLooped(ask.request(), seen, nowNs);
        }
    }

    private boolean isLetIn(Entry entry, Endpoint source) {
        return switch (box.filtering) {
            case ENDPOINT_INDEPENDENT -> true;
            case ADDRESS_DEPENDENT ->
                entry.spokenTo.stream().anyMatch(one -> one.address().equals(source.address()));
            default -> entry.spokenTo.contains(source);
        };
    }

    private void atServer(NatAction.Ask ask, Endpoint source) {
        if (quirk == Quirk.SILENT
                || (quirk == Quirk.OTHER_ADDRESS_IS_DEAD && ask.to().address().equals(OTHER.address()))) {
            return;
        }
        boolean isChange = ask.changeAddress() || ask.changePort();
        if (quirk == Quirk.UNAUTHORIZED || (quirk == Quirk.REFUSES_CHANGE && isChange)) {
            int code = quirk == Quirk.UNAUTHORIZED ? 401 : 420;
            back(ask, ask.to(), source, () -> discovery.onRefused(ask.request(), code, "no", nowNs));
            return;
        }
        boolean isAtFirst = ask.to().address().equals(SERVER.address());
        boolean isAtFirstPort = ask.to().port() == SERVER.port();
        boolean obeys = quirk != Quirk.IGNORES_CHANGE;
        Endpoint from = new Endpoint(
                isAtFirst == (ask.changeAddress() && obeys) ? OTHER.address() : SERVER.address(),
                isAtFirstPort == (ask.changePort() && obeys) ? OTHER.port() : SERVER.port());
        if (isChange
                && ((quirk == Quirk.OTHER_ADDRESS_IS_DEAD && ask.changeAddress())
                        || (quirk == Quirk.NEVER_ANSWERS_FROM_OTHER_PORT && !ask.changeAddress()))) {
            return;
        }
        Optional<Endpoint> other = switch (quirk) {
            case NO_OTHER_ADDRESS -> Optional.empty();
            case OTHER_IS_THE_SAME_ADDRESS -> Optional.of(SERVER.at(OTHER.port()));
            default ->
                Optional.of(new Endpoint(
                        isAtFirst ? OTHER.address() : SERVER.address(), isAtFirstPort ? OTHER.port() : SERVER.port()));
        };
        NatAnswer answer = new NatAnswer(source, other, Optional.of("simulated"), false);
        Endpoint origin = from;
        back(ask, origin, source, () -> discovery.onAnswer(ask.request(), origin, answer, nowNs));
    }

    private void back(NatAction.Ask ask, Endpoint from, Endpoint to, Runnable arrives) {
        if (isLost()) {
            return;
        }
        after(travelNs(), () -> {
            Entry entry = byPort.get(to.port());
            if (entry != null && isLetIn(entry, from) && entry.local.equals(locals.get(ask.socket()))) {
                arrives.run();
            }
        });
    }
}
