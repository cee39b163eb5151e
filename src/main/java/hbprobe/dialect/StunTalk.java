package hbprobe.dialect;

import hbprobe.runtime.Host;
import hbprobe.wire.Stun;
import hbprobe.wire.StunAttribute.Change;
import hbprobe.wire.StunAttribute.Changed;
import hbprobe.wire.StunAttribute.Mapped;
import hbprobe.wire.StunAttribute.Other;
import hbprobe.wire.StunAttribute.Refusal;
import hbprobe.wire.StunAttribute.Software;
import hbprobe.wire.StunAttribute.XorMapped;
import hbprobe.wire.StunId;
import hbprobe.wire.StunMessage;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Binding requests from several sockets, and what comes of them. Each request has an identifier of 96 bits that nobody
 * can guess, and whatever does not repeat one is passed over. Used on the event loop only.
 */
public final class StunTalk {
    private final Map<Integer, StunId> ids = new HashMap<>();
    private final Map<StunId, Integer> numbers = new HashMap<>();

    /** What reads a socket: the first and only handler of its pipeline. */
    public ChannelHandler handler(StunListener listener) {
        return new Handler(listener);
    }

    /**
     * Sends a request; the same one again if its number was used before.
     *
     * @param socket open
     * @param changeAddress whether the answer is wanted from the server's other address
     * @param changePort whether it is wanted from its other port
     */
    public void ask(Channel socket, int request, InetSocketAddress to, boolean changeAddress, boolean changePort) {
        StunId id = ids.computeIfAbsent(request, number -> StunId.modern(Host.unguessable(), Host.unguessable()));
        numbers.put(id, request);
        StunMessage message = changeAddress || changePort
                ? StunMessage.request(id, new Change(changeAddress, changePort))
                : StunMessage.request(id);
        socket.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(Stun.encode(message)), to));
    }

    private final class Handler extends SimpleChannelInboundHandler<DatagramPacket> {
        private final StunListener listener;

        Handler(StunListener listener) {
            this.listener = listener;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            Optional<StunMessage> read = Stun.decode(ByteBufUtil.getBytes(packet.content()));
            if (read.isEmpty()) {
                return;
            }
            StunMessage message = read.get();
            Integer request = numbers.get(message.id());
            if (request == null) {
                return;
            }
            switch (message.kind()) {
                case REQUEST -> listener.onLooped(request, packet.sender());
                case SUCCESS -> answer(message).ifPresent(its -> listener.onAnswer(request, packet.sender(), its));
                case ERROR ->
                    message.first(Refusal.class)
                            .ifPresent(refusal -> listener.onRefused(request, refusal.code(), refusal.reason()));
                case INDICATION -> {}
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
            listener.onIcmp(error);
        }
    }

    /** Empty where it lacks the one thing that it is for. */
    private static Optional<StunListener.Answer> answer(StunMessage message) {
        Optional<InetSocketAddress> clear = message.first(Mapped.class).map(Mapped::address);
        Optional<InetSocketAddress> hidden = message.first(XorMapped.class).map(XorMapped::address);
        return hidden.or(() -> clear)
                .map(mapped -> new StunListener.Answer(
                        mapped,
                        message.first(Other.class)
                                .map(Other::address)
                                .or(() -> message.first(Changed.class).map(Changed::address)),
                        message.first(Software.class).map(Software::text),
                        hidden.isPresent() && clear.isPresent() && !hidden.equals(clear)));
    }
}
