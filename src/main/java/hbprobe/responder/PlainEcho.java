package hbprobe.responder;

import hbprobe.net.Closing;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** Sends back what it gets (RFC 862), for {@code nc} and for echo probers; a slow reader is not read from meanwhile. */
final class PlainEcho extends ChannelInboundHandlerAdapter {
    private final Responder responder;
    private @Nullable Reaper reaper;

    PlainEcho(Responder responder) {
        this.responder = responder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        reaper = new Reaper(responder.settings().maxDelay(), ctx::close);
        reaper.start(ctx);
        responder.log().greeted(ctx.channel(), null, "plain bytes");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (reaper != null) {
            reaper.heard(ctx);
        }
        ctx.write(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        responder.log().ended(ctx.channel(), null, "closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
        responder.log().ended(ctx.channel(), null, Closing.of(error).name());
        ctx.close();
    }
}
