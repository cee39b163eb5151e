package hbprobe.dialect;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Remembers how the far end began, for the case that a codec can make nothing of it. */
final class FirstWords extends ChannelInboundHandlerAdapter {
    /** Content types of TLS records (RFC 8446, 5.1) that a server may begin with: an alert, a handshake. */
    private static final int ALERT = 0x15;

    private static final int HANDSHAKE = 0x16;

    private String words = "";
    private boolean tls;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf in && in.isReadable()) {
            int type = in.getUnsignedByte(in.readerIndex());
            tls = (type == ALERT || type == HANDSHAKE)
                    && in.readableBytes() > 1
                    && in.getUnsignedByte(in.readerIndex() + 1) == 3;
            words = Sayings.printable(in);
            ctx.pipeline().remove(this);
        }
        ctx.fireChannelRead(message);
    }

    /** Tells that they are no protocol of that talk's. */
    void disown(ServerTalk<?> talk, String protocol, String schemeWithTls) {
        if (tls) {
            talk.refuse("not-" + protocol, "the far end speaks TLS on this port; try " + schemeWithTls + "://");
        } else {
            talk.notSpoken(words);
        }
    }
}
