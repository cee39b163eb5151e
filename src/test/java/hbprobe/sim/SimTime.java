package hbprobe.sim;

import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * The one clock of a simulation, and what happens at which time on the wire. The machines' wall clock may drift and
 * step; the world goes on while the client's machine is suspended.
 */
final class SimTime implements InstantSource {
    static final long NEVER = Long.MAX_VALUE;

    private static final Instant EPOCH = Instant.parse("2030-01-01T00:00:00Z");

    private final MockTicker ticker = Ticker.newMockTicker();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
    private final double wallDrift;
    private long order;
    private long wallAheadNs;
    private long suspendedNs;

    private record Event(long atNs, long order, Runnable deed) {}

    /** @param wallDrift by how much the wall clock is faster than the monotonic one: 1e-4 is 100 ppm */
    SimTime(double wallDrift) {
        this.wallDrift = wallDrift;
    }

    static long ns(double seconds) {
        return Math.round(seconds * 1e9);
    }

    Ticker ticker() {
        return ticker;
    }

    /** The client's monotonic clock, from 0. */
    long nowNs() {
        return ticker.nanoTime() - ticker.initialNanoTime();
    }

    /** The time of everybody else, who was not suspended. */
    long worldNs() {
        return nowNs() + suspendedNs;
    }

    void after(long delayNs, Runnable deed) {
        if (delayNs != NEVER) {
            events.add(new Event(nowNs() + delayNs, order++, deed));
        }
    }

    long untilNextNs() {
        return events.isEmpty() ? NEVER : Math.max(0, events.peek().atNs - nowNs());
    }

    void advance(long byNs) {
        ticker.advance(byNs, TimeUnit.NANOSECONDS);
    }

    void runDue() {
        while (untilNextNs() == 0) {
            events.remove().deed.run();
        }
    }

    /** The client's machine sleeps: its monotonic clock stands still meanwhile. */
    void suspend(Duration length) {
        suspendedNs += length.toNanos();
        wallAheadNs += length.toNanos();
    }

    /** Somebody sets the wall clock. */
    void step(Duration by) {
        wallAheadNs += by.toNanos();
    }

    @Override
    public Instant instant() {
        return EPOCH.plusNanos(nowNs() + Math.round(nowNs() * wallDrift) + wallAheadNs);
    }
}
