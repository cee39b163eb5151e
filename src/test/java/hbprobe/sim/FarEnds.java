package hbprobe.sim;

import hbprobe.net.KernelView;
import hbprobe.responder.SimResponder;
import hbprobe.sim.SimNetwork.FarEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Servers of several kinds. */
final class FarEnds {
    private static final int KEEPALIVE_COUNT = 9;

    private FarEnds() {}

    /** The responder as it is shipped. */
    static FarEnd responder(InstantSource wall) {
        return (loop, kernel) -> SimResponder.handlers(loop, kernel, wall);
    }

    /** The same over UDP. */
    static FarEnd responderOverUdp(InstantSource wall) {
        return (loop, kernel) -> SimResponder.datagramHandlers(loop, kernel, wall);
    }

    /** RFC 862, over UDP. */
    static FarEnd echoOverUdp() {
        return (loop, kernel) -> () -> new SimpleChannelInboundHandler<DatagramPacket>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
                ctx.writeAndFlush(new DatagramPacket(packet.content().retain(), packet.sender()));
            }
        };
    }

    /** RFC 862. */
    static FarEnd echo() {
        return (loop, kernel) -> () -> new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ctx.writeAndFlush(message);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
                ctx.close();
            }
        };
    }

    /**
     * Accepts and reads.
     *
     * @param keepaliveNs of its kernel's own probes; 0 for none
     * @param closesAfterNs time without a byte after which it closes; 0 for never
     * @param sweepNs it looks for such connections only so often; 0 for a timer each
     * @param greeting said first; empty for none
     * @param farewell said before it closes; empty for none
     */
    record Silent(long keepaliveNs, long closesAfterNs, long sweepNs, String greeting, String farewell)
            implements FarEnd {
        @Override
        public java.util.function.Supplier<io.netty.channel.ChannelHandler> on(
                io.netty.channel.EventLoop loop, KernelView kernel) {
            return () -> new SilentServer(this, kernel);
        }
    }

    private static final class SilentServer extends ChannelInboundHandlerAdapter {
        private final Silent settings;
        private final KernelView kernel;

        SilentServer(Silent settings, KernelView kernel) {
            this.settings = settings;
            this.kernel = kernel;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (settings.keepaliveNs > 0) {
                Duration every = Duration.ofNanos(settings.keepaliveNs);
                kernel.keepalive(ctx.channel(), every, every, KEEPALIVE_COUNT);
            }
            say(ctx, settings.greeting);
            if (settings.closesAfterNs > 0) {
                long dueNs = ctx.executor().ticker().nanoTime() + settings.closesAfterNs;
                long sweepNs = settings.sweepNs;
                long sweptNs = sweepNs == 0 ? dueNs : (dueNs + sweepNs - 1) / sweepNs * sweepNs;
                ctx.executor()
                        .schedule(
                                () -> leave(ctx),
                                sweptNs - ctx.executor().ticker().nanoTime(),
                                TimeUnit.NANOSECONDS);
            }
        }

        private void leave(ChannelHandlerContext ctx) {
            say(ctx, settings.farewell);
            ctx.close();
        }

        private static void say(ChannelHandlerContext ctx, String words) {
            if (!words.isEmpty()) {
                ByteBuf bytes = ctx.alloc().buffer();
                bytes.writeCharSequence(words, StandardCharsets.US_ASCII);
                ctx.writeAndFlush(bytes);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
            ctx.close();
        }
    }
}
