package hbprobe.responder;

import hbprobe.model.Durations;
import hbprobe.model.Limits;
import hbprobe.net.Addresses;
import hbprobe.responder.DatagramFlow.Addressed;
import hbprobe.responder.DatagramFlows.Name;
import hbprobe.wire.BadFrameException;
import hbprobe.wire.Datagram;
import hbprobe.wire.Datagram.Accepted;
import hbprobe.wire.Datagram.Ask;
import hbprobe.wire.Datagram.Credential;
import hbprobe.wire.Datagram.Deed;
import hbprobe.wire.Datagram.Echo;
import hbprobe.wire.Datagram.Echoed;
import hbprobe.wire.Datagram.Guarded;
import hbprobe.wire.Datagram.Hello;
import hbprobe.wire.Datagram.Order;
import hbprobe.wire.Datagram.Pulse;
import hbprobe.wire.Datagram.Refused;
import hbprobe.wire.Datagram.Report;
import hbprobe.wire.Datagram.Welcome;
import hbprobe.wire.Datagrams;
import hbprobe.wire.Frame.Reason;
import hbprobe.wire.Proof;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * One UDP socket of the responder. Nothing but a hello is obeyed without a credential, no answer is longer than its
 * request, and what is no request is dropped without a trace: it costs nothing and spends nobody's allowance.
 */
final class DatagramService extends SimpleChannelInboundHandler<DatagramPacket> {
    private final Responder responder;

    DatagramService(Responder responder) {
        this.responder = responder;
    }

    /**
     * Where a request came from.
     *
     * @param paidBytes what it took, headers counted: no answer may take more
     */
    private record Letter(InetSocketAddress from, int paidBytes) {
        InetAddress address() {
            return from.getAddress();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
        Letter letter =
                new Letter(packet.sender(), Datagrams.sentFor(packet.content().readableBytes()));
        Datagram datagram;
        try {
            datagram = Datagrams.decode(packet.content());
        } catch (BadFrameException e) {
            return;
        }
        long nowNs = ctx.executor().ticker().nanoTime();
        if (datagram instanceof Hello hello) {
            if (responder.rates().allowsStranger(letter.address(), nowNs)) {
                answer(ctx, letter, welcome(hello, letter, nowNs));
            }
        } else if (datagram instanceof Guarded guarded) {
            Optional<Refused> closed = refusal(guarded, letter, nowNs);
            if (closed.isEmpty()) {
                if (responder.rates().allowsKnown(letter.address(), nowNs)) {
                    obey(ctx, letter, guarded);
                }
            } else if (responder.rates().allowsStranger(letter.address(), nowNs)) {
                answer(ctx, letter, closed.get());
            }
        }
    }

    private Welcome welcome(Hello hello, Letter letter, long nowNs) {
        return new Welcome(
                hello.nonce(),
                responder.cookies().issue(letter.address(), nowNs),
                Cookies.GOOD_FOR.toNanos(),
                responder.instance(),
                responder.settings().maxDelay().toNanos(),
                responder.settings().token().isPresent(),
                Addresses.print(letter.from()));
    }

    /** Why its sender may not ask for anything; empty when it may. */
    private Optional<Refused> refusal(Guarded guarded, Letter letter, long nowNs) {
        Credential credential = guarded.credential();
        if (!responder.cookies().holds(credential.cookie(), letter.address(), nowNs)) {
            return Optional.of(new Refused(guarded.nonce(), Reason.COOKIE, 0, "the cookie is not this address's"));
        }
        return responder
                .settings()
                .token()
                .filter(token -> !Proof.holds(token, credential.cookie(), credential.proof()))
                .map(wrong -> new Refused(guarded.nonce(), Reason.TOKEN, 0, "the token is wrong"));
    }

    // ---- what a known client wants -------------------------------------------------------------------------------

    private void obey(ChannelHandlerContext ctx, Letter letter, Guarded guarded) {
        if (guarded instanceof Ask ask) {
            answer(ctx, letter, report(ask, letter.address()));
        } else if (guarded instanceof Echo echo) {
            boolean muted =
                    flow(echo.flow(), letter).filter(DatagramFlow::isMuted).isPresent();
            if (!muted) {
                answer(ctx, letter, new Echoed(echo.nonce(), Addresses.print(letter.from())));
            }
        } else if (guarded instanceof Pulse pulse) {
            flow(pulse.flow(), letter).ifPresent(flow -> flow.pay(letter.paidBytes()));
        } else if (guarded instanceof Order order) {
            obey(ctx, letter, order);
        }
    }

    private Optional<DatagramFlow> flow(long name, Letter letter) {
        return responder.datagramFlows().open(new Name(name, letter.address()));
    }

    private Report report(Ask ask, InetAddress address) {
        return responder
                .datagramFlows()
                .find(new Name(ask.flow(), address))
                .map(past -> new Report(
                        ask.nonce(),
                        ask.flow(),
                        true,
                        past.pushes(),
                        past.firstAfterNs(),
                        past.lastAfterNs(),
                        past.mapped()))
                .orElseGet(() -> new Report(ask.nonce(), ask.flow(), false, 0, 0, 0, ""));
    }

    private void obey(ChannelHandlerContext ctx, Letter letter, Order order) {
        Optional<DatagramFlow> known = flow(order.flow(), letter);
        Optional<Refused> refusal = refusal(order, letter.paidBytes())
                .or(() -> known.isPresent() || order.deed() == Deed.CANCEL
                        ? Optional.empty()
                        : responder.datagramFlows().refusal(order.nonce(), letter.address()));
        if (refusal.isPresent()) {
            responder.log().refused(letter.from(), refusal.get().text());
            answer(ctx, letter, refusal.get());
            return;
        }
        int usedBytes = order.quiet() ? 0 : answer(ctx, letter, new Accepted(order.nonce()));
        if (order.deed() == Deed.CANCEL) {
            known.ifPresent(DatagramFlow::cancel);
            return;
        }
        Name name = new Name(order.flow(), letter.address());
        DatagramFlow flow = known.orElseGet(() -> {
            DatagramFlow made = new DatagramFlow(
                    responder, ctx.channel().eventLoop(), name, letter.from(), addressed -> send(ctx, addressed));
            responder.datagramFlows().add(name, made);
            return made;
        });
        responder
                .log()
                .ordered(
                        letter.from(),
                        Long.toHexString(order.flow()),
                        order.deed() + " "
                                + Durations.print(Duration.ofNanos(
                                        order.deed() == Deed.BEAT ? order.periodNs() : order.delayNs())));
        flow.take(order, letter.from(), letter.paidBytes() - usedBytes);
    }

    private Optional<Refused> refusal(Order order, int paidBytes) {
        Duration longest = responder.settings().maxDelay();
        boolean beats = order.beats() > 0;
        if (isBeyond(order.delayNs(), longest) || (beats && isBeyond(order.periodNs(), longest))) {
            return Optional.of(
                    new Refused(order.nonce(), Reason.DELAY, longest.toNanos(), "it is longer than --max-delay"));
        }
        if (beats && order.periodNs() < Limits.RESPONDER_SHORTEST_BEAT.toNanos()) {
            return Optional.of(new Refused(
                    order.nonce(), Reason.PERIOD, Limits.RESPONDER_SHORTEST_BEAT.toNanos(), "the period is too short"));
        }
        int priceBytes = order.deed() == Deed.PUSH ? Datagrams.priceOf(order) : 0;
        return paidBytes < priceBytes
                ? Optional.of(new Refused(order.nonce(), Reason.UNPAID, priceBytes, "too short for what it orders"))
                : Optional.empty();
    }

    private static boolean isBeyond(long ns, Duration longest) {
        return ns < 0 || ns > longest.toNanos();
    }

    // ---- answers -------------------------------------------------------------------------------------------------

    private static int answer(ChannelHandlerContext ctx, Letter letter, Datagram.Reply reply) {
        return send(ctx, new Addressed(reply, letter.from(), letter.paidBytes()));
    }

    /** How many bytes that took: none where it would be more than it may. */
    private static int send(ChannelHandlerContext ctx, Addressed addressed) {
        ByteBuf bytes = ctx.alloc().buffer(Datagrams.LONGEST);
        Datagrams.encode(addressed.reply(), bytes);
        int sentBytes = Datagrams.sentFor(bytes.readableBytes());
        if (sentBytes > addressed.mostBytes()) {
            bytes.release();
            return 0;
        }
        ctx.writeAndFlush(new DatagramPacket(bytes, addressed.to()), ctx.voidPromise());
        return sentBytes;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        responder.datagramFlows().endAll();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
        // An ICMP error of somebody who is gone, or a full queue: what is not sent is lost, as datagrams are.
    }
}
