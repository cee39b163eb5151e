package hbprobe.dialect;

import hbprobe.model.Problem;
import hbprobe.net.TlsFailure;
import hbprobe.net.TlsSetup;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;
import java.util.Optional;

/** Lets the handlers above see a connection when its TLS handshake is done, as if it had been opened only then. */
final class TlsGate extends ChannelInboundHandlerAdapter {
    private final TlsSetup tls;
    private final SslHandler handler;
    private boolean open;

    private TlsGate(TlsSetup tls, SslHandler handler) {
        this.tls = tls;
        this.handler = handler;
    }

    /** Puts TLS at the beginning of a pipeline, before it is connected. */
    static void install(ChannelPipeline pipeline, TlsSetup tls, String host, int port, List<String> protocols) {
        SslHandler handler = tls.towards(pipeline.channel().alloc(), host, port, protocols);
        pipeline.addLast(handler, new TlsGate(tls, handler));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        // Not yet: userEventTriggered tells when.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done && !open) {
            Optional<Problem> objection = done.isSuccess()
                    ? tls.objection(handler.engine().getSession())
                    : Optional.of(TlsFailure.problem(done.cause()));
            if (objection.isPresent()) {
                ctx.fireExceptionCaught(new RefusedException(objection.get()));
            } else {
                open = true;
                ctx.fireChannelActive();
            }
        }
        ctx.fireUserEventTriggered(event);
    }
}
