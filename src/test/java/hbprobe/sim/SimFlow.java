package hbprobe.sim;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** A connection as its path sees it: two ends, and what the box in the middle knows of it. */
final class SimFlow {
    /** The two ends. */
    enum Side {
        CLIENT,
        SERVER;

        Side other() {
            return this == CLIENT ? SERVER : CLIENT;
        }
    }

    final int port;
    final SimTcp client;
    final SimTcp server;

    boolean accepted;

    // ---- in the box ----
    boolean known;
    /** Its age limit has passed: nothing founds it anew. */
    boolean blocked;

    long createdNs;
    long refreshedNs;
    boolean watched;
    final Set<Side> finished = EnumSet.noneOf(Side.class);
    /** Ends whose answer to the box's own probe is awaited. */
    final Set<Side> asked = EnumSet.noneOf(Side.class);

    final Set<Side> answered = EnumSet.noneOf(Side.class);
    SimBox box;

    SimFlow(int port, SimTime time, Consumer<Crossing> path) {
        this.port = port;
        this.client = new SimTcp(time, segment -> path.accept(new Crossing(this, Side.CLIENT, segment)));
        this.server = new SimTcp(time, segment -> path.accept(new Crossing(this, Side.SERVER, segment)));
    }

    SimTcp end(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    /** A segment on its way from one side to the other. */
    record Crossing(SimFlow flow, Side from, Segment segment) {}
}
