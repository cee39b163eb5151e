package hbprobe.responder;

import hbprobe.net.Addresses;
import hbprobe.wire.Frame;
import hbprobe.wire.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** First in each pipeline: counts connections and turns away those past a limit, telling which one. */
final class Admission extends ChannelInboundHandlerAdapter {
    /** How long a refused client has to read why: closing with its hello unread would send RST and lose the words. */
    private static final long LINGER_MS = 1_000;

    private final Responder responder;
    private boolean admitted;
    private InetAddress address = InetAddress.getLoopbackAddress();

    Admission(Responder responder) {
        this.responder = responder;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        InetSocketAddress remote = (InetSocketAddress) ctx.channel().remoteAddress();
        address = remote.getAddress();
        Optional<Frame.Refused> refusal = refusal();
        if (refusal.isPresent()) {
            turnAway(ctx, refusal.get());
            return;
        }
        admitted = true;
        responder.flows().admit(address);
        responder.log().opened(ctx.channel());
        ctx.fireChannelActive();
    }

    private Optional<Frame.Refused> refusal() {
        ResponderSettings settings = responder.settings();
        if (responder.flows().held() >= settings.maxFlows()) {
            return Optional.of(new Frame.Refused(
                    0,
                    Frame.Reason.FLOWS,
                    settings.maxFlows(),
                    "this responder holds at most " + settings.maxFlows() + " flows (--max-flows)"));
        }
        if (responder.flows().heldFor(address) >= settings.maxFlowsPerAddress()) {
            return Optional.of(new Frame.Refused(
                    0,
                    Frame.Reason.FLOWS_PER_ADDRESS,
                    settings.maxFlowsPerAddress(),
                    "this responder holds at most " + settings.maxFlowsPerAddress() + " flows of "
                            + Addresses.print(address) + " (--max-flows-per-address)"));
        }
        return Optional.empty();
    }

    private void turnAway(ChannelHandlerContext ctx, Frame.Refused refusal) {
        responder.log().refused(ctx.channel().remoteAddress(), refusal.text());
        ByteBuf bytes = ctx.alloc().buffer();
        Frames.encode(refusal, bytes);
        ctx.writeAndFlush(bytes).addListener(done -> ((DuplexChannel) ctx.channel()).shutdownOutput());
        ctx.executor().schedule(() -> ctx.close(), LINGER_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (admitted) {
            ctx.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (admitted) {
            responder.flows().release(address);
            ctx.fireChannelInactive();
            responder.oneIsGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
        if (admitted) {
            ctx.fireExceptionCaught(error);
        } else {
            ctx.close();
        }
    }
}
