package hbprobe.responder;

import hbprobe.wire.Datagram;
import hbprobe.wire.Datagrams;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a request has paid for: so many bytes, headers counted, to where it came from. The responder sends nothing over
 * UDP but through one of these, so that nobody can be sent more than came from its address.
 */
final class Prepaid {
    private final ChannelHandlerContext ctx;
    private final InetSocketAddress to;
    private int leftBytes;

    /** @param bytes of the request as it arrived, headers counted */
    Prepaid(ChannelHandlerContext ctx, InetSocketAddress to, int bytes) {
        this.ctx = ctx;
        this.to = to;
        this.leftBytes = bytes;
    }

    /** Where the request came from. */
    InetSocketAddress to() {
        return to;
    }

    boolean covers(int bytes) {
        return bytes <= leftBytes;
    }

    /** Another request of the same sender pays as well. */
    void add(int bytes, int atMost) {
        leftBytes = Math.min(atMost, leftBytes + bytes);
    }

    /** Sends a reply together with others of this moment; false when it isn't paid for, or the socket is full. */
    boolean answer(Datagram.Reply reply) {
        return write(reply) != null;
    }

    /**
     * Sends a reply at once; false when it isn't paid for, or the socket is full.
     *
     * @param sent told when the kernel has taken it
     */
    boolean send(Datagram.Reply reply, Runnable sent) {
        ChannelFuture writing = write(reply);
        if (writing == null) {
            return false;
        }
        ctx.flush();
        writing.addListener(done -> {
            if (done.isSuccess()) {
                sent.run();
            }
        });
        return true;
    }

    private @Nullable ChannelFuture write(Datagram.Reply reply) {
        ByteBuf bytes = ctx.alloc().buffer(Datagrams.LONGEST);
        Datagrams.encode(reply, bytes);
        int cost = Datagrams.sentFor(bytes.readableBytes());
        if (!covers(cost) || !ctx.channel().isWritable()) {
            bytes.release();
            return null;
        }
        leftBytes -= cost;
        return ctx.write(new DatagramPacket(bytes, to));
    }
}
