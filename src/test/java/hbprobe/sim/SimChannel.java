package hbprobe.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A channel above one end of a simulated connection. */
final class SimChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final SimTcp tcp;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Runnable onClosed;
    private @Nullable ChannelPromise connecting;
    private @Nullable EventLoop accepting;
    private boolean established;
    private boolean closed;
    private boolean resetOnClose;

    SimChannel(SimTcp tcp, InetSocketAddress local, InetSocketAddress remote, Runnable onClosed) {
        super(null);
        this.tcp = tcp;
        this.local = local;
        this.remote = remote;
        this.onClosed = onClosed;
        config.setAllocator(UnpooledByteBufAllocator.DEFAULT);
        tcp.belongTo(new Upwards());
    }

    SimTcp tcp() {
        return tcp;
    }

    /** As an accepted connection: its program hears of it once the handshake is done. */
    void registerWhenEstablished(EventLoop loop) {
        accepting = loop;
    }

    void resetOnClose() {
        resetOnClose = true;
    }

    /** The handshake took too long. */
    void giveUpConnecting() {
        fail(new ConnectTimeoutException("connection timed out: " + remote));
    }

    private void fail(IOException why) {
        ChannelPromise promise = connecting;
        connecting = null;
        if (promise != null) {
            promise.tryFailure(why);
            unsafe().close(voidPromise());
        }
    }

    /** What the kernel tells of the connection becomes what Netty tells of a channel. */
    private final class Upwards implements SimTcp.User {
        @Override
        public void established() {
            established = true;
            if (accepting != null) {
                accepting.register(SimChannel.this); // which tells the pipeline that it is active
                return;
            }
            ChannelPromise promise = connecting;
            connecting = null;
            if (promise != null && promise.trySuccess()) {
                pipeline().fireChannelActive();
            }
        }

        @Override
        public void received(byte[] data) {
            pipeline().fireChannelRead(Unpooled.wrappedBuffer(data));
            pipeline().fireChannelReadComplete();
        }

        @Override
        public void finished() {
            if (isRegistered()) {
                unsafe().close(voidPromise());
            }
        }

        @Override
        public void broken(IOException why) {
            if (connecting != null) {
                fail(why);
            } else if (isRegistered()) {
                pipeline().fireExceptionCaught(why);
                unsafe().close(voidPromise());
            }
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
                connecting = promise;
                tcp.connect();
            }
        };
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        for (Object message = out.current(); message != null; message = out.current()) {
            ByteBuf buffer = (ByteBuf) message;
            byte[] data = new byte[buffer.readableBytes()];
            buffer.readBytes(data);
            tcp.write(data);
            out.remove();
        }
    }

    @Override
    protected void doClose() {
        if (!closed) {
            closed = true;
            if (resetOnClose) {
                tcp.reset();
            } else {
                tcp.close();
            }
            onClosed.run();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isActive() {
        return established && !closed; // until it is closed up here, whatever has become of it below
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return local;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return remote;
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("a simulated channel is bound from the start");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBeginRead() {
        // Whatever arrives is read at once.
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }
}
