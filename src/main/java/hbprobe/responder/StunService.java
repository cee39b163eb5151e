package hbprobe.responder;

import hbprobe.net.Addresses;
import hbprobe.net.HostNetwork;
import hbprobe.responder.StunAnswers.Place;
import hbprobe.responder.StunAnswers.Reply;
import hbprobe.wire.Stun;
import hbprobe.wire.StunId;
import hbprobe.wire.StunMessage;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Binding requests answered: what {@code hbprobe nat} asks (RFC 8489, RFC 5780; also clients of RFC 3489).
 * Where two addresses of one family are listened on, the answers can come from another address and another port. An
 * answer is longer than its request, so this is off unless asked for, and its rate is bounded; what is no Binding
 * request is dropped in silence.
 */
public final class StunService implements AutoCloseable {
    /** RFC 8489, section 18.5. */
    public static final int PORT = 3478;

    /** RFC 5780 leaves it open; servers take the next one. */
    public static final int OTHER_PORT = 3479;

    private static final int HEADERS_V4 = 28;
    private static final int HEADERS_V6 = 48;

    private final EventLoop loop;
    private final StunBudget budget;
    private final Map<InetSocketAddress, Channel> sockets = new ConcurrentHashMap<>();
    private final List<Place> places;

    private StunService(EventLoop loop, List<Place> places) {
        this.loop = loop;
        this.budget = new StunBudget(loop.ticker().nanoTime());
        this.places = places;
    }

    /**
     * Starts to listen.
     *
     * @param listen addresses; empty for all that this host has now, without the other address that behaviour discovery
     *     needs
     * @throws IOException when one can't be listened on; the message names it
     */
    public static StunService start(List<InetAddress> listen, HostNetwork network) throws IOException {
        StunService service = new StunService(network.loop(), listen.isEmpty() ? everywhere() : places(listen));
        try {
            for (Place place : service.places) {
                service.open(place, network);
            }
        } catch (IOException e) {
            service.close();
            throw e;
        }
        return service;
    }

    /**
     * A socket for each address and not one for all: an answer must come from the address that was asked, and of a
     * socket for all the kernel chooses it.
     */
    private static List<Place> everywhere() throws IOException {
        List<Place> places = new ArrayList<>();
        for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address : device.inetAddresses().toList()) {
                if (!address.isLinkLocalAddress()) {
                    InetAddress withoutZone = InetAddress.getByAddress(address.getAddress());
                    places.add(new Place(new InetSocketAddress(withoutZone, PORT), Optional.empty()));
                }
            }
        }
        return places;
    }

    /** The first two addresses of a family are each other's other one. */
    static List<Place> places(List<InetAddress> listen) {
        List<Place> places = new ArrayList<>();
        for (boolean isV6 : new boolean[] {false, true}) {
            List<InetAddress> family = listen.stream()
                    .distinct()
                    .filter(address -> address instanceof Inet6Address == isV6)
                    .toList();
            boolean isPaired = family.size() >= 2 && family.stream().noneMatch(InetAddress::isAnyLocalAddress);
            for (int i = 0; i < family.size(); i++) {
                InetSocketAddress here = new InetSocketAddress(family.get(i), PORT);
                if (isPaired && i < 2) {
                    InetAddress other = family.get(1 - i);
                    places.add(new Place(here, Optional.of(new InetSocketAddress(other, OTHER_PORT))));
                    places.add(new Place(
                            new InetSocketAddress(family.get(i), OTHER_PORT),
                            Optional.of(new InetSocketAddress(other, PORT))));
                } else {
                    places.add(new Place(here, Optional.empty()));
                }
            }
        }
        return places;
    }

    private void open(Place place, HostNetwork network) throws IOException {
        ChannelFuture binding =
                network.bindDatagrams(place.here(), new Handler(place)).awaitUninterruptibly();
        Throwable error = binding.cause();
        if (error != null) {
            String text = String.valueOf(error.getMessage());
            throw new IOException(
                    "listen on " + Addresses.print(place.here()) + " for STUN: "
                            + (text.contains("Address already in use") ? "another program listens there" : text),
                    error);
        }
        sockets.put(place.here(), binding.channel());
    }

    /** Where it listens. */
    public List<SocketAddress> addresses() {
        return places.stream().<SocketAddress>map(Place::here).toList();
    }

    /** Every limit in force, as one line for each. */
    public List<String> limits() {
        return List.of(
                "STUN answers up to " + StunBudget.ADDRESS_PER_SECOND + " a second to one address (at once "
                        + StunBudget.ADDRESS_BURST + "), " + StunBudget.ALL_PER_SECOND + " to all",
                factor());
    }

    /** The worst of all sockets, of the shortest request and the answer that it would have. */
    private String factor() {
        double ofPayload = 0;
        double onTheWire = 0;
        for (Place place : places) {
            StunMessage request = StunMessage.request(StunId.modern(0, 0));
            int asked = Stun.encode(request).length;
            int answered = StunAnswers.to(request, place.here(), place)
                    .map(reply -> Stun.encode(reply.message()).length)
                    .orElse(0);
            int headers = place.here().getAddress() instanceof Inet6Address ? HEADERS_V6 : HEADERS_V4;
            ofPayload = Math.max(ofPayload, answered / (double) asked);
            onTheWire = Math.max(onTheWire, (headers + answered) / (double) (headers + asked));
        }
        return String.format(
                Locale.ROOT,
                "STUN answers are up to %.1f times as long as their requests, %.1f times with headers",
                ofPayload,
                onTheWire);
    }

    /** Stops listening. May be called from any thread, more than once. */
    @Override
    public void close() {
        sockets.values().forEach(Channel::close);
    }

    private final class Handler extends SimpleChannelInboundHandler<DatagramPacket> {
        private final Place place;

        Handler(Place place) {
            this.place = place;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            InetSocketAddress client = packet.sender();
            Optional<Reply> reply = Stun.decode(ByteBufUtil.getBytes(packet.content()))
                    .flatMap(request -> StunAnswers.to(request, client, place));
            // Port 0 can't be sent to; the others only ask this responder to talk to itself.
            if (reply.isEmpty()
                    || client.getPort() == 0
                    || sockets.containsKey(client)
                    || !budget.allows(client.getAddress(), loop.ticker().nanoTime())) {
                return;
            }
            Channel from = sockets.getOrDefault(reply.get().from(), context.channel());
            from.writeAndFlush(new DatagramPacket(
                    Unpooled.wrappedBuffer(Stun.encode(reply.get().message())), client));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
            // An ICMP error of an answer that found nobody: the next request is none the worse for it.
        }
    }
}
