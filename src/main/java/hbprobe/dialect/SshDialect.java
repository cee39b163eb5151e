package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.net.KernelView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * SSH before anybody logs in: the server names itself (RFC 4253, 4.2), then nothing is ever written, for the protocol
 * has no ping before authentication. Liveness is read from the kernel's keepalive, as with {@link TcpDialect}.
 */
public final class SshDialect implements Dialect {
    /** OpenSSH begins to drop connections at random when ten of them have not logged in (MaxStartups 10:30:100). */
    private static final int FLOWS = 8;

    /** RFC 4253 (4.2): with carriage return and line feed a line has at most 255 bytes. */
    private static final int LONGEST_LINE = 255;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);

    private static final byte[] BANNER = "SSH-".getBytes(StandardCharsets.US_ASCII);

    private static final String BEFORE_LOGIN =
            "nobody logged in: a close by the server is most likely its limit for clients that don't"
                    + " (LoginGraceTime, two minutes with OpenSSH), not for those that fall idle";

    private final TcpDialect silent = new TcpDialect();

    @Override
    public String name() {
        return "ssh";
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        Abilities ofSilence = silent.abilities(seesSegments);
        return ofSilence.withFlows(FLOWS, List.of(OneSided.CLIENT_SPOKE_FIRST, BEFORE_LOGIN));
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        Conversation talk = silent.converse(priming, kernel, listener);
        return new Conversation() {
            @Override
            public ChannelHandler handler() {
                return new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new BannerGate(kernel), talk.handler());
                    }
                };
            }

            @Override
            public void speak() {
                talk.speak();
            }

            @Override
            public void ask(long farName) {
                talk.ask(farName);
            }

            @Override
            public void leave() {
                talk.leave();
            }
        };
    }

    /** Lets the handlers above see a connection when the server has named itself. */
    private static final class BannerGate extends ChannelInboundHandlerAdapter {
        private final KernelView kernel;
        private final ByteBuf heard = Unpooled.buffer(0, 4 * LONGEST_LINE);
        private boolean open;

        BannerGate(KernelView kernel) {
            this.kernel = kernel;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.executor().schedule(() -> giveUp(ctx), PATIENCE_NS, TimeUnit.NANOSECONDS);
        }

        private void giveUp(ChannelHandlerContext ctx) {
            if (!open && ctx.channel().isActive()) {
                refuse(ctx, "nothing");
            }
        }

        private static void refuse(ChannelHandlerContext ctx, String heard) {
            ctx.fireExceptionCaught(new RefusedException(FlowAdapter.notSpoken("ssh", heard)));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (open || !(message instanceof ByteBuf in)) {
                ctx.fireChannelRead(message);
                return;
            }
            heard.writeBytes(in, Math.min(in.readableBytes(), heard.maxWritableBytes()));
            in.release();
            int known = Math.min(heard.readableBytes(), BANNER.length);
            if (!heard.slice(0, known).equals(Unpooled.wrappedBuffer(BANNER, 0, known))) {
                refuse(ctx, Sayings.printable(heard));
            } else if (heard.indexOf(0, heard.writerIndex(), (byte) '\n') >= 0) {
                open = true;
                kernel.quickAck(ctx.channel());
                ctx.fireChannelActive();
            }
        }
    }
}
