package hbprobe.responder;

import hbprobe.model.Limits;
import hbprobe.net.TlsSetup;
import hbprobe.wire.FrameDecoder;
import hbprobe.wire.FrameEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.Optional;

/** Tells TLS, hbprobe's frames and plain bytes by the first of them, then gives way to the handler for it. */
final class Recogniser extends ByteToMessageDecoder {
    /** The content type of a handshake, with which every TLS client begins (RFC 8446, 5.1). */
    private static final int TLS_HANDSHAKE = 22;

    private final Responder responder;

    Recogniser(Responder responder) {
        this.responder = responder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        // For those who never say anything: the handlers that come after this one have watches of their own.
        new Reaper(responder.settings().maxDelay(), ctx::close).start(ctx);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        Optional<TlsSetup> tls = responder.settings().tls();
        boolean underTls = ctx.pipeline().get(SslHandler.class) != null;
        if (tls.isPresent() && !underTls && in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE) {
            ctx.pipeline().addLast(tls.get().from(ctx.alloc()), new Recogniser(responder));
        } else if (!FrameDecoder.mayBeFrame(in)) {
            ctx.pipeline().addLast(new PlainEcho(responder));
        } else if (in.readableBytes() >= Integer.BYTES) {
            ctx.pipeline()
                    .addLast(new FrameDecoder(Limits.MAX_FRAME_BYTES), FrameEncoder.INSTANCE, new FrameFlow(responder));
        } else {
            return; // fewer bytes than the magic has, all of them right so far
        }
        // What has arrived goes on to the handlers just added.
        ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
        if (ctx.pipeline().last() == this) {
            ctx.close(); // a connection that broke before it said anything
        } else {
            ctx.fireExceptionCaught(error);
        }
    }
}
