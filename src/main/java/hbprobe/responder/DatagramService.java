package hbprobe.responder;

import hbprobe.model.Durations;
import hbprobe.model.Limits;
import hbprobe.net.Addresses;
import hbprobe.responder.DatagramFlows.Past;
import hbprobe.wire.BadFrameException;
import hbprobe.wire.Datagram;
import hbprobe.wire.Datagram.Accepted;
import hbprobe.wire.Datagram.Ask;
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
import hbprobe.wire.FrameDecoder;
import hbprobe.wire.Proof;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The responder over UDP, for all of its sockets. What is no request is dropped without a word; a hello gets a cookie;
 * everything else is done only for an address that shows a cookie of its own. Used on the event loop only.
 */
@Sharable
final class DatagramService extends SimpleChannelInboundHandler<DatagramPacket> {
    private final Responder responder;
    private final ResponderSettings settings;
    private final Ticker ticker;
    private final Cookies cookies;
    private final DatagramFlows flows;
    private final Allowance stranger;
    private final Allowance strangers;
    private final Allowance client;
    private final Allowance clients;
    private final Allowance refusals;

    DatagramService(Responder responder, EventLoop loop) {
        this.responder = responder;
        this.settings = responder.settings();
        this.ticker = loop.ticker();
        long nowNs = ticker.nanoTime();
        this.cookies = new Cookies(nowNs);
        this.flows = new DatagramFlows(responder, loop);
        this.stranger = Allowance.each(Limits.RESPONDER_STRANGERS_PER_SECOND, nowNs);
        this.strangers = Allowance.all(Limits.RESPONDER_STRANGERS_PER_SECOND_OF_ALL, nowNs);
        this.client = Allowance.each(Limits.RESPONDER_DATAGRAMS_PER_SECOND, nowNs);
        this.clients = Allowance.all(Limits.RESPONDER_DATAGRAMS_PER_SECOND_OF_ALL, nowNs);
        this.refusals = Allowance.each(Limits.RESPONDER_REFUSALS_PER_SECOND, nowNs);
    }

    /** A datagram that was understood, from whom, and what it pays for. */
    private record Arrival(InetSocketAddress from, int bytes, long network, long nowNs, Prepaid paid) {}

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
        int bytes = Datagrams.sentFor(packet.content().readableBytes());
        if (!FrameDecoder.mayBeFrame(packet.content())) {
            return;
        }
        Datagram datagram;
        try {
            datagram = Datagrams.decode(packet.content());
        } catch (BadFrameException e) {
            return; // an answer would be one more packet for whoever's address that is
        }
        InetSocketAddress from = packet.sender();
        Arrival arrival = new Arrival(
                from, bytes, Addresses.network(from.getAddress()), ticker.nanoTime(), new Prepaid(ctx, from, bytes));
        if (datagram instanceof Hello hello) {
            onHello(hello, arrival);
        } else if (datagram instanceof Guarded request) {
            onGuarded(request, arrival);
        }
        // A reply is for nobody here. Not answering one ends what would else go to and fro between two responders.
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    private void onHello(Hello hello, Arrival arrival) {
        if (mayAnswerStranger(arrival)) {
            arrival.paid.answer(new Welcome(
                    hello.nonce(),
                    cookies.make(arrival.from.getAddress(), arrival.nowNs),
                    Cookies.GOOD_FOR_NS,
                    responder.instance(),
                    settings.maxDelay().toNanos(),
                    settings.token().isPresent(),
                    Addresses.print(arrival.from)));
        }
    }

    private boolean mayAnswerStranger(Arrival arrival) {
        return stranger.take(arrival.network, arrival.nowNs) && strangers.take(0, arrival.nowNs);
    }

    private void onGuarded(Guarded request, Arrival arrival) {
        if (!cookies.holds(request.credential().cookie(), arrival.from.getAddress(), arrival.nowNs)) {
            if (mayAnswerStranger(arrival)) {
                answer(
                        new Refused(request.nonce(), Reason.COOKIE, 0, "no cookie of this address, or an old one"),
                        arrival);
            }
        } else if (!client.take(arrival.network, arrival.nowNs) || !clients.take(0, arrival.nowNs)) {
            refuse(
                    request,
                    arrival,
                    Reason.RATE,
                    Limits.RESPONDER_DATAGRAMS_PER_SECOND,
                    "at most " + Limits.RESPONDER_DATAGRAMS_PER_SECOND + " requests a second");
        } else if (!hasProof(request)) {
            refuse(request, arrival, Reason.TOKEN, 0, "the token is missing or wrong");
        } else {
            obey(request, arrival);
        }
    }

    private boolean hasProof(Guarded request) {
        Optional<String> token = settings.token();
        return token.isEmpty()
                || Proof.holds(
                        token.get(),
                        request.credential().cookie(),
                        request.credential().proof());
    }

    private void obey(Guarded request, Arrival arrival) {
        if (request instanceof Echo echo) {
            if (!isMuted(nameOf(echo.flow(), arrival))) {
                answer(new Echoed(echo.nonce(), Addresses.print(arrival.from)), arrival);
            }
        } else if (request instanceof Pulse pulse) {
            DatagramFlow flow = flows.find(nameOf(pulse.flow(), arrival));
            if (flow != null) {
                flow.onPulse(arrival.from, arrival.bytes);
            }
        } else if (request instanceof Ask ask) {
            answer(report(ask, nameOf(ask.flow(), arrival)), arrival);
        } else if (request instanceof Order order) {
            onOrder(order, nameOf(order.flow(), arrival), arrival);
        }
    }

    private static FlowName nameOf(long flow, Arrival arrival) {
        return new FlowName(flow, arrival.from.getAddress());
    }

    private boolean isMuted(FlowName name) {
        DatagramFlow flow = flows.find(name);
        return flow != null && flow.isMuted();
    }

    private Report report(Ask ask, FlowName name) {
        return flows.past(name)
                .map(past -> known(ask, past))
                .orElseGet(() -> new Report(ask.nonce(), ask.flow(), false, 0, 0, 0, ""));
    }

    private static Report known(Ask ask, Past past) {
        return new Report(
                ask.nonce(),
                ask.flow(),
                true,
                past.pushes(),
                past.firstAfterNs(),
                past.lastAfterNs(),
                Addresses.print(past.from()));
    }

    // ---- orders --------------------------------------------------------------------------------------------------

    private void onOrder(Order order, FlowName name, Arrival arrival) {
        DatagramFlow known = flows.find(name);
        if (order.deed() == Deed.CANCEL) {
            accept(order, arrival);
            if (known != null) {
                known.onOrder(order, arrival.paid);
            }
            return;
        }
        if (known != null && known.isMuted() && order.deed() != Deed.MUTE) {
            return; // the order says: answer nothing
        }
        Refused refusal = known == null ? refusalOfFlow(order, name) : null;
        if (refusal == null) {
            refusal = refusalOf(order, arrival);
        }
        if (refusal != null) {
            refuse(order, arrival, refusal.reason(), refusal.limit(), refusal.text());
            return;
        }
        accept(order, arrival);
        DatagramFlow flow = flows.open(name, arrival.from);
        if (!flow.obeys(order)) {
            responder.log().ordered(arrival.from, name.print(), "%s %s".formatted(order.deed(), lengthOf(order)));
        }
        flow.onOrder(order, arrival.paid);
    }

    private static String lengthOf(Order order) {
        long ns = order.deed() == Deed.BEAT ? order.periodNs() : order.delayNs();
        return Durations.print(Duration.ofNanos(ns));
    }

    private static void accept(Order order, Arrival arrival) {
        if (!order.quiet()) {
            arrival.paid.answer(new Accepted(order.nonce()));
        }
    }

    private @Nullable Refused refusalOfFlow(Order order, FlowName name) {
        if (responder.flows().held() >= settings.maxFlows()) {
            return new Refused(
                    order.nonce(),
                    Reason.FLOWS,
                    settings.maxFlows(),
                    "holds at most " + settings.maxFlows() + " flows (--max-flows)");
        }
        if (responder.flows().heldFor(name.address()) >= settings.maxFlowsPerAddress()) {
            return new Refused(
                    order.nonce(),
                    Reason.FLOWS_PER_ADDRESS,
                    settings.maxFlowsPerAddress(),
                    "at most " + settings.maxFlowsPerAddress() + " (--max-flows-per-address)");
        }
        return null;
    }

    private @Nullable Refused refusalOf(Order order, Arrival arrival) {
        long longestNs = settings.maxDelay().toNanos();
        boolean beats = order.deed() == Deed.BEAT || order.beats() > 0;
        if (order.delayNs() < 0 || order.delayNs() > longestNs || (beats && order.periodNs() > longestNs)) {
            return new Refused(
                    order.nonce(),
                    Reason.DELAY,
                    longestNs,
                    "waits at most " + Durations.print(settings.maxDelay()) + " (--max-delay)");
        }
        if (beats && order.periodNs() < Limits.RESPONDER_SHORTEST_BEAT.toNanos()) {
            return new Refused(
                    order.nonce(),
                    Reason.PERIOD,
                    Limits.RESPONDER_SHORTEST_BEAT.toNanos(),
                    "a beat comes at most every " + Durations.print(Limits.RESPONDER_SHORTEST_BEAT));
        }
        int cost = order.deed() == Deed.PUSH ? Datagrams.priceOf(order) : 0;
        return arrival.paid.covers(cost)
                ? null
                : new Refused(order.nonce(), Reason.UNPAID, cost, "its answers take " + cost + " bytes");
    }

    // ---- answers -------------------------------------------------------------------------------------------------

    private void refuse(Guarded request, Arrival arrival, Reason reason, long limit, String text) {
        if (refusals.take(arrival.network, arrival.nowNs)) {
            responder.log().refused(arrival.from, text);
            answer(new Refused(request.nonce(), reason, limit, text), arrival);
        }
    }

    /** A refusal that isn't paid for does without its text, or isn't sent. */
    private static void answer(Datagram.Reply reply, Arrival arrival) {
        if (!arrival.paid.answer(reply) && reply instanceof Refused refused) {
            arrival.paid.answer(new Refused(refused.nonce(), refused.reason(), refused.limit(), ""));
        }
    }
}
