package hbprobe.responder;

import hbprobe.wire.Datagram.Beat;
import hbprobe.wire.Datagram.Order;
import hbprobe.wire.Datagram.Pushed;
import hbprobe.wire.Datagrams;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An ordered push over UDP: its beats, the silence, and its copies. */
final class Pushing {
    /**
     * When each copy is sent, after the first. A loss that takes one seldom takes one 15 ms later, and all but the last
     * are within {@link Datagrams#PUSH_BURST_NS}; the last one is there for an outage.
     */
    private static final long[] COPIES_AFTER_NS = {
        0, 15_000_000, 35_000_000, Datagrams.PUSH_BURST_NS, Datagrams.LAST_COPY_NS
    };

    private final DatagramFlow flow;
    private final EventLoop loop;
    private final Order order;
    private final Prepaid paid;
    private @Nullable Future<?> next;
    private long silentSinceNs;
    private int beats;
    private int copiesDue;
    private int copiesSent;
    private long firstAfterNs;
    private long lastAfterNs;

    Pushing(DatagramFlow flow, EventLoop loop, Order order, Prepaid paid) {
        this.flow = flow;
        this.loop = loop;
        this.order = order;
        this.paid = paid;
    }

    long nonce() {
        return order.nonce();
    }

    Prepaid paid() {
        return paid;
    }

    int copiesSent() {
        return copiesSent;
    }

    long firstAfterNs() {
        return firstAfterNs;
    }

    long lastAfterNs() {
        return lastAfterNs;
    }

    void begin() {
        silentSinceNs = nowNs();
        if (order.beats() > 0) {
            later(order.periodNs(), this::beat);
        } else {
            later(order.delayNs(), this::push);
        }
    }

    void cancel() {
        if (next != null) {
            next.cancel(false);
        }
    }

    private void beat() {
        silentSinceNs = nowNs();
        beats++;
        if (!flow.isMuted()) {
            paid.send(new Beat(order.nonce(), beats), () -> {});
        }
        if (beats < order.beats()) {
            later(order.periodNs(), this::beat);
        } else {
            later(order.delayNs(), this::push);
        }
    }

    private void push() {
        if (!flow.isMuted()) {
            long afterNs = nowNs() - silentSinceNs;
            paid.send(new Pushed(order.nonce(), copiesDue, afterNs), () -> onSent(afterNs));
        }
        copiesDue++;
        if (copiesDue < COPIES_AFTER_NS.length) {
            later(COPIES_AFTER_NS[copiesDue] - COPIES_AFTER_NS[copiesDue - 1], this::push);
        } else {
            flow.pushingIsOver();
        }
    }

    private void onSent(long afterNs) {
        copiesSent++;
        lastAfterNs = afterNs;
        if (copiesSent == 1) {
            firstAfterNs = afterNs;
            flow.pushed();
        }
    }

    private long nowNs() {
        return loop.ticker().nanoTime();
    }

    private void later(long delayNs, Runnable deed) {
        next = loop.schedule(deed, delayNs, TimeUnit.NANOSECONDS);
    }
}
