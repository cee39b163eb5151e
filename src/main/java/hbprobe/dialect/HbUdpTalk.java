package hbprobe.dialect;

import hbprobe.dialect.Errands.Errand;
import hbprobe.dialect.FlowListener.Silence;
import hbprobe.dialect.HbUdpDialect.Acquaintance;
import hbprobe.model.FarDeed;
import hbprobe.model.FarReport;
import hbprobe.model.IdleTest;
import hbprobe.runtime.Host;
import hbprobe.wire.BadFrameException;
import hbprobe.wire.Datagram;
import hbprobe.wire.Datagram.Accepted;
import hbprobe.wire.Datagram.Ask;
import hbprobe.wire.Datagram.Beat;
import hbprobe.wire.Datagram.Deed;
import hbprobe.wire.Datagram.Echo;
import hbprobe.wire.Datagram.Echoed;
import hbprobe.wire.Datagram.Hello;
import hbprobe.wire.Datagram.Order;
import hbprobe.wire.Datagram.Pulse;
import hbprobe.wire.Datagram.Pushed;
import hbprobe.wire.Datagram.Refused;
import hbprobe.wire.Datagram.Report;
import hbprobe.wire.Datagram.Welcome;
import hbprobe.wire.Datagrams;
import hbprobe.wire.Frame.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One flow over UDP: primed as its test wants it, then silent. A flow of {@link IdleTest#UDP_1} is one order, which
 * nothing answers before the push; one of {@link IdleTest#UDP_2} an order whose beats come in, and one of {@link
 * IdleTest#UDP_3} echoes, then an order that is accepted. Any other flow is primed by a hello, or by an order.
 */
final class HbUdpTalk extends SimpleChannelInboundHandler<DatagramPacket> implements Conversation {
    private static final int BEATS = 5;
    private static final long BEAT_NS = IdleTest.UDP_2.priming().toNanos() / BEATS;

    /** A beat that isn't there so long after it was due is lost. */
    private static final long LATE_NS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Shorter than any silence. */
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(300);

    /** More beats than there is time for. */
    private static final int ENDLESS = 0xffff;

    private final Acquaintance far;
    private final Dialect.Priming priming;
    private final FlowListener listener;
    private final FlowAdapter adapter;
    private final Errands errands = new Errands(this::write);
    private final long flow = Host.unguessable();
    private final Deque<Long> echoes = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable String mapped;
    private long orderNonce;
    private long orderedNs;
    private long confirmNonce;
    private long streamed;
    private long streamedNs;
    private long firstHeardNs;
    private int beatsHeard;
    private long lastBeatNs;
    private boolean primed;
    private boolean pushAwaited;

    HbUdpTalk(Acquaintance far, Dialect.Priming priming, FlowListener listener) {
        this.far = far;
        this.priming = priming;
        this.listener = listener;
        this.adapter = new FlowAdapter("hb+udp", listener);
    }

    @Override
    public ChannelHandler handler() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(HbUdpTalk.this, adapter);
            }
        };
    }

    private static long nowNs(ChannelHandlerContext ctx) {
        return ctx.executor().ticker().nanoTime();
    }

    private void write(Datagram datagram) {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ByteBuf bytes = ctx.alloc().buffer(Datagrams.LONGEST);
            Datagrams.encode(datagram, bytes);
            ctx.writeAndFlush(bytes).addListener(adapter::onWritten);
        }
    }

    // ---- priming -------------------------------------------------------------------------------------------------

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        boolean needsNoHello =
                priming.test().isPresent() && far.fresh(nowNs(ctx)).isPresent();
        if (needsNoHello) {
            prime(ctx);
        } else if (priming.test().filter(IdleTest.UDP_1::equals).isPresent()) {
            adapter.fail(ctx, "no-cookie", "no other flow has a cookie for this one, which must hear nothing itself");
        } else {
            hello(ctx);
        }
    }

    private void hello(ChannelHandlerContext ctx) {
        errands.send(ctx, Host.unguessable(), true, far.rttNs(), Hello::new);
    }

    private void prime(ChannelHandlerContext ctx) {
        if (far.lacksToken()) {
            adapter.fail(ctx, "token", "the responder demands a token; give it with --token-file or HBPROBE_TOKEN");
            return;
        }
        IdleTest test = priming.test().orElse(null);
        if (test == IdleTest.UDP_1) {
            order(ctx, true, 0, false);
            orderedNs = nowNs(ctx);
            ctx.executor().schedule(() -> solitaryOrderIsIn(ctx), SETTLE_NS, TimeUnit.NANOSECONDS);
        } else if (test == IdleTest.UDP_2) {
            order(ctx, true, BEATS, true);
        } else if (test == IdleTest.UDP_3) {
            stream(ctx);
        } else if (priming.pushAfterNs().isPresent()) {
            order(ctx, false, 0, true);
        } else {
            confirm(ctx);
        }
    }

    /** A hello is answered to everybody; an echo shows that the far end takes this client's orders. */
    private void confirm(ChannelHandlerContext ctx) {
        confirmNonce = Host.unguessable();
        errands.send(ctx, confirmNonce, true, far.rttNs(), nonce -> new Echo(nonce, flow, far.credential()));
    }

    /** The push, after beats if any. */
    private void order(ChannelHandlerContext ctx, boolean quiet, int beats, boolean insists) {
        orderNonce = Host.unguessable();
        pushAwaited = true;
        long delayNs = priming.pushAfterNs().orElseThrow();
        errands.send(
                ctx,
                orderNonce,
                insists,
                far.rttNs() + (beats > 0 ? BEAT_NS : 0),
                nonce -> new Order(nonce, flow, far.credential(), Deed.PUSH, quiet, delayNs, beats, BEAT_NS));
    }

    /**
     * Nobody says when the far end read it, which may be busy with others: no later than it read what other flows sent
     * around that time. A box saw the order when it was sent.
     */
    private void solitaryOrderIsIn(ChannelHandlerContext ctx) {
        long slowestNs = far.slowestSinceNs(orderedNs - SETTLE_NS);
        fallSilent(ctx, nowNs(ctx) - orderedNs, 0, slowestNs - far.rttNs());
    }

    /** Echoes until they have gone both ways for long enough, then the order. */
    private void stream(ChannelHandlerContext ctx) {
        if (firstHeardNs != 0
                && nowNs(ctx) - firstHeardNs >= IdleTest.UDP_3.priming().toNanos()) {
            order(ctx, false, 0, true);
            return;
        }
        streamed = Host.unguessable();
        streamedNs = nowNs(ctx);
        write(new Echo(streamed, flow, far.credential()));
        ctx.executor().schedule(() -> stream(ctx), BEAT_NS, TimeUnit.NANOSECONDS);
    }

    /**
     * Nothing more is to cross the path until the push.
     *
     * @param forNs how long the silence has lasted already
     * @param shorterNs by how much less of it than the far end counts a box may see, a round trip apart
     * @param longerNs by how much more
     */
    private void fallSilent(ChannelHandlerContext ctx, long forNs, long shorterNs, long longerNs) {
        if (primed) {
            return;
        }
        primed = true;
        Welcome welcome = far.fresh(nowNs(ctx)).orElse(null);
        // The far end counts from when it had the order, which a box saw earlier, and a box sees the push later.
        listener.primed(new FlowListener.Primed(
                far.rttNs(),
                flow,
                welcome == null ? 0 : welcome.instance(),
                mapped,
                new Silence(OptionalLong.of(forNs), shorterNs, longerNs + far.rttNs())));
    }

    // ---- what comes ----------------------------------------------------------------------------------------------

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
        Datagram datagram;
        try {
            datagram = Datagrams.decode(packet.content());
        } catch (BadFrameException e) {
            if (!primed) {
                adapter.fail(ctx, "not-a-responder", String.valueOf(e.getMessage()));
            }
            return;
        }
        if (firstHeardNs == 0) {
            firstHeardNs = nowNs(ctx);
        }
        if (datagram instanceof Welcome welcome) {
            onWelcome(ctx, welcome);
        } else if (datagram instanceof Echoed echoed) {
            onEchoed(ctx, echoed);
        } else if (datagram instanceof Accepted accepted) {
            onAccepted(ctx, accepted);
        } else if (datagram instanceof Beat beat) {
            onBeat(ctx, beat);
        } else if (datagram instanceof Pushed pushed && pushed.nonce() == orderNonce) {
            onPushed(ctx, pushed);
        } else if (datagram instanceof Report report && errands.settle(report.nonce()) != null) {
            listener.reported(report.flow(), report.known() ? Optional.of(farReport(report)) : Optional.empty());
        } else if (datagram instanceof Refused refused) {
            onRefused(ctx, refused);
        }
        // Anything else carries another nonce: the late answer of something no longer waited for, or not for us.
    }

    private void onWelcome(ChannelHandlerContext ctx, Welcome welcome) {
        Errand hello = errands.settle(welcome.nonce());
        if (hello == null) {
            return;
        }
        long nowNs = nowNs(ctx);
        far.learn(welcome, nowNs);
        if (hello.wasSentOnce() || far.rttNs() == 0) {
            far.took(hello.firstNs(), nowNs - hello.firstNs());
        }
        mapped = welcome.mapped();
        if (echoes.remove(welcome.nonce())) {
            listener.answered(welcome.mapped());
        } else if (!primed) {
            prime(ctx);
        }
    }

    private void onEchoed(ChannelHandlerContext ctx, Echoed echoed) {
        if (!primed) {
            mapped = echoed.mapped();
        }
        if (echoed.nonce() == streamed) {
            far.took(streamedNs, nowNs(ctx) - streamedNs);
        }
        Errand echo = errands.settle(echoed.nonce());
        if (echo != null && echo.wasSentOnce()) {
            far.took(echo.firstNs(), nowNs(ctx) - echo.firstNs());
        }
        if (echo != null && echoed.nonce() == confirmNonce) {
            fallSilent(ctx, 0, 0, 0);
        }
        if (echoes.contains(echoed.nonce())) {
            // Over UDP an answer may be lost: one that comes shows that those before it were, or are late.
            while (!echoes.remove().equals(echoed.nonce())) {
                listener.overtaken();
            }
            listener.answered(echoed.mapped());
        }
    }

    private void onAccepted(ChannelHandlerContext ctx, Accepted accepted) {
        Errand order = errands.settle(accepted.nonce());
        if (order != null && accepted.nonce() == orderNonce) {
            // A copy that the far end never had may have crossed a box as late as the last one was sent. Where packets
            // in don't count, a box counts from when it saw the order, not from when the far end took it.
            long tookNs = nowNs(ctx) - order.firstNs();
            fallSilent(ctx, 0, order.lastNs() - order.firstNs(), Math.max(0, tookNs - far.rttNs()));
        }
    }

    private void onBeat(ChannelHandlerContext ctx, Beat beat) {
        if (beat.nonce() != orderNonce || primed) {
            return;
        }
        errands.settle(orderNonce);
        beatsHeard = beat.number();
        lastBeatNs = nowNs(ctx);
        if (beatsHeard == BEATS) {
            fallSilent(ctx, 0, 0, 0);
        } else {
            long dueInNs = (BEATS - beatsHeard) * BEAT_NS;
            ctx.executor().schedule(() -> lastBeatIsDue(ctx), dueInNs + LATE_NS + far.rttNs(), TimeUnit.NANOSECONDS);
        }
    }

    /** The last beats were lost, before the box or behind it: it may have seen a longer silence. */
    private void lastBeatIsDue(ChannelHandlerContext ctx) {
        long missingNs = (BEATS - beatsHeard) * BEAT_NS;
        long sinceDueNs = nowNs(ctx) - lastBeatNs - missingNs;
        if (sinceDueNs >= LATE_NS) {
            fallSilent(ctx, sinceDueNs, 0, missingNs);
        }
    }

    private void onPushed(ChannelHandlerContext ctx, Pushed pushed) {
        pushAwaited = false;
        errands.settle(orderNonce);
        if (!primed && orderedNs != 0) {
            solitaryOrderIsIn(ctx);
        }
        // Copies before this one may have come as far as a box: the flow is known to have lived when the first was due.
        listener.pushed(Math.min(pushed.afterNs(), priming.pushAfterNs().orElse(pushed.afterNs())), 0);
        if (pushed.copy() > 0) {
            listener.overtaken();
        }
    }

    private static FarReport farReport(Report report) {
        // The last copy but the one that is there for outages; it was no later than that one, as a busy far end's are.
        long lateNs = Math.max(0, report.lastAfterNs() - report.firstAfterNs() - Datagrams.LAST_COPY_NS);
        long pushedAfterNs = Math.min(report.lastAfterNs(), report.firstAfterNs() + Datagrams.PUSH_BURST_NS + lateNs);
        return new FarReport(report.pushes(), pushedAfterNs, false, FarReport.End.UNSEEN, report.mapped());
    }

    private void onRefused(ChannelHandlerContext ctx, Refused refused) {
        if (errands.find(refused.nonce()) == null) {
            return;
        }
        if (refused.reason() == Reason.COOKIE
                && priming.test().isEmpty()
                && far.fresh(nowNs(ctx)).isPresent()) {
            far.forget(); // the responder was restarted; what was refused is sent again, with the next cookie
            hello(ctx);
            return;
        }
        adapter.fail(ctx, codeOf(refused.reason()), "the responder refused: " + refused.text());
    }

    private static String codeOf(Reason reason) {
        return switch (reason) {
            case TOKEN -> "token";
            case FLOWS, FLOWS_PER_ADDRESS -> FlowListener.FAR_END_IS_FULL;
            default -> "refused-" + reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
    }

    // ---- what is wanted ------------------------------------------------------------------------------------------

    @Override
    public void speak() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            return;
        }
        long nonce = Host.unguessable();
        echoes.add(nonce);
        boolean stale = far.fresh(nowNs(ctx)).isEmpty();
        errands.send(
                ctx,
                nonce,
                priming.insists(),
                far.rttNs(),
                stale ? Hello::new : same -> new Echo(same, flow, far.credential()));
    }

    @Override
    public void beat() {
        write(new Pulse(Host.unguessable(), flow, far.credential()));
    }

    @Override
    public boolean order(FarDeed deed, long durationNs) {
        ChannelHandlerContext ctx = context;
        Deed ordered = switch (deed) {
            case MUTE -> Deed.MUTE;
            case BEAT -> Deed.BEAT;
            case CLOSE, RESET, KEEPALIVE -> null; // there is nothing to close over UDP, and no keepalive
        };
        if (ordered == null || ctx == null) {
            return ordered != null;
        }
        boolean beats = ordered == Deed.BEAT;
        errands.send(
                ctx,
                Host.unguessable(),
                true,
                far.rttNs(),
                nonce -> new Order(
                        nonce,
                        flow,
                        far.credential(),
                        ordered,
                        false,
                        beats ? 0 : durationNs,
                        beats ? ENDLESS : 0,
                        beats ? durationNs : 0));
        return true;
    }

    @Override
    public void ask(long farName) {
        if (context != null) {
            errands.send(
                    context, Host.unguessable(), true, far.rttNs(), nonce -> new Ask(nonce, farName, far.credential()));
        }
    }

    @Override
    public void leave() {
        adapter.leaving();
        errands.drop();
        if (context != null) {
            if (pushAwaited) {
                write(new Order(Host.unguessable(), flow, far.credential(), Deed.CANCEL, true, 0, 0, 0));
            }
            context.close();
        }
    }
}
