package hbprobe.dialect;

import hbprobe.wire.Datagram;
import io.netty.channel.ChannelHandlerContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for their reply. What is lost is sent again, each time later than the time before, until a reply
 * comes or the flow is given up by whoever waits for it. Used on the event loop only.
 */
final class Errands {
    /** RFC 8085, 3.1.1, wants a second where the round trip isn't known; the engines' patience counts from less. */
    private static final long FIRST_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long LONGEST_RETRY_NS = TimeUnit.SECONDS.toNanos(4);
    private static final int MARGIN = 2;

    private final Consumer<Datagram> wire;
    private final Map<Long, Errand> open = new HashMap<>();

    /** One request. */
    static final class Errand {
        private final LongFunction<? extends Datagram.Request> request;
        private final long nonce;
        private final long firstNs;
        private long lastNs;
        private long pauseNs;

        private Errand(LongFunction<? extends Datagram.Request> request, long nonce, long nowNs, long pauseNs) {
            this.request = request;
            this.nonce = nonce;
            this.firstNs = nowNs;
            this.lastNs = nowNs;
            this.pauseNs = pauseNs;
        }

        /** When it was first sent. */
        long firstNs() {
            return firstNs;
        }

        /** When it was last sent. */
        long lastNs() {
            return lastNs;
        }

        /** Whether it was sent but once, so that its reply times a round trip (RFC 6298, 3: Karn's algorithm). */
        boolean wasSentOnce() {
            return firstNs == lastNs;
        }
    }

    /** @param wire writes a datagram */
    Errands(Consumer<Datagram> wire) {
        this.wire = wire;
    }

    /**
     * Sends a request.
     *
     * @param insists whether it is sent again until it is answered
     * @param answerNs how long its answer takes if nothing is lost, as far as is known
     * @param request makes it, given its nonce, anew for each time that it is sent: its cookie may have changed
     */
    void send(
            ChannelHandlerContext ctx,
            long nonce,
            boolean insists,
            long answerNs,
            LongFunction<? extends Datagram.Request> request) {
        Errand errand = new Errand(request, nonce, nowNs(ctx), FIRST_RETRY_NS + MARGIN * answerNs);
        open.put(nonce, errand);
        wire.accept(request.apply(nonce));
        if (insists) {
            retryLater(ctx, errand);
        }
    }

    private static long nowNs(ChannelHandlerContext ctx) {
        return ctx.executor().ticker().nanoTime();
    }

    private void retryLater(ChannelHandlerContext ctx, Errand errand) {
        ctx.executor()
                .schedule(
                        () -> {
                            if (open.containsKey(errand.nonce) && ctx.channel().isActive()) {
                                errand.lastNs = nowNs(ctx);
                                errand.pauseNs = Math.min(LONGEST_RETRY_NS, 2 * errand.pauseNs);
                                wire.accept(errand.request.apply(errand.nonce));
                                retryLater(ctx, errand);
                            }
                        },
                        errand.pauseNs,
                        TimeUnit.NANOSECONDS);
    }

    /** The request that a reply belongs to, which waits no longer; null when none does. */
    @Nullable
    Errand settle(long nonce) {
        return open.remove(nonce);
    }

    /** The same, and it goes on waiting. */
    @Nullable
    Errand find(long nonce) {
        return open.get(nonce);
    }

    /** Nothing is sent again. */
    void drop() {
        open.clear();
    }
}
