package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.Limits;
import hbprobe.model.MeasureSettings;
import hbprobe.net.KernelView;
import hbprobe.runtime.Host;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes that are sent come back: RFC 862. */
public final class EchoDialect implements Dialect {
    /** Enough that no two probes are alike, and short enough for one segment. */
    private static final int PROBE_BYTES = Long.BYTES;

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return new Abilities(
                        Abilities.TCP_CLIENT_FIRST,
                        true,
                        MeasureSettings.defaults().maxFlows(),
                        false,
                        Limits.SHORTEST_IDLE,
                        Abilities.ONE_RETRANSMISSION,
                        Abilities.FIRST_RETRANSMISSION,
                        List.of(OneSided.CLIENT_SPOKE_FIRST))
                .withCutOff(Abilities.CutOff.LINGERS);
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(kernel, listener);
    }

    /** One flow: a first echo, silence, then another one. */
    private static final class Talk extends SimpleChannelInboundHandler<ByteBuf> implements Conversation {
        private final KernelView kernel;
        private final FlowListener listener;
        private final FlowAdapter adapter;
        private final Deque<Byte> awaited = new ArrayDeque<>();
        private @Nullable ChannelHandlerContext context;
        private long connectedAtNs;
        private boolean primed;

        Talk(KernelView kernel, FlowListener listener) {
            this.kernel = kernel;
            this.listener = listener;
            this.adapter = new FlowAdapter("echo", listener);
        }

        @Override
        public ChannelHandler handler() {
            return new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(Talk.this, adapter);
                }
            };
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            context = ctx;
            connectedAtNs = nowNs(ctx);
            speak();
        }

        private static long nowNs(ChannelHandlerContext ctx) {
            return ctx.executor().ticker().nanoTime();
        }

        @Override
        public void speak() {
            if (context == null) {
                return;
            }
            byte[] probe = Host.unguessableBytes(PROBE_BYTES);
            for (byte one : probe) {
                awaited.add(one);
            }
            context.writeAndFlush(context.alloc().buffer(PROBE_BYTES).writeBytes(probe))
                    .addListener(adapter::onWritten);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
            while (in.isReadable()) {
                Byte wanted = awaited.poll();
                if (wanted == null || wanted != in.readByte()) {
                    adapter.fail(
                            ctx, "not-an-echo", "the far end says something else than what it was sent; try tcp://");
                    return;
                }
                if (awaited.size() % PROBE_BYTES == 0) {
                    onWholeProbe(ctx);
                }
            }
        }

        private void onWholeProbe(ChannelHandlerContext ctx) {
            if (primed) {
                listener.answered(null);
            } else {
                primed = true;
                // The last segment of the silence's beginning is our acknowledgement: it must leave now.
                kernel.quickAck(ctx.channel());
                listener.primed(new FlowListener.Primed(nowNs(ctx) - connectedAtNs, 0, 0, null));
            }
        }

        @Override
        public void ask(long farName) {
            throw new IllegalStateException("an echo server knows no flow by name");
        }

        @Override
        public void leave() {
            adapter.leaving();
            if (context != null) {
                context.close();
            }
        }
    }
}
