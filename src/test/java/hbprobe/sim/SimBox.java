package hbprobe.sim;

import hbprobe.sim.BoxSettings.AtExpiry;
import hbprobe.sim.BoxSettings.Refresh;
import hbprobe.sim.Segment.Kind;
import hbprobe.sim.SimFlow.Crossing;
import hbprobe.sim.SimFlow.Side;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** A stateful middlebox: a table of flows, each with its timers. */
final class SimBox {
    /** An end that is asked at expiry has so long to answer. */
    private static final long ANSWER_NS = SimTime.ns(3);

    private final SimTime time;
    private final BoxSettings settings;
    private final BiConsumer<Crossing, Side> forge;
    private final Set<SimFlow> table = new LinkedHashSet<>();

    /** @param forge sends to a side a segment that looks as if it came from the other */
    SimBox(SimTime time, BoxSettings settings, BiConsumer<Crossing, Side> forge) {
        this.time = time;
        this.settings = settings;
        this.forge = forge;
    }

    /** Whether a segment goes on to the other side. */
    boolean passes(Crossing crossing) {
        SimFlow flow = crossing.flow();
        Side from = crossing.from();
        Segment segment = crossing.segment();
        if (flow.known && time.worldNs() - flow.createdNs >= settings.lifetimeNs()) {
            forget(flow);
            flow.blocked = true;
        }
        boolean opens = segment.is(Kind.SYN) && from == Side.CLIENT;
        if (!flow.known || (!opens && isDeadFor(flow, from))) {
            boolean founded = !flow.blocked
                    && (opens || (from == Side.CLIENT ? settings.clientPickUp() : settings.serverPickUp()));
            if (!founded) {
                reject(crossing);
                return false;
            }
            remember(flow, opens);
            return true;
        }
        if (flow.asked.remove(from) && segment.is(Kind.ACK)) {
            flow.answered.add(from);
            return false; // it was the box that asked
        }
        refresh(flow, from);
        retire(flow, from, segment);
        return true;
    }

    private void reject(Crossing crossing) {
        boolean resets = crossing.from() == Side.CLIENT ? settings.resetsClient() : settings.resetsServer();
        if (resets && !crossing.segment().is(Kind.RESET)) {
            forge.accept(crossing, crossing.from());
        }
    }

    private void remember(SimFlow flow, boolean opens) {
        if (!flow.known && table.size() >= settings.tableSize()) {
            table.stream()
                    .min(Comparator.comparingLong((SimFlow one) -> one.refreshedNs)
                            .thenComparing(one -> one.port))
                    .ifPresent(this::forget);
        }
        if (opens) {
            flow.createdNs = time.worldNs();
        }
        flow.known = true;
        flow.box = this;
        flow.refreshedNs = time.worldNs();
        table.add(flow);
        if (settings.actsByItself()) {
            watch(flow);
        }
    }

    private void forget(SimFlow flow) {
        flow.known = false;
        flow.asked.clear();
        flow.answered.clear();
        table.remove(flow);
    }

    /** Everything at once: a restart, a failover. */
    void flush() {
        Set.copyOf(table).forEach(this::forget);
    }

    private void refresh(SimFlow flow, Side from) {
        boolean counts =
                settings.refresh() == Refresh.BOTH || (settings.refresh() == Refresh.OUTBOUND) == (from == Side.CLIENT);
        if (counts) {
            flow.refreshedNs = time.worldNs();
        }
    }

    private void retire(SimFlow flow, Side from, Segment segment) {
        if (segment.is(Kind.FIN)) {
            flow.finished.add(from);
        }
        if (segment.is(Kind.RESET) || flow.finished.size() == 2) {
            forget(flow);
        }
    }

    // ---- expiry --------------------------------------------------------------------------------------------------

    private boolean isDeadFor(SimFlow flow, Side from) {
        long timeoutNs = from == Side.CLIENT ? settings.clientTimeoutNs() : settings.serverTimeoutNs();
        return !settings.actsByItself() && timeoutNs != SimTime.NEVER && time.worldNs() >= expiryNs(flow, timeoutNs);
    }

    /** When it is over: at once, or when the box next looks. */
    private long expiryNs(SimFlow flow, long timeoutNs) {
        long dueNs = flow.refreshedNs + timeoutNs;
        long grainNs = settings.granularityNs();
        return grainNs == 0 ? dueNs : (dueNs + grainNs - 1) / grainNs * grainNs;
    }

    private void watch(SimFlow flow) {
        if (!flow.watched && settings.clientTimeoutNs() != SimTime.NEVER) {
            flow.watched = true;
            time.after(Math.max(0, expiryNs(flow, settings.clientTimeoutNs()) - time.worldNs()), () -> look(flow));
        }
    }

    private void look(SimFlow flow) {
        flow.watched = false;
        if (!flow.known || !flow.finished.isEmpty()) {
            return;
        }
        if (time.worldNs() < expiryNs(flow, settings.clientTimeoutNs())) {
            watch(flow);
        } else if (settings.atExpiry() == AtExpiry.PROBES) {
            ask(flow);
        } else {
            forget(flow);
            flow.blocked = true;
            Kind kind = settings.atExpiry() == AtExpiry.FINISHES ? Kind.FIN : Kind.RESET;
            forgeBothWays(flow, kind);
        }
    }

    private void forgeBothWays(SimFlow flow, Kind kind) {
        for (Side to : Side.values()) {
            forge.accept(new Crossing(flow, to.other(), flow.end(to).forged(kind)), to);
        }
    }

    private void ask(SimFlow flow) {
        flow.answered.clear();
        flow.asked.addAll(Set.of(Side.values()));
        forgeBothWays(flow, Kind.KEEPALIVE);
        time.after(ANSWER_NS, () -> {
            if (flow.known && flow.answered.size() < Side.values().length && !flow.asked.isEmpty()) {
                forget(flow);
            }
        });
        flow.refreshedNs = time.worldNs(); // until it is known better
        watch(flow);
    }
}
