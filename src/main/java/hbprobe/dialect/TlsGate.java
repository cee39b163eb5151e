package hbprobe.dialect;

import hbprobe.net.TlsFailure;
import hbprobe.net.TlsSetup;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;

/** Lets the handlers above see a connection when its TLS handshake is done, as if it had been opened only then. */
final class TlsGate extends ChannelInboundHandlerAdapter {
    private boolean open;

    /** Puts TLS at the beginning of a pipeline, before it is connected. */
    static void install(ChannelPipeline pipeline, TlsSetup tls, String host, int port, List<String> protocols) {
        SslHandler handler = tls.towards(pipeline.channel().alloc(), host, port, protocols);
        pipeline.addLast(handler, new TlsGate());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        // Not yet: userEventTriggered tells when.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done && !open) {
            if (done.isSuccess()) {
                open = true;
                ctx.fireChannelActive();
            } else {
                ctx.fireExceptionCaught(new RefusedException(TlsFailure.problem(done.cause())));
            }
        }
        ctx.fireUserEventTriggered(event);
    }
}
