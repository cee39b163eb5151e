package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.FarDeed;
import hbprobe.model.FarReport;
import hbprobe.model.Limits;
import hbprobe.net.KernelView;
import hbprobe.net.TcpInfo;
import hbprobe.runtime.Host;
import hbprobe.wire.Bytes;
import hbprobe.wire.Frame;
import hbprobe.wire.Frame.Accepted;
import hbprobe.wire.Frame.Ask;
import hbprobe.wire.Frame.Beat;
import hbprobe.wire.Frame.Challenge;
import hbprobe.wire.Frame.Deed;
import hbprobe.wire.Frame.Echo;
import hbprobe.wire.Frame.Echoed;
import hbprobe.wire.Frame.Hello;
import hbprobe.wire.Frame.Order;
import hbprobe.wire.Frame.Pushed;
import hbprobe.wire.Frame.Refused;
import hbprobe.wire.Frame.Report;
import hbprobe.wire.Frame.Welcome;
import hbprobe.wire.FrameDecoder;
import hbprobe.wire.FrameEncoder;
import hbprobe.wire.Proof;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** hbprobe's own protocol: what {@code hbprobe respond} speaks. */
public final class HbDialect implements Dialect {
    private final Optional<String> token;

    /** @param token that the responder may demand */
    public HbDialect(Optional<String> token) {
        this.token = token;
    }

    @Override
    public String name() {
        return "hb";
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return Abilities.ofResponder();
    }

    @Override
    public boolean obeys() {
        return true;
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(token, priming, kernel, listener);
    }

    /** One flow: hello, then perhaps an order, then silence. */
    private static final class Talk extends SimpleChannelInboundHandler<Frame> implements Conversation {
        private final Optional<String> token;
        private final Priming priming;
        private final KernelView kernel;
        private final FlowListener listener;
        private final FlowAdapter adapter;
        private @Nullable ChannelHandlerContext context;
        private @Nullable Welcome welcome;
        private long helloAtNs;
        private long rttNs;
        private long orderNonce;
        private long orderedAtNs;
        private final Deque<Long> echoes = new ArrayDeque<>();
        private int beats;
        private boolean proved;

        Talk(Optional<String> token, Priming priming, KernelView kernel, FlowListener listener) {
            this.token = token;
            this.priming = priming;
            this.kernel = kernel;
            this.listener = listener;
            this.adapter = new FlowAdapter("hb", listener);
        }

        @Override
        public ChannelHandler handler() {
            return new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline()
                            .addLast(
                                    new FrameDecoder(Limits.MAX_FRAME_BYTES),
                                    FrameEncoder.INSTANCE,
                                    Talk.this,
                                    adapter);
                }
            };
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            context = ctx;
            hello(ctx, Bytes.NONE);
        }

        private void hello(ChannelHandlerContext ctx, Bytes proof) {
            helloAtNs = nowNs(ctx);
            ctx.writeAndFlush(new Hello(priming.longestSilenceNs(), proof)).addListener(adapter::onWritten);
        }

        private static long nowNs(ChannelHandlerContext ctx) {
            return ctx.executor().ticker().nanoTime();
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Frame frame) {
            if (frame instanceof Welcome welcomed) {
                onWelcome(ctx, welcomed);
            } else if (frame instanceof Challenge challenge) {
                onChallenge(ctx, challenge);
            } else if (frame instanceof Accepted accepted && accepted.nonce() == orderNonce) {
                // How early the far end may have begun to count: a lost segment makes it earlier than a round trip.
                rttNs = Math.max(rttNs, nowNs(ctx) - lateNs(ctx) - orderedAtNs);
                silence(ctx);
            } else if (frame instanceof Pushed pushed && pushed.nonce() == orderNonce) {
                listener.pushed(pushed.afterNs(), pushed.strangers());
            } else if (frame instanceof Echoed echoed && echoes.remove(echoed.nonce())) {
                listener.answered(null);
            } else if (frame instanceof Beat) {
                beat(); // so that a flow on which the far end's heart beats carries data both ways
            } else if (frame instanceof Report report) {
                listener.reported(report.flow(), report.known() ? Optional.of(farReport(report)) : Optional.empty());
            } else if (frame instanceof Refused refused) {
                adapter.fail(ctx, codeOf(refused.reason()), "the responder refused: " + refused.text());
            }
            // Anything else carries another nonce: the late answer of something no longer waited for.
        }

        /** For how long at least what was just read had arrived already, this program being busy with other things. */
        private long lateNs(ChannelHandlerContext ctx) {
            return kernel.tcpInfo(ctx.channel())
                    .map(info -> TimeUnit.MILLISECONDS.toNanos(info.lastDataReceivedMs() - TcpInfo.GRAIN_MS))
                    .map(lateNs -> Math.max(0, lateNs))
                    .orElse(0L);
        }

        private static FarReport farReport(Report report) {
            FarReport.End end = switch (report.end()) {
                case OPEN -> FarReport.End.OPEN;
                case FIN -> FarReport.End.FIN;
                case RESET -> FarReport.End.RESET;
                case TIMEOUT -> FarReport.End.TIMEOUT;
                case CLOSED -> FarReport.End.CLOSED;
            };
            return new FarReport(report.pushes(), report.pushedAfterNs(), report.pushAcknowledged(), end);
        }

        private static String codeOf(Frame.Reason reason) {
            return switch (reason) {
                case TOKEN -> "token";
                case FLOWS, FLOWS_PER_ADDRESS -> FlowListener.FAR_END_IS_FULL;
                default -> "refused-" + reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
            };
        }

        private void onChallenge(ChannelHandlerContext ctx, Challenge challenge) {
            if (token.isEmpty()) {
                adapter.fail(ctx, "token", "the responder demands a token; give it with --token-file or HBPROBE_TOKEN");
            } else if (proved) {
                adapter.fail(ctx, "token", "the responder asks for the token again and again");
            } else {
                proved = true;
                hello(ctx, Proof.of(token.get(), challenge.nonce()));
            }
        }

        private void onWelcome(ChannelHandlerContext ctx, Welcome welcomed) {
            welcome = welcomed;
            long seenNs = nowNs(ctx) - helloAtNs;
            // The kernel's own figure leaves out how long this program was busy with other things.
            rttNs = kernel.tcpInfo(ctx.channel())
                    .map(info -> Math.min(seenNs, TimeUnit.MICROSECONDS.toNanos(info.rttUs())))
                    .orElse(seenNs);
            if (priming.pushAfterNs().isPresent()) {
                orderNonce = Host.unguessable();
                orderedAtNs = nowNs(ctx);
                // A middlebox sees this flow's last segment up to a round trip after the responder sees the order, so
                // the push comes half a round trip later: the silence is then right to half a round trip either way.
                long delayNs = priming.pushAfterNs().getAsLong() + rttNs / 2;
                ctx.writeAndFlush(new Order(orderNonce, Deed.PUSH, delayNs)).addListener(adapter::onWritten);
            } else {
                silence(ctx);
            }
        }

        /** The last segment of the silence's beginning is our acknowledgement: it must leave now, not 40 ms later. */
        private void silence(ChannelHandlerContext ctx) {
            kernel.quickAck(ctx.channel());
            Welcome far = welcome;
            if (far != null) {
                listener.primed(new FlowListener.Primed(rttNs, far.flow(), far.instance(), far.mapped()));
            }
        }

        @Override
        public void speak() {
            long nonce = Host.unguessable();
            echoes.add(nonce);
            write(new Echo(nonce, Bytes.NONE));
        }

        @Override
        public void beat() {
            write(new Beat(0, ++beats));
        }

        @Override
        public boolean order(FarDeed deed, long durationNs) {
            Deed ordered = switch (deed) {
                case MUTE -> Deed.MUTE;
                case CLOSE -> Deed.CLOSE;
                case RESET -> Deed.RESET;
                case BEAT -> Deed.BEAT;
                case KEEPALIVE -> Deed.KEEPALIVE;
            };
            write(new Order(Host.unguessable(), ordered, durationNs));
            return true;
        }

        @Override
        public void ask(long farName) {
            write(new Ask(Host.unguessable(), farName));
        }

        private void write(Frame frame) {
            if (context != null) {
                context.writeAndFlush(frame).addListener(adapter::onWritten);
            }
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
