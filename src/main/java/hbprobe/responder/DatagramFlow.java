package hbprobe.responder;

import hbprobe.net.Addresses;
import hbprobe.responder.DatagramFlows.Name;
import hbprobe.wire.Datagram;
import hbprobe.wire.Datagram.Beat;
import hbprobe.wire.Datagram.Order;
import hbprobe.wire.Datagram.Pushed;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The orders of one UDP flow. What they send is paid for by the datagram that they came in, headers counted; where that
 * is spent, nothing more is sent.
 */
final class DatagramFlow {
    /** Pauses before the copies of a push: soon, so that they are one probe, and one late, for a short outage. */
    private static final int[] PAUSES_MS = {0, 15, 20, 25, 540};

    private final Responder responder;
    private final EventLoop loop;
    private final Name name;
    private final ToIntFunction<Addressed> wire;
    private InetSocketAddress client;
    private @Nullable Push push;
    private @Nullable Beats beats;
    private @Nullable Future<?> mute;
    private int pushes;
    private long firstAfterNs;
    private long lastAfterNs;
    private String mapped = "";

    /**
     * What is to be sent.
     *
     * @param mostBytes that it may take, headers counted
     */
    record Addressed(Datagram.Reply reply, InetSocketAddress to, int mostBytes) {}

    /**
     * What is remembered.
     *
     * @param pushes copies sent
     * @param firstAfterNs how long after the order, or after its last beat, the first of them was sent
     * @param mapped the address and port that the last order came from
     */
    record Past(int pushes, long firstAfterNs, long lastAfterNs, String mapped) {}

    /** @param wire sends, and tells how many bytes that took, headers counted: none where it would be too many */
    DatagramFlow(
            Responder responder, EventLoop loop, Name name, InetSocketAddress client, ToIntFunction<Addressed> wire) {
        this.responder = responder;
        this.loop = loop;
        this.name = name;
        this.client = client;
        this.wire = wire;
    }

    boolean isMuted() {
        return mute != null;
    }

    Past past() {
        return new Past(pushes, firstAfterNs, lastAfterNs, mapped);
    }

    private long nowNs() {
        return loop.ticker().nanoTime();
    }

    // ---- orders --------------------------------------------------------------------------------------------------

    /**
     * Takes an order, which replaces one of its kind.
     *
     * @param from where it came from: what it sends goes there
     * @param paidBytes of it that its acceptance has not used
     */
    void take(Order order, InetSocketAddress from, int paidBytes) {
        client = from;
        switch (order.deed()) {
            case PUSH -> {
                stop(push);
                pushes = 0;
                firstAfterNs = 0;
                lastAfterNs = 0;
                mapped = Addresses.print(from);
                push = new Push(order, paidBytes);
                push.begin();
            }
            case BEAT -> {
                stop(beats);
                beats = new Beats(order, paidBytes);
                beats.begin();
            }
            case MUTE -> {
                stop(mute);
                mute = loop.schedule(this::unmute, order.delayNs(), TimeUnit.NANOSECONDS);
            }
            case CANCEL -> cancel();
        }
    }

    /** A pulse of the client's: it pays for beats. */
    void pay(int bytes) {
        if (beats != null) {
            beats.creditBytes += bytes;
        }
    }

    private void unmute() {
        mute = null;
        endIfIdle();
    }

    /** Forgets every order. */
    void cancel() {
        stop(push);
        stop(beats);
        stop(mute);
        push = null;
        beats = null;
        mute = null;
        endIfIdle();
    }

    private static void stop(@Nullable Errand errand) {
        if (errand != null) {
            stop(errand.next);
        }
    }

    private static void stop(@Nullable Future<?> future) {
        if (future != null) {
            future.cancel(false);
        }
    }

    private void endIfIdle() {
        if (push == null && beats == null && mute == null) {
            responder.datagramFlows().end(name);
        }
    }

    // ---- what they send ------------------------------------------------------------------------------------------

    /** Something that is sent bit by bit, as far as it is paid for. */
    private abstract class Errand {
        final Order order;
        int creditBytes;

        @Nullable
        Future<?> next;

        Errand(Order order, int creditBytes) {
            this.order = order;
            this.creditBytes = creditBytes;
        }

        final void later(long delayNs, Runnable deed) {
            next = loop.schedule(deed, delayNs, TimeUnit.NANOSECONDS);
        }

        /** Whether it was paid for. */
        final boolean send(Datagram.Reply reply) {
            if (isMuted()) {
                return true;
            }
            int sentBytes = wire.applyAsInt(new Addressed(reply, client, creditBytes));
            creditBytes -= sentBytes;
            return sentBytes > 0;
        }
    }

    private final class Push extends Errand {
        private long baseNs;
        private int beat;
        private int copy;

        Push(Order order, int creditBytes) {
            super(order, creditBytes);
        }

        void begin() {
            baseNs = nowNs();
            if (beat < order.beats()) {
                later(order.periodNs(), this::beat);
            } else {
                later(order.delayNs(), this::push);
            }
        }

        private void beat() {
            if (send(new Beat(order.nonce(), ++beat))) {
                begin();
            } else {
                over();
            }
        }

        private void push() {
            long afterNs = nowNs() - baseNs;
            if (copy == PAUSES_MS.length || !send(new Pushed(order.nonce(), copy, afterNs))) {
                over();
                return;
            }
            if (!isMuted()) {
                if (pushes++ == 0) {
                    firstAfterNs = afterNs;
                    responder.log().pushed(client, Long.toHexString(name.flow()));
                }
                lastAfterNs = afterNs;
            }
            if (++copy == PAUSES_MS.length) {
                over();
            } else {
                later(TimeUnit.MILLISECONDS.toNanos(PAUSES_MS[copy]), this::push);
            }
        }

        private void over() {
            push = null;
            endIfIdle();
        }
    }

    private final class Beats extends Errand {
        private int number;

        Beats(Order order, int creditBytes) {
            super(order, creditBytes);
        }

        void begin() {
            later(order.periodNs(), this::beat);
        }

        private void beat() {
            if (number < order.beats() && send(new Beat(order.nonce(), ++number))) {
                begin();
            } else {
                beats = null;
                endIfIdle();
            }
        }
    }
}
