package hbprobe.dialect;

import hbprobe.dialect.FlowListener.Silence;
import hbprobe.model.Abilities;
import hbprobe.model.IdleTest;
import hbprobe.model.Limits;
import hbprobe.model.MeasureSettings;
import hbprobe.net.ConnectFailure;
import hbprobe.net.KernelView;
import hbprobe.net.Network;
import hbprobe.runtime.Host;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Datagrams that are sent come back: RFC 862 over UDP. */
public final class EchoUdpDialect implements Dialect {
    private static final long STREAM_NS = IdleTest.UDP_3.priming().toNanos();
    private static final long BEAT_NS = STREAM_NS / 5;
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(250);

    @Override
    public String name() {
        return "echo+udp";
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return new Abilities(
                Abilities.UDP_CLIENT_FIRST,
                true,
                MeasureSettings.defaults().maxFlows(),
                false,
                Limits.SHORTEST_IDLE,
                Abilities.ONE_RETRANSMISSION,
                Duration.ofNanos(RETRY_NS),
                List.of(OneSided.MAPPING_MADE_ANEW));
    }

    @Override
    public Channel open(
            Network network,
            InetSocketAddress remote,
            Duration timeout,
            ChannelHandler first,
            Consumer<ConnectFailure> onFailure) {
        return network.datagrams(remote, first, onFailure);
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(priming, listener);
    }

    /** One flow: echoes for a while where it is to fall silent, else one; then others as they are wanted. */
    private static final class Talk extends SimpleChannelInboundHandler<DatagramPacket> implements Conversation {
        private final Priming priming;
        private final FlowListener listener;
        private final FlowAdapter adapter;
        private final Deque<Long> awaited = new ArrayDeque<>();
        private @Nullable ChannelHandlerContext context;
        private long firstSentNs;
        private long firstAnsweredNs;
        private boolean primed;

        Talk(Priming priming, FlowListener listener) {
            this.priming = priming;
            this.listener = listener;
            this.adapter = new FlowAdapter("echo+udp", listener);
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
            firstSentNs = nowNs(ctx);
            stream(ctx);
        }

        private static long nowNs(ChannelHandlerContext ctx) {
            return ctx.executor().ticker().nanoTime();
        }

        /** Until it is primed. */
        private void stream(ChannelHandlerContext ctx) {
            if (!primed && ctx.channel().isActive()) {
                write(ctx, Host.unguessable());
                ctx.executor().schedule(() -> stream(ctx), BEAT_NS, TimeUnit.NANOSECONDS);
            }
        }

        private void write(ChannelHandlerContext ctx, long probe) {
            awaited.add(probe);
            send(ctx, probe);
        }

        private void send(ChannelHandlerContext ctx, long probe) {
            ctx.writeAndFlush(ctx.alloc().buffer(Long.BYTES).writeLong(probe)).addListener(adapter::onWritten);
        }

        @Override
        public void speak() {
            ChannelHandlerContext ctx = context;
            if (ctx != null) {
                long probe = Host.unguessable();
                write(ctx, probe);
                if (priming.insists()) {
                    againLater(ctx, probe, RETRY_NS);
                }
            }
        }

        private void againLater(ChannelHandlerContext ctx, long probe, long pauseNs) {
            ctx.executor()
                    .schedule(
                            () -> {
                                if (awaited.contains(probe) && ctx.channel().isActive()) {
                                    send(ctx, probe);
                                    againLater(ctx, probe, 2 * pauseNs);
                                }
                            },
                            pauseNs,
                            TimeUnit.NANOSECONDS);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
            ByteBuf in = packet.content();
            long probe = in.readableBytes() == Long.BYTES ? in.getLong(in.readerIndex()) : 0;
            if (!awaited.contains(probe)) {
                if (!primed) {
                    adapter.fail(ctx, "not-an-echo", "the far end says something else than what it was sent");
                }
                return; // the second answer to what was sent twice
            }
            if (primed) {
                while (awaited.remove() != probe) {
                    listener.overtaken();
                }
                listener.answered(null);
            } else {
                awaited.remove(probe);
                onPriming(ctx);
            }
        }

        private void onPriming(ChannelHandlerContext ctx) {
            long nowNs = nowNs(ctx);
            if (firstAnsweredNs == 0) {
                firstAnsweredNs = nowNs;
            }
            boolean streams = priming.test().isPresent();
            if (!streams || nowNs - firstAnsweredNs >= STREAM_NS) {
                primed = true;
                awaited.clear();
                long rttNs = firstAnsweredNs - firstSentNs;
                listener.primed(new FlowListener.Primed(rttNs, 0, 0, null, new Silence(OptionalLong.of(0), rttNs, 0)));
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
