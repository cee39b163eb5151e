package hbprobe.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Counts the datagrams of a connected UDP socket, which its kernel does not do. Used on the event loop only. */
public final class Tally extends ChannelDuplexHandler {
    private static final int IPV4_AND_UDP_BYTES = 28;
    private static final int IPV6_AND_UDP_BYTES = 48;

    private final int headerBytes;
    private long packets;
    private long bytes;

    /** @param remote whose family decides how long a header is */
    public Tally(InetSocketAddress remote) {
        this.headerBytes = remote.getAddress() instanceof Inet6Address ? IPV6_AND_UDP_BYTES : IPV4_AND_UDP_BYTES;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof DatagramPacket packet) {
            count(packet.content());
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf content) {
            count(content);
        }
        ctx.write(message, promise);
    }

    private void count(ByteBuf content) {
        packets++;
        bytes += headerBytes + content.readableBytes();
    }

    /** Both ways. */
    public long packets() {
        return packets;
    }

    /** Both ways, with the headers of IP and UDP. */
    public long bytes() {
        return bytes;
    }
}
