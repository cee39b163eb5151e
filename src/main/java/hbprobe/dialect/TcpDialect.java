package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.Abilities.CutOff;
import hbprobe.net.KernelView;
import hbprobe.net.TcpInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Nothing is ever written. A flow is probed by the kernel's keepalive (RFC 1122, 4.2.3.6), whose probes carry no data,
 * and whether the far kernel acknowledged one is read from TCP_INFO. Where there is no TCP_INFO, a connection that the
 * kernel hasn't given up after {@value #PROBES} probes is alive.
 */
public final class TcpDialect implements Dialect {
    /** Failure to answer one probe proves nothing (RFC 1122, 4.2.3.6). */
    private static final int PROBES = 3;

    /** The kernel's keepalive counts whole seconds. */
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** Where nobody tells of acknowledgements: the kernel gives up after this, plus a second of its timers' grain. */
    private static final Duration GIVEN_UP = PERIOD.multipliedBy(PROBES + 1);

    /** Beyond any reply timeout: the kernel must not give a flow up while its answer is awaited (its most is 127). */
    private static final int PROBES_WHILE_LISTENING = 120;

    /** A server that isn't ours gets few flows: a measurement must not be the outage. */
    private static final int MOST_FLOWS = 64;

    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A server that greets does so by then, unless it makes its clients wait for good reason. */
    private static final long GREETING_NS = TimeUnit.SECONDS.toNanos(5);

    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return new Abilities(
                Abilities.TCP_CLIENT_FIRST,
                false,
                MOST_FLOWS,
                CutOff.LINGERS,
                true,
                PERIOD,
                seesSegments ? PERIOD.multipliedBy(PROBES) : GIVEN_UP.plus(PERIOD),
                PERIOD,
                seesSegments ? Duration.ZERO : GIVEN_UP,
                List.of(OneSided.CLIENT_SPOKE_FIRST, OneSided.NOTHING_WAS_ASKED));
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(kernel, listener);
    }

    /** One flow: silent from the start. */
    private static final class Talk extends SimpleChannelInboundHandler<ByteBuf> implements Conversation {
        private final KernelView kernel;
        private final FlowListener listener;
        private final FlowAdapter adapter;
        private @Nullable ChannelHandlerContext context;
        private long connectedAtNs;
        private long probedAtNs;
        private long segmentsBefore;

        Talk(KernelView kernel, FlowListener listener) {
            this.kernel = kernel;
            this.listener = listener;
            this.adapter = new FlowAdapter("tcp", listener);
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
            long rttNs = kernel.tcpInfo(ctx.channel())
                    .map(info -> TimeUnit.MICROSECONDS.toNanos(info.rttUs()))
                    .orElse(0L);
            listener.primed(new FlowListener.Primed(rttNs, 0, 0, null));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
            kernel.quickAck(ctx.channel());
            String said = Sayings.printable(in);
            if (nowNs(ctx) - connectedAtNs <= GREETING_NS) {
                listener.greeted(said);
            } else {
                listener.heard(said);
            }
        }

        @Override
        public void speak() {
            ChannelHandlerContext ctx = context;
            if (ctx == null) {
                return;
            }
            Optional<TcpInfo> before = kernel.tcpInfo(ctx.channel());
            probedAtNs = nowNs(ctx);
            segmentsBefore = before.map(TcpInfo::segmentsIn).orElse(0L);
            if (!kernel.keepalive(
                    ctx.channel(), PERIOD, PERIOD, kernel.seesSegments() ? PROBES_WHILE_LISTENING : PROBES)) {
                adapter.fail(ctx, "no-keepalive", "this host cannot set keepalive times, which tcp:// needs");
            } else if (kernel.seesSegments()) {
                lookLater(ctx, probedAtNs);
            } else {
                ctx.executor().schedule(() -> survived(ctx), GIVEN_UP.toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        private static long nowNs(ChannelHandlerContext ctx) {
            return ctx.executor().ticker().nanoTime();
        }

        private void lookLater(ChannelHandlerContext ctx, long probe) {
            ctx.executor().schedule(() -> look(ctx, probe), LOOK_NS, TimeUnit.NANOSECONDS);
        }

        /** Looks for an acknowledgement that came after the probe: the far end's own probes count as segments too. */
        private void look(ChannelHandlerContext ctx, long probe) {
            if (probe != probedAtNs || !ctx.channel().isActive()) {
                return;
            }
            long sinceMs = TimeUnit.NANOSECONDS.toMillis(nowNs(ctx) - probe);
            boolean acknowledged = kernel.tcpInfo(ctx.channel())
                    .filter(info -> info.segmentsIn() > segmentsBefore)
                    .filter(info -> info.lastAckReceivedMs() <= sinceMs + TcpInfo.GRAIN_MS)
                    .isPresent();
            if (acknowledged) {
                listener.answered(null);
            } else {
                lookLater(ctx, probe);
            }
        }

        private void survived(ChannelHandlerContext ctx) {
            if (ctx.channel().isActive()) {
                listener.answered(null);
            }
        }

        @Override
        public void ask(long farName) {
            throw new IllegalStateException("a kernel knows no flow by name");
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
