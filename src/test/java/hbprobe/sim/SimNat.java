package hbprobe.sim;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A NAT's table of UDP mappings, by the port inside and by the port outside. */
final class SimNat {
    private static final long STREAM_AFTER_NS = SimTime.ns(2);
    private static final int FIRST_PORT = 1_024;
    private static final int PORTS = 64_000;

    private final SimTime time;
    private final Random random;
    private final NatSettings settings;
    private final Map<Integer, Mapping> byInside = new HashMap<>();
    private final Map<Integer, Mapping> byOutside = new HashMap<>();

    /** One mapping; what it is like is known from what has crossed. */
    private static final class Mapping {
        private final int inside;
        private final int outside;
        private final long createdNs;
        private long refreshedNs;
        private boolean isStream;

        Mapping(int inside, int outside, long nowNs) {
            this.inside = inside;
            this.outside = outside;
            this.createdNs = nowNs;
            this.refreshedNs = nowNs;
        }
    }

    SimNat(SimTime time, Random random, NatSettings settings) {
        this.time = time;
        this.random = random;
        this.settings = settings;
    }

    /** The port outside of a packet from inside, which makes a mapping where there is none. */
    int outbound(int inside) {
        Mapping mapping = living(byInside, inside).orElseGet(() -> make(inside));
        mapping.refreshedNs = time.worldNs();
        return mapping.outside;
    }

    /** The port inside that a packet from outside goes to; empty: nobody's. */
    Optional<Integer> inbound(int outside) {
        return living(byOutside, outside).map(mapping -> {
            long nowNs = time.worldNs();
            if (nowNs - mapping.createdNs > STREAM_AFTER_NS) {
                mapping.isStream = true;
            }
            if (settings.inboundRefreshes()) {
                mapping.refreshedNs = nowNs;
            }
            return mapping.inside;
        });
    }

    private Optional<Mapping> living(Map<Integer, Mapping> table, int port) {
        Optional<Mapping> found = Optional.ofNullable(table.get(port));
        if (found.isPresent() && time.worldNs() >= expiryNs(found.get())) {
            forget(found.get());
            return Optional.empty();
        }
        return found;
    }

    /** When it is over: at once, or when the box next looks. */
    private long expiryNs(Mapping mapping) {
        long timeoutNs = mapping.isStream ? settings.streamNs() : settings.soloNs();
        if (timeoutNs == SimTime.NEVER) {
            return SimTime.NEVER;
        }
        long dueNs = mapping.refreshedNs + timeoutNs;
        long grainNs = settings.granularityNs();
        return grainNs == 0 ? dueNs : (dueNs + grainNs - 1) / grainNs * grainNs;
    }

    private Mapping make(int inside) {
        if (byInside.size() >= settings.tableSize()) {
            byInside.values().stream()
                    .min(Comparator.comparingLong((Mapping one) -> one.refreshedNs)
                            .thenComparing(one -> one.inside))
                    .ifPresent(this::forget);
        }
        int outside = inside;
        while (settings.newPorts() && (outside == inside || byOutside.containsKey(outside))) {
            outside = FIRST_PORT + random.nextInt(PORTS);
        }
        Mapping made = new Mapping(inside, outside, time.worldNs());
        byInside.put(inside, made);
        byOutside.put(outside, made);
        return made;
    }

    private void forget(Mapping mapping) {
        byInside.remove(mapping.inside, mapping);
        byOutside.remove(mapping.outside, mapping);
    }

    /** Everything at once: a restart, a failover. */
    void flush() {
        byInside.clear();
        byOutside.clear();
    }
}
