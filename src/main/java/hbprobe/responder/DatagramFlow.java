package hbprobe.responder;

import hbprobe.responder.DatagramFlows.Past;
import hbprobe.wire.Datagram.Order;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One flow over UDP while an order of it is in force: at most a push, a row of beats and a mute. A further order of the
 * same deed takes the place of the one before.
 */
final class DatagramFlow {
    private final DatagramFlows flows;
    private final FlowName name;
    private final EventLoop loop;
    private InetSocketAddress from;
    private @Nullable Pushing pushing;
    private Past past;
    private @Nullable Beating beating;
    private @Nullable Future<?> unmuting;
    private long muteNonce;

    DatagramFlow(DatagramFlows flows, FlowName name, InetSocketAddress from, EventLoop loop) {
        this.flows = flows;
        this.name = name;
        this.from = from;
        this.past = new Past(0, 0, 0, from);
        this.loop = loop;
    }

    FlowName name() {
        return name;
    }

    /** Where its last order came from. */
    InetSocketAddress from() {
        return from;
    }

    boolean isMuted() {
        return unmuting != null;
    }

    /** What is known of its last push, if there was one. */
    Past past() {
        Pushing now = pushing;
        return now == null ? past : pastOf(now);
    }

    private static Past pastOf(Pushing pushing) {
        return new Past(
                pushing.copiesSent(),
                pushing.firstAfterNs(),
                pushing.lastAfterNs(),
                pushing.paid().to());
    }

    /** Whether that very order is in force already. */
    boolean obeys(Order order) {
        return switch (order.deed()) {
            case PUSH -> pushing != null && pushing.nonce() == order.nonce();
            case BEAT -> beating != null && beating.nonce() == order.nonce();
            case MUTE -> unmuting != null && muteNonce == order.nonce();
            case CANCEL -> false;
        };
    }

    /** @param paid what the order has paid beside its acceptance */
    void onOrder(Order order, Prepaid paid) {
        from = paid.to();
        switch (order.deed()) {
            case PUSH -> {
                stopPushing();
                past = new Past(0, 0, 0, from);
                pushing = new Pushing(this, loop, order, paid);
                pushing.begin();
            }
            case BEAT -> {
                stopBeating();
                beating = new Beating(this, loop, order, paid);
                beating.begin();
            }
            case MUTE -> {
                stopMuting();
                muteNonce = order.nonce();
                unmuting = loop.schedule(this::muteIsOver, order.delayNs(), TimeUnit.NANOSECONDS);
            }
            case CANCEL -> {
                stopPushing();
                stopBeating();
                stopMuting();
                endIfIdle();
            }
        }
    }

    /** A heartbeat of the client's. */
    void onPulse(InetSocketAddress sender, int bytes) {
        if (beating != null) {
            beating.pay(sender, bytes);
        }
    }

    /** The first copy of its push is on its way. */
    void pushed() {
        flows.pushed(this);
    }

    void pushingIsOver() {
        stopPushing();
        endIfIdle();
    }

    void beatingIsOver() {
        stopBeating();
        endIfIdle();
    }

    private void muteIsOver() {
        unmuting = null;
        endIfIdle();
    }

    private void stopPushing() {
        if (pushing != null) {
            pushing.cancel();
            past = pastOf(pushing);
            pushing = null;
        }
    }

    private void stopBeating() {
        if (beating != null) {
            beating.cancel();
            beating = null;
        }
    }

    private void stopMuting() {
        if (unmuting != null) {
            unmuting.cancel(false);
            unmuting = null;
        }
    }

    private void endIfIdle() {
        if (pushing == null && beating == null && unmuting == null) {
            flows.end(this);
        }
    }
}
