package hbprobe.responder;

import hbprobe.model.Limits;
import hbprobe.wire.Datagram.Beat;
import hbprobe.wire.Datagram.Order;
import hbprobe.wire.Datagrams;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ordered beats over UDP. They go on while the client's own pay for them. */
final class Beating {
    private static final int ENDLESS = 0xffff;

    /** More would be sent to a client that has long been gone. */
    private static final int MOST_BYTES = Datagrams.sentFor(Datagrams.LONGEST);

    private final DatagramFlow flow;
    private final EventLoop loop;
    private final Order order;
    private final Prepaid paid;
    private @Nullable Future<?> next;
    private long dueNs;
    private long paidAtNs;
    private int number;

    Beating(DatagramFlow flow, EventLoop loop, Order order, Prepaid paid) {
        this.flow = flow;
        this.loop = loop;
        this.order = order;
        this.paid = paid;
    }

    long nonce() {
        return order.nonce();
    }

    InetSocketAddress to() {
        return paid.to();
    }

    void begin() {
        dueNs = nowNs();
        paidAtNs = dueNs;
        scheduleNext();
    }

    void cancel() {
        if (next != null) {
            next.cancel(false);
        }
    }

    /** A pulse that came from elsewhere pays for nothing here. */
    void pay(InetSocketAddress from, int bytes) {
        if (from.equals(paid.to())) {
            paid.add(bytes, MOST_BYTES);
            paidAtNs = nowNs();
        }
    }

    private void beat() {
        boolean isWanted = order.beats() == ENDLESS || number < order.beats();
        boolean isSent = isWanted && !flow.isMuted() && paid.send(new Beat(order.nonce(), number + 1), () -> {});
        number += isSent ? 1 : 0;
        boolean isAbandoned = !isSent && !flow.isMuted() && nowNs() - paidAtNs > Limits.RESPONDER_GRACE.toNanos();
        if (isAbandoned || !isWanted) {
            flow.beatingIsOver();
        } else {
            scheduleNext();
        }
    }

    /** Those that would have to queue are left out. */
    private void scheduleNext() {
        long missed = Math.max(0, nowNs() - dueNs) / order.periodNs();
        dueNs += (missed + 1) * order.periodNs();
        next = loop.schedule(this::beat, dueNs - nowNs(), TimeUnit.NANOSECONDS);
    }

    private long nowNs() {
        return loop.ticker().nanoTime();
    }
}
