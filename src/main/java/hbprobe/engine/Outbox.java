package hbprobe.engine;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * What an engine wants: actions, and to be woken. Timers are never cancelled; who is woken looks again at where things
 * stand.
 */
final class Outbox<A> {
    private final PriorityQueue<Wake> wakes;
    private final Deque<A> actions = new ArrayDeque<>();
    private int flows;

    private record Wake(long atNs, int flow) {}

    Outbox(long originNs) {
        // The clock may wrap around like System.nanoTime, so times are compared by their distance from the start.
        this.wakes = new PriorityQueue<>(Comparator.comparingLong(wake -> wake.atNs - originNs));
    }

    int newFlow() {
        return ++flows;
    }

    void act(A action) {
        actions.add(action);
    }

    void wakeAt(long atNs, int flow) {
        wakes.add(new Wake(atNs, flow));
    }

    Optional<A> next() {
        return Optional.ofNullable(actions.poll());
    }

    /** The flow whose time has come, if any; 0 when it is about the search itself. */
    Optional<Integer> due(long nowNs) {
        Wake first = wakes.peek();
        if (first == null || first.atNs - nowNs > 0) {
            return Optional.empty();
        }
        wakes.remove();
        return Optional.of(first.flow);
    }

    OptionalLong nextWakeNs() {
        Wake first = wakes.peek();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.atNs);
    }
}
