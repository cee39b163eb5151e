package hbprobe.dialect;

import hbprobe.model.Problem;
import hbprobe.wire.Bytes;
import hbprobe.wire.Frame.Hello;
import hbprobe.wire.FrameDecoder;
import hbprobe.wire.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Finds out what speaks at the far end, on a connection of its own: listens for a greeting before anything else, then
 * says hello as to a responder. To a server that greets, hello is never said.
 */
public final class Introduction extends SimpleChannelInboundHandler<ByteBuf> {
    /** Servers that greet do so within a few round trips, unless they make their clients wait for good reason. */
    private static final Duration GREETING_PATIENCE = Duration.ofSeconds(1);

    /** As long as a probe waits for its answer where nothing is known of the far end. */
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(3);

    /** The rest of a greeting that comes in parts. */
    private static final Duration REST_PATIENCE = Duration.ofMillis(100);

    private static final Duration HELLO_SILENCE = Duration.ofSeconds(10);

    /** More than any greeting or frame that can be recognised. */
    private static final int MOST_BYTES = 4_096;

    private final Consumer<Recognition> answer;
    private final ByteBuf heard = Unpooled.buffer();
    private final ByteBuf hello = Unpooled.buffer();
    private boolean done;

    /** @param answer told once, on the event loop */
    public Introduction(Consumer<Recognition> answer) {
        this.answer = answer;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        later(ctx, GREETING_PATIENCE, () -> sayHello(ctx));
    }

    private static void later(ChannelHandlerContext ctx, Duration delay, Runnable deed) {
        ctx.executor().schedule(deed, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sayHello(ChannelHandlerContext ctx) {
        if (done || heard.isReadable()) {
            return;
        }
        Frames.encode(new Hello(HELLO_SILENCE.toNanos(), Bytes.NONE), hello);
        ctx.writeAndFlush(hello.copy());
        later(ctx, ANSWER_PATIENCE, () -> finish(ctx, new Recognition.Foreign("")));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
        if (!done && heard.readableBytes() < MOST_BYTES) {
            boolean first = !heard.isReadable();
            heard.writeBytes(in);
            recognised().ifPresent(known -> finish(ctx, known));
            if (first) {
                later(ctx, REST_PATIENCE, () -> finish(ctx, new Recognition.Foreign(Sayings.foreign(heard))));
            }
        }
    }

    /** What the bytes so far show; empty when it takes more of them. */
    private Optional<Recognition> recognised() {
        int known = Math.min(heard.readableBytes(), hello.readableBytes());
        boolean comesBack = known > 0 && ByteBufUtil.equals(heard, 0, hello, 0, known);
        if (comesBack) {
            return known == hello.readableBytes() ? Optional.of(new Recognition.Echo()) : Optional.empty();
        }
        if (FrameDecoder.mayBeFrame(heard)) {
            return heard.readableBytes() >= Frames.HEADER_BYTES
                    ? Optional.of(new Recognition.Responder())
                    : Optional.empty();
        }
        return MysqlGreeting.objection(heard).map(Recognition.Refused::new);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        boolean saidNothing = !hello.isReadable() && !heard.isReadable();
        finish(
                ctx,
                saidNothing
                        ? new Recognition.Refused(new Problem("closed", "the far end closes the connection at once"))
                        : new Recognition.Foreign(Sayings.foreign(heard)));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
        if (!(error instanceof IOException)) {
            throw new IllegalStateException("while " + ctx.channel() + " was recognised", error);
        }
        ctx.close(); // channelInactive tells the rest
    }

    private void finish(ChannelHandlerContext ctx, Recognition known) {
        if (!done) {
            done = true;
            ctx.close();
            answer.accept(known);
        }
    }
}
