package hbprobe.responder;

import hbprobe.model.Limits;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Lets go of a flow that has been silent for longer than it announced. It never sends anything to find out: that would
 * refresh the very path under test. The timer is not moved at each frame; when it fires, it looks again.
 */
final class Reaper {
    private final long patienceNs;
    private final Runnable close;
    private long heardAtNs;
    private boolean stopped;

    /** @param close lets go of the flow */
    Reaper(Duration longestSilence, Runnable close) {
        this.close = close;
        this.patienceNs = longestSilence.plus(Limits.RESPONDER_GRACE).toNanos();
    }

    void start(ChannelHandlerContext ctx) {
        heard(ctx);
        watch(ctx, patienceNs);
    }

    /** Another one watches from now on. */
    void stop() {
        stopped = true;
    }

    void heard(ChannelHandlerContext ctx) {
        heardAtNs = ctx.executor().ticker().nanoTime();
    }

    private void watch(ChannelHandlerContext ctx, long delayNs) {
        ctx.executor().schedule(() -> look(ctx), delayNs, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext ctx) {
        if (!ctx.channel().isActive() || ctx.isRemoved() || stopped) {
            return;
        }
        long leftNs = heardAtNs + patienceNs - ctx.executor().ticker().nanoTime();
        if (leftNs <= 0) {
            close.run();
        } else {
            watch(ctx, leftNs);
        }
    }
}
