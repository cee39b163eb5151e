package hbprobe.dialect;

import hbprobe.net.Network;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A short visit to the broker on a connection of its own: to publish something, or for no more than being there, which
 * ends the connection that had the same client identifier (MQTT 3.1.1, 3.1.4).
 */
final class MqttErrand extends SimpleChannelInboundHandler<MqttMessage> {
    /** Of a connect and of each answer; a publisher that takes longer is of no use. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Access access;
    private final String clientId;
    private final Optional<Publication> publication;
    private final Runnable whenDone;
    private @Nullable Channel channel;

    /**
     * What is to be published.
     *
     * @param atNs when, by the event loop's clock; the connection is there before
     */
    record Publication(String topic, long atNs) {}

    /** @param whenDone told when the broker has confirmed it; never, when it doesn't */
    MqttErrand(Access access, String clientId, Optional<Publication> publication, Runnable whenDone) {
        this.access = access;
        this.clientId = clientId;
        this.publication = publication;
        this.whenDone = whenDone;
    }

    /** Connects. */
    void start(Network network, InetSocketAddress remote) {
        ChannelHandler first = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel made) {
                made.pipeline().addLast(new MqttDecoder(), MqttEncoder.INSTANCE, MqttErrand.this);
            }
        };
        channel = network.connect(remote, PATIENCE, first, failure -> {});
    }

    /** It isn't needed any more. */
    void abandon() {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(MqttDialect.connect(access, clientId));
        long waitNs = publication
                .map(planned -> planned.atNs() - ctx.executor().ticker().nanoTime())
                .orElse(0L);
        ctx.executor()
                .schedule(
                        () -> {
                            ctx.close();
                        },
                        Math.max(0, waitNs) + PATIENCE.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, MqttMessage message) {
        if (message.decoderResult().isFailure()) {
            ctx.close();
        } else if (message instanceof MqttConnAckMessage connected) {
            if (connected.variableHeader().connectReturnCode() != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
                ctx.close();
            } else if (publication.isPresent()) {
                publishLater(ctx, publication.get());
            } else {
                done(ctx);
            }
        } else if (message.fixedHeader().messageType() == MqttMessageType.PUBACK) {
            done(ctx);
        }
    }

    private static void publishLater(ChannelHandlerContext ctx, Publication planned) {
        MqttPublishMessage message = message(planned.topic(), MqttQoS.AT_LEAST_ONCE);
        long waitNs = planned.atNs() - ctx.executor().ticker().nanoTime();
        ctx.executor().schedule(() -> ctx.writeAndFlush(message), Math.max(0, waitNs), TimeUnit.NANOSECONDS);
    }

    /** A message that says no more than that it is there. */
    static MqttPublishMessage message(String topic, MqttQoS qos) {
        return MqttMessageBuilders.publish()
                .topicName(topic)
                .qos(qos)
                .messageId(1)
                .payload(Unpooled.EMPTY_BUFFER)
                .build();
    }

    private void done(ChannelHandlerContext ctx) {
        whenDone.run();
        ctx.writeAndFlush(MqttMessage.DISCONNECT);
        ctx.close();
    }

    /** Nobody waits for it: what it was for shows that it failed. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
