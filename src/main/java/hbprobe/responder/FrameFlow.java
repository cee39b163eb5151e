package hbprobe.responder;

import hbprobe.model.Durations;
import hbprobe.model.Limits;
import hbprobe.net.Addresses;
import hbprobe.net.Closing;
import hbprobe.net.KernelView;
import hbprobe.net.TcpInfo;
import hbprobe.runtime.Host;
import hbprobe.wire.BadFrameException;
import hbprobe.wire.Bytes;
import hbprobe.wire.Frame;
import hbprobe.wire.Frame.Accepted;
import hbprobe.wire.Frame.Ask;
import hbprobe.wire.Frame.Beat;
import hbprobe.wire.Frame.Challenge;
import hbprobe.wire.Frame.Deed;
import hbprobe.wire.Frame.Echo;
import hbprobe.wire.Frame.Echoed;
import hbprobe.wire.Frame.End;
import hbprobe.wire.Frame.Hello;
import hbprobe.wire.Frame.Order;
import hbprobe.wire.Frame.Pushed;
import hbprobe.wire.Frame.Reason;
import hbprobe.wire.Frame.Refused;
import hbprobe.wire.Frame.Report;
import hbprobe.wire.Frame.Welcome;
import hbprobe.wire.Proof;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One flow that speaks frames: obeys orders about itself and answers what became of others. */
final class FrameFlow extends SimpleChannelInboundHandler<Frame> {
    /**
     * When the acknowledgement of the accepted order is surely in: Linux delays one by at most 200 ms (TCP_DELACK_MAX),
     * and a round trip by satellite or a busy radio takes up to a second.
     */
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(1_200);

    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    private final Responder responder;
    private final long id = Host.unguessable();
    private final List<Future<?>> orders = new ArrayList<>(1);
    private @Nullable Reaper reaper;
    private Bytes challenge = Bytes.NONE;
    private @Nullable ChannelHandlerContext context;
    private int pushes;
    private long pushedAfterNs;
    private boolean pushAcknowledged;
    private boolean greeted;
    private boolean muted;
    private @Nullable End end;
    private long rateWindowNs;
    private int framesInWindow;

    FrameFlow(Responder responder) {
        this.responder = responder;
    }

    long id() {
        return id;
    }

    private String name() {
        return Long.toHexString(id);
    }

    Flows.Past past(End how) {
        if (how == End.OPEN && context != null && pushes > 0) {
            pushAcknowledged = kernel().tcpInfo(context.channel())
                    .map(info -> info.unacked() == 0)
                    .orElse(false);
        }
        return new Flows.Past(pushes, pushedAfterNs, pushAcknowledged, how);
    }

    private KernelView kernel() {
        return responder.kernel();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        kernel().userTimeout(ctx.channel(), Limits.RESPONDER_USER_TIMEOUT);
        watch(ctx, responder.settings().maxDelay());
    }

    private void watch(ChannelHandlerContext ctx, Duration longestSilence) {
        if (reaper != null) {
            reaper.stop();
        }
        reaper = new Reaper(longestSilence, () -> close(ctx));
        reaper.start(ctx);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Frame frame) {
        if (reaper != null) {
            reaper.heard(ctx);
        }
        if (isTooFast(ctx)) {
            refuse(
                    ctx,
                    frame,
                    Reason.RATE,
                    Limits.RESPONDER_FRAMES_PER_SECOND,
                    "at most " + Limits.RESPONDER_FRAMES_PER_SECOND + " frames a second on one flow");
        } else if (frame instanceof Hello hello) {
            onHello(ctx, hello);
        } else if (!greeted) {
            refuse(ctx, frame, Reason.HELLO_FIRST, 0, "the first frame is a hello");
        } else if (frame instanceof Order order && order.deed() == Deed.CANCEL) {
            cancelOrders();
            kernel().keepaliveOff(ctx.channel());
            ctx.writeAndFlush(new Accepted(order.nonce()));
        } else if (muted || frame instanceof Beat) {
            return; // the order says: answer nothing; and a heartbeat wants no answer
        } else if (frame instanceof Echo echo) {
            ctx.writeAndFlush(new Echoed(echo.nonce(), echo.payload()));
        } else if (frame instanceof Order order) {
            onOrder(ctx, order);
        } else if (frame instanceof Ask ask) {
            onAsk(ctx, ask);
        } else {
            refuse(ctx, frame, Reason.UNKNOWN, 0, "a responder does not take this frame");
        }
    }

    private boolean isTooFast(ChannelHandlerContext ctx) {
        long nowNs = ctx.executor().ticker().nanoTime();
        if (nowNs - rateWindowNs >= ONE_SECOND.toNanos()) {
            rateWindowNs = nowNs;
            framesInWindow = 0;
        }
        return ++framesInWindow > Limits.RESPONDER_FRAMES_PER_SECOND;
    }

    private void onHello(ChannelHandlerContext ctx, Hello hello) {
        Optional<String> token = responder.settings().token();
        if (token.isPresent()) {
            if (hello.proof().length() == 0) {
                challenge = Bytes.of(Host.unguessableBytes(Proof.CHALLENGE_BYTES));
                ctx.writeAndFlush(new Challenge(challenge));
                return;
            }
            if (challenge.length() == 0 || !Proof.holds(token.get(), challenge, hello.proof())) {
                refuse(ctx, hello, Reason.TOKEN, 0, "the token is wrong");
                ctx.close();
                return;
            }
        }
        long longestNs =
                responder.settings().maxDelay().plus(Limits.RESPONDER_GRACE).toNanos();
        if (hello.longestSilenceNs() < 0 || hello.longestSilenceNs() > longestNs) {
            refuse(ctx, hello, Reason.DELAY, responder.settings().maxDelay().toNanos(), tooLong());
            return;
        }
        watch(ctx, Duration.ofNanos(hello.longestSilenceNs()));
        if (!greeted) {
            greeted = true;
            responder.flows().greeted(this);
            responder.log().greeted(ctx.channel(), name(), "hb");
        }
        ctx.writeAndFlush(new Welcome(
                id,
                responder.instance(),
                Addresses.print(ctx.channel().remoteAddress()),
                responder.settings().maxDelay().toNanos()));
    }

    private void onOrder(ChannelHandlerContext ctx, Order order) {
        Duration duration = Duration.ofNanos(order.durationNs());
        if (duration.isNegative() || duration.compareTo(responder.settings().maxDelay()) > 0) {
            refuse(ctx, order, Reason.DELAY, responder.settings().maxDelay().toNanos(), tooLong());
            return;
        }
        boolean isPeriod = order.deed() == Deed.BEAT || order.deed() == Deed.KEEPALIVE;
        if (isPeriod && duration.compareTo(Limits.RESPONDER_SHORTEST_BEAT) < 0) {
            refuse(
                    ctx,
                    order,
                    Reason.PERIOD,
                    Limits.RESPONDER_SHORTEST_BEAT.toNanos(),
                    "a beat comes at most every " + Durations.print(Limits.RESPONDER_SHORTEST_BEAT));
            return;
        }
        if (order.deed() == Deed.KEEPALIVE && !kernel().keepalive(ctx.channel(), duration, duration, 3)) {
            refuse(ctx, order, Reason.UNSUPPORTED, 0, "this host cannot set keepalive times");
            return;
        }
        responder.log().ordered(ctx.channel().remoteAddress(), name(), order.deed() + " " + Durations.print(duration));
        ctx.writeAndFlush(new Accepted(order.nonce()));
        switch (order.deed()) {
            case PUSH -> orderPush(ctx, order);
            case BEAT -> orderBeat(ctx, order);
            case MUTE -> {
                muted = true;
                later(ctx, order.durationNs(), () -> muted = false);
            }
            case CLOSE -> later(ctx, order.durationNs(), () -> close(ctx));
            case RESET ->
                later(ctx, order.durationNs(), () -> {
                    kernel().resetOnClose(ctx.channel());
                    close(ctx);
                });
            case KEEPALIVE, CANCEL -> {}
        }
    }

    private void orderPush(ChannelHandlerContext ctx, Order order) {
        long orderedAtNs = nowNs(ctx);
        long[] bareSegmentsBefore = {-1};
        long settledNs = Math.min(SETTLE_NS, order.durationNs() / 2);
        later(ctx, settledNs, () -> bareSegmentsBefore[0] = bareSegmentsIn(ctx));
        later(ctx, order.durationNs(), () -> {
            if (muted) {
                return;
            }
            int strangers =
                    bareSegmentsBefore[0] < 0 ? 0 : Math.toIntExact(bareSegmentsIn(ctx) - bareSegmentsBefore[0]);
            pushes++;
            pushedAfterNs = nowNs(ctx) - orderedAtNs;
            pushAcknowledged = false;
            // A failing write closes the channel, but its error does not come up the pipeline.
            ctx.writeAndFlush(new Pushed(order.nonce(), pushedAfterNs, Math.max(0, strangers)))
                    .addListener(written -> brokenBy(written.cause()));
            responder.log().pushed(ctx.channel().remoteAddress(), name());
        });
    }

    private void orderBeat(ChannelHandlerContext ctx, Order order) {
        int[] number = {0};
        orders.add(ctx.executor()
                .scheduleAtFixedRate(
                        () -> {
                            if (!muted && ctx.channel().isWritable()) {
                                ctx.writeAndFlush(new Beat(order.nonce(), ++number[0]));
                            }
                        },
                        order.durationNs(),
                        order.durationNs(),
                        TimeUnit.NANOSECONDS));
    }

    private long bareSegmentsIn(ChannelHandlerContext ctx) {
        return kernel().tcpInfo(ctx.channel()).map(TcpInfo::bareSegmentsIn).orElse(0L);
    }

    private static long nowNs(ChannelHandlerContext ctx) {
        return ctx.executor().ticker().nanoTime();
    }

    private void later(ChannelHandlerContext ctx, long delayNs, Runnable deed) {
        orders.add(ctx.executor().schedule(deed, delayNs, TimeUnit.NANOSECONDS));
    }

    private void cancelOrders() {
        orders.forEach(order -> order.cancel(false));
        orders.clear();
        muted = false;
    }

    private void close(ChannelHandlerContext ctx) {
        end = End.CLOSED;
        ctx.close();
    }

    private void onAsk(ChannelHandlerContext ctx, Ask ask) {
        Optional<Flows.Past> past = responder.flows().find(ask.flow());
        ctx.writeAndFlush(past.map(known -> new Report(
                        ask.nonce(),
                        ask.flow(),
                        true,
                        known.pushes(),
                        known.pushedAfterNs(),
                        known.pushAcknowledged(),
                        known.end()))
                .orElseGet(() -> new Report(ask.nonce(), ask.flow(), false, 0, 0, false, End.OPEN)));
    }

    private String tooLong() {
        return "this responder waits at most "
                + Durations.print(responder.settings().maxDelay()) + " (--max-delay)";
    }

    private void refuse(ChannelHandlerContext ctx, Frame frame, Reason reason, long limit, String text) {
        long nonce = frame instanceof Frame.Numbered numbered ? numbered.nonce() : 0;
        responder.log().refused(ctx.channel().remoteAddress(), text);
        ctx.writeAndFlush(new Refused(nonce, reason, limit, text));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelOrders();
        End how = end == null ? End.FIN : end;
        responder.flows().ended(this, how);
        responder.log().ended(ctx.channel(), name(), how.name());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
        if (error instanceof BadFrameException) {
            end = End.CLOSED;
            ctx.writeAndFlush(new Refused(0, Reason.UNKNOWN, 0, String.valueOf(error.getMessage())))
                    .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        brokenBy(error);
        ctx.close();
    }

    private void brokenBy(@Nullable Throwable error) {
        if (error != null && end == null) {
            end = switch (Closing.of(error)) {
                case RESET, ICMP -> End.RESET;
                case TIMEOUT -> End.TIMEOUT;
                case FIN -> End.FIN;
                case LOCAL -> End.CLOSED;
            };
        }
    }
}
