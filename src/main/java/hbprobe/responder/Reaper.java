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
    private long heardAtNs;

    Reaper(Duration longestSilence) {
        this.patienceNs = longestSilence.plus(Limits.RESPONDER_GRACE).toNanos();
    }

    void start(ChannelHandlerContext ctx) {
        heard(ctx);
        watch(ctx, patienceNs);
    }

    void heard(ChannelHandlerContext ctx) {
        heardAtNs = ctx.executor().ticker().nanoTime();
    }

    private void watch(ChannelHandlerContext ctx, long delayNs) {
        ctx.executor().schedule(() -> look(ctx), delayNs, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext ctx) {
        if (!ctx.channel().isActive()) {
            return;
        }
        long leftNs = heardAtNs + patienceNs - ctx.executor().ticker().nanoTime();
        if (leftNs <= 0) {
            ctx.close();
        } else {
            watch(ctx, leftNs);
        }
    }
}
