package hbprobe.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A simulated UDP socket. */
final class SimDatagramChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(true);

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final InetSocketAddress local;
    private final @Nullable InetSocketAddress remote;
    private final Wire wire;
    private final Runnable onClosed;
    private boolean active;
    private boolean closed;

    /** Where what is sent goes. */
    interface Wire {
        void send(byte[] data, InetSocketAddress to);
    }

    /** @param remote that it is connected to; null for a socket that takes what comes from anywhere */
    SimDatagramChannel(InetSocketAddress local, @Nullable InetSocketAddress remote, Wire wire, Runnable onClosed) {
        super(null);
        this.local = local;
        this.remote = remote;
        this.wire = wire;
        this.onClosed = onClosed;
        this.active = remote == null;
        config.setAllocator(UnpooledByteBufAllocator.DEFAULT);
    }

    void receive(byte[] data, InetSocketAddress from) {
        if (isActive() && isRegistered()) {
            pipeline().fireChannelRead(new DatagramPacket(Unpooled.wrappedBuffer(data), local, from));
            pipeline().fireChannelReadComplete();
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
                active = true;
                promise.setSuccess();
                pipeline().fireChannelActive();
            }
        };
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        for (Object message = out.current(); message != null; message = out.current()) {
            if (message instanceof DatagramPacket packet) {
                wire.send(bytes(packet.content()), packet.recipient());
            } else if (remote != null) {
                wire.send(bytes((ByteBuf) message), remote);
            }
            out.remove();
        }
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] data = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), data);
        return data;
    }

    @Override
    protected void doClose() {
        if (!closed) {
            closed = true;
            onClosed.run();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isActive() {
        return active && !closed;
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
    protected @Nullable SocketAddress remoteAddress0() {
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
