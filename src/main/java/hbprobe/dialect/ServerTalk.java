package hbprobe.dialect;

import hbprobe.model.FarReport;
import hbprobe.model.Problem;
import hbprobe.model.ServerLimit;
import hbprobe.net.KernelView;
import hbprobe.net.TlsFailure;
import hbprobe.net.TlsSetup;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One flow's talk with a server of a well-known protocol: log in, one ping, perhaps an order, then silence. A protocol
 * says how in the methods that its dialect implements; what is written there leaves together when the method returns.
 *
 * @param <M> a message of the server's, as the protocol's codec reads it
 */
abstract class ServerTalk<M> extends SimpleChannelInboundHandler<M> implements Conversation {
    /** By how much the rounding to the milliseconds of an order may bring a push forward. */
    private static final long ROUNDING_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** A server that is of any use has let us in by then; a check of the path waits hardly longer. */
    private static final long LOGIN_NS = TimeUnit.MILLISECONDS.toNanos(3_500);

    private final String protocol;
    private final Dialect.Priming priming;
    private final KernelView kernel;
    private final FlowListener listener;
    private final FlowAdapter adapter;
    private final Deque<Consumer<M>> awaited = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private Stage stage = Stage.LOGGING_IN;
    private long pingedAtNs;
    private long silentSinceNs;
    private long rttNs;
    private long farName;

    private enum Stage {
        /** Not of use yet. */
        LOGGING_IN,
        /** The first ping is on its way. */
        PRIMING,
        /** Silent, or pinged after the silence. */
        PRIMED,
        /** Over. */
        LEFT
    }

    /**
     * A talk that begins when its connection is there.
     *
     * @param type of the messages
     * @param protocol its name, for messages to the user
     */
    ServerTalk(
            Class<? extends M> type,
            String protocol,
            Dialect.Priming priming,
            KernelView kernel,
            FlowListener listener) {
        super(type);
        this.protocol = protocol;
        this.priming = priming;
        this.kernel = kernel;
        this.listener = listener;
        this.adapter = new FlowAdapter(protocol, listener);
    }

    // ---- what a protocol says ------------------------------------------------------------------------------------

    /** Adds the handlers that turn bytes into messages and back. */
    abstract void codec(ChannelPipeline pipeline);

    /** Connected: says what has to be said, or awaits the server's greeting; {@link #ready} ends it. */
    abstract void logIn();

    /** Writes a ping; {@link #answered} when its answer is here. */
    abstract void ping();

    /** Orders the server to speak after so long; {@link #pushed} when it did. Only where its abilities say so. */
    void orderPush(Duration after) {
        throw new IllegalStateException(protocol + " has no order to speak");
    }

    /** Whether the order may leave in one segment with the ping before it: that keeps the silence's beginning sharp. */
    boolean ordersWithPing() {
        return true;
    }

    /** By how much the server may be late when it was ordered to speak, all being well. */
    Duration lateness() {
        return Duration.ofMillis(20);
    }

    /** Says goodbye, if the protocol has a word for it. */
    void farewell() {}

    /** A message that nothing was asked for: most often a farewell. */
    void unasked(M message) {
        hear(String.valueOf(message));
    }

    /** What came, in the order in which it came; a protocol whose answers come in another one finds out itself. */
    void read(M message) {
        Consumer<M> next = awaited.poll();
        if (next == null) {
            unasked(message);
        } else {
            next.accept(message);
        }
    }

    // ---- what it has to do that with -----------------------------------------------------------------------------

    /** Writes a request whose answer is the next message for which nobody waits. */
    final void ask(Object request, Consumer<M> onAnswer) {
        say(request);
        await(onAnswer);
    }

    /** Waits for a message without having asked for it. */
    final void await(Consumer<M> onMessage) {
        awaited.add(onMessage);
    }

    /** Writes a message. */
    final void say(Object message) {
        context().write(message).addListener(adapter::onWritten);
    }

    /**
     * Puts TLS under the rest of the talk, where the protocol asks for it in its own words (STARTTLS and the like).
     *
     * @param whenDone what comes after the handshake; a failed one ends the flow and says why
     */
    final void startTls(TlsSetup tls, Access access, Runnable whenDone) {
        ChannelPipeline pipeline = context().pipeline();
        SslHandler handler = tls.towards(
                pipeline.channel().alloc(),
                access.target().host(),
                access.target().port(),
                List.of());
        context().flush();
        handler.handshakeFuture().addListener(done -> {
            Optional<Problem> objection = done.isSuccess()
                    ? tls.objection(handler.engine().getSession())
                    : Optional.of(TlsFailure.problem(done.cause()));
            if (objection.isPresent()) {
                refuse(objection.get().code(), objection.get().message());
            } else {
                whenDone.run();
                context().flush();
            }
        });
        pipeline.addFirst(handler);
    }

    /** Logged in: from here on the flow can be pinged. */
    final void ready() {
        if (stage != Stage.LOGGING_IN) {
            return;
        }
        stage = Stage.PRIMING;
        pingedAtNs = nowNs();
        ping();
        if (ordersWithPing()) {
            order();
        }
    }

    private void order() {
        priming.pushAfterNs().ifPresent(afterNs -> orderPush(Duration.ofNanos(afterNs)));
    }

    /** The oldest ping was answered. */
    final void answered() {
        if (stage == Stage.PRIMED) {
            listener.answered(null);
        } else if (stage == Stage.PRIMING) {
            stage = Stage.PRIMED;
            long seenNs = nowNs() - pingedAtNs;
            rttNs = kernel.tcpInfo(context().channel())
                    .map(info -> Math.min(seenNs, TimeUnit.MICROSECONDS.toNanos(info.rttUs())))
                    .orElse(seenNs);
            if (!ordersWithPing()) {
                order();
                context().flush();
            }
            // The last segment of the silence's beginning is our acknowledgement: it must leave now.
            kernel.quickAck(context().channel());
            silentSinceNs = nowNs();
            // The server may be late; and its push may have passed a middlebox up to a round trip before it is here.
            long lateNs = priming.pushAfterNs().isPresent() ? lateness().toNanos() : 0;
            // It counts from the order: what left with the ping, this long before the silence began.
            long orderedBeforeNs = ordersWithPing() ? seenNs : rttNs;
            listener.primed(new FlowListener.Primed(
                    rttNs, farName, 0, null, new FlowListener.Silence(OptionalLong.empty(), orderedBeforeNs, lateNs)));
        }
    }

    /** The server spoke as ordered. */
    final void pushed() {
        pushed(priming.pushAfterNs().orElse(Long.MAX_VALUE) - ROUNDING_NS);
    }

    /**
     * The server spoke as ordered. How late its word was read says nothing of when it passed a middlebox: no silence
     * counts as longer than the order was.
     *
     * @param notBeforeNs the earliest that it can have spoken, counted from the silence's beginning
     */
    final void pushed(long notBeforeNs) {
        if (stage == Stage.PRIMED) {
            listener.pushed(Math.min(nowNs() - silentSinceNs, notBeforeNs), 0);
        } else if (stage == Stage.PRIMING) {
            refuse("order", "the server answered the order to speak later at once");
        }
    }

    /** The server said something that was no answer. */
    final void hear(String words) {
        if (stage == Stage.LOGGING_IN) {
            listener.goodbye(words);
        } else {
            listener.heard(words);
        }
    }

    /** The server can't or won't do what is needed: tells why, and closes. */
    final void refuse(String code, String message) {
        adapter.fail(context(), code, message);
    }

    /** Whoever is there speaks another protocol. */
    final void notSpoken(String heard) {
        adapter.notSpoken(context(), heard);
    }

    /** The server calls this flow by that number; 0: by none. */
    final void named(long number) {
        farName = number;
    }

    /** The server has told an idle limit of its own. */
    final void limited(ServerLimit limit) {
        listener.limited(limit);
    }

    /** The server ends the connection with this answer, which it had announced. */
    final void retired() {
        listener.retired();
    }

    /** What the server knows of another flow; empty: it doesn't say. */
    final void report(long otherFarName, Optional<FarReport> report) {
        listener.reported(otherFarName, report);
    }

    /** The server has ended the flows of {@link #dismiss}. */
    final void dismissed() {
        listener.dismissed();
    }

    /** Whether this flow will be idle: then it does nothing that the one question doesn't need. */
    final boolean isIdle() {
        return priming.test().isPresent();
    }

    /** Whether the silence has begun. */
    final boolean isPrimed() {
        return stage == Stage.PRIMED;
    }

    final ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("talk with " + protocol + " before it is connected");
        }
        return ctx;
    }

    final long nowNs() {
        return context().executor().ticker().nanoTime();
    }

    // ---- a conversation ------------------------------------------------------------------------------------------

    @Override
    public final ChannelHandler handler() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                codec(channel.pipeline());
                channel.pipeline().addLast(ServerTalk.this, adapter);
            }
        };
    }

    @Override
    public final void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.executor().schedule(this::loginTakesTooLong, LOGIN_NS, TimeUnit.NANOSECONDS);
        logIn();
        ctx.flush();
    }

    private void loginTakesTooLong() {
        if (stage == Stage.LOGGING_IN || stage == Stage.PRIMING) {
            refuse(
                    "not-" + protocol,
                    "the far end accepts the connection but does not answer as " + protocol
                            + " servers do; is it one, and does it expect TLS?");
        }
    }

    @Override
    protected final void channelRead0(ChannelHandlerContext ctx, M message) {
        read(message);
        ctx.flush();
    }

    @Override
    public final void speak() {
        if (stage == Stage.PRIMED) {
            ping();
            context().flush();
        }
    }

    @Override
    public void ask(long otherFarName) {
        report(otherFarName, Optional.empty());
    }

    @Override
    public final void leave() {
        adapter.leaving();
        if (context != null && stage != Stage.LEFT) {
            if (context.channel().isActive() && stage != Stage.LOGGING_IN) {
                farewell();
                context.flush();
            }
            stage = Stage.LEFT;
            context.close();
        }
    }
}
