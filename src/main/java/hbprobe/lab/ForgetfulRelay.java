package hbprobe.lab;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A middlebox in this process, for machines that can't have a {@link Lab}: it relays bytes between a client and a
 * server, and once a flow was idle for the timeout it loses what the server sends, until the client speaks again. That
 * is what the most common NAT does, seen from its ends; but it terminates TCP, so its acknowledgements prove nothing.
 */
public final class ForgetfulRelay implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final InetSocketAddress server;
    private final long idleTimeoutNs;
    private final Channel listener;

    private ForgetfulRelay(InetSocketAddress server, Duration idleTimeout) {
        this.server = server;
        this.idleTimeoutNs = idleTimeout.toNanos();
        this.listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1_024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        connect(client);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    /** Relays from a loopback port to the server. */
    public static ForgetfulRelay to(InetSocketAddress server, Duration idleTimeout) {
        return new ForgetfulRelay(server, idleTimeout);
    }

    /** Where the client connects to. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    private void connect(Channel client) {
        Flow flow = new Flow(client);
        client.pipeline().addLast(flow.new FromClient());
        new Bootstrap()
                .group(client.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(flow.new FromServer())
                .connect(server)
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        flow.open(connected.channel());
                    } else {
                        client.close();
                    }
                });
    }

    /** Two connections and one timer. */
    private final class Flow {
        private final Channel client;
        private Channel far;
        private long lastSegmentNs;

        Flow(Channel client) {
            this.client = client;
            this.far = client; // until the server is connected nothing is read from either side
        }

        void open(Channel opened) {
            far = opened;
            refresh();
            client.config().setAutoRead(true);
            far.config().setAutoRead(true);
        }

        private void refresh() {
            lastSegmentNs = client.eventLoop().ticker().nanoTime();
        }

        private boolean hasExpired() {
            return client.eventLoop().ticker().nanoTime() - lastSegmentNs >= idleTimeoutNs;
        }

        private final class FromClient extends ChannelInboundHandlerAdapter {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                refresh();
                far.writeAndFlush(message);
            }

            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                far.close();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
                ctx.close();
            }
        }

        private final class FromServer extends ChannelInboundHandlerAdapter {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (hasExpired()) {
                    ReferenceCountUtil.release(message);
                } else {
                    refresh();
                    client.writeAndFlush(message);
                }
            }

            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                client.close();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable error) {
                ctx.close();
            }
        }
    }

    /** Closes every flow. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
}
