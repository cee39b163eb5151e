package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.FarReport;
import hbprobe.model.Login;
import hbprobe.net.ConnectFailure;
import hbprobe.net.KernelView;
import hbprobe.net.Network;
import hbprobe.runtime.Host;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MQTT 3.1.1: PINGREQ is the ping. A flow that waits for the broker to speak has subscribed to a topic that nobody
 * knows, to which a second connection publishes when it is time. The keep alive is 0: no broker then closes a flow for
 * its silence.
 */
public final class MqttDialect implements Dialect {
    /** Small hosted brokers take a hundred clients, and near its time each flow has a publisher beside it. */
    private static final int FLOWS = 64;

    /** Of any packet that comes for what is asked here; a greeting by the application may be longer than that. */
    private static final int LONGEST_PACKET = 1 << 20;

    /** Before its time, so that a handshake, TLS and a login are over. */
    private static final Duration PUBLISHER_LEAD = Duration.ofSeconds(1);

    /** A broker that delivers does so by then; a login has a little longer. */
    private static final Duration TRIAL = Duration.ofSeconds(2);

    private final Access access;
    private final String runId = String.format("%08x", (int) Host.unguessable());
    private final Set<Long> published = new HashSet<>();
    /** Flows that the broker may still hold, whatever they said at their end: it wasn't heard on them lately. */
    private final Set<Long> doubtful = new HashSet<>();

    private Delivery delivery = Delivery.UNTRIED;
    private @Nullable Network network;
    private @Nullable InetSocketAddress remote;
    private long lastName;

    /** Whether the broker lets this login publish to itself. */
    private enum Delivery {
        UNTRIED,
        WORKS,
        DENIED
    }

    /** @param access who logs in, and where */
    public MqttDialect(Access access) {
        this.access = access;
    }

    @Override
    public String name() {
        return access.target().scheme().word();
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return Abilities.ofServer(Abilities.TCP_BOTH_WAYS, FLOWS, List.of()).withCutOff(Abilities.CutOff.DISMISSED);
    }

    @Override
    public Channel open(
            Network through,
            InetSocketAddress to,
            Duration timeout,
            ChannelHandler first,
            Consumer<ConnectFailure> onFailure) {
        network = through;
        remote = to;
        return through.connect(to, timeout, first, onFailure);
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(++lastName, priming, kernel, listener);
    }

    private void start(MqttErrand errand) {
        if (network != null && remote != null) {
            errand.start(network, remote);
        }
    }

    /** Within what every broker has to take: 23 signs (3.1.3.1). */
    private String clientId(long name) {
        return "hbprobe-" + runId + "-" + name;
    }

    /** The first packet of a connection. */
    static MqttConnectMessage connect(Access access, String clientId) {
        MqttMessageBuilders.ConnectBuilder connect = MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .clientId(clientId)
                .cleanSession(true)
                .keepAlive(0);
        Login login = access.login();
        login.user().or(() -> login.password().map(any -> "")).ifPresent(connect::username);
        login.password().ifPresent(password -> connect.password(password.getBytes(StandardCharsets.UTF_8)));
        return connect.build();
    }

    /** One flow. */
    private final class Talk extends ServerTalk<MqttMessage> {
        private final long name;
        private final boolean subscribes;
        private final String topic = "hbprobe/" + Long.toHexString(Host.unguessable());
        private final FirstWords firstWords = new FirstWords();
        private boolean connected;
        private boolean onTrial;
        private boolean primed;

        Talk(long name, Priming priming, KernelView kernel, FlowListener listener) {
            super(MqttMessage.class, "mqtt", priming, kernel, listener);
            this.name = name;
            this.subscribes = priming.pushAfterNs().isPresent();
            named(name);
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(firstWords, new MqttDecoder(LONGEST_PACKET), MqttEncoder.INSTANCE);
        }

        // ---- login -----------------------------------------------------------------------------------------------

        @Override
        void logIn() {
            say(connect(access, clientId(name)));
        }

        @Override
        void read(MqttMessage message) {
            if (message.decoderResult().isFailure() || (!connected && !(message instanceof MqttConnAckMessage))) {
                firstWords.disown(this, "mqtt", "mqtts");
            } else if (message instanceof MqttConnAckMessage answer) {
                onConnected(answer.variableHeader().connectReturnCode());
            } else if (message instanceof MqttSubAckMessage answer) {
                onSubscribed(answer.payload().grantedQoSLevels());
            } else if (message instanceof MqttPublishMessage publish) {
                onPublished(publish.variableHeader().topicName());
            } else if (message.fixedHeader().messageType() == MqttMessageType.PINGRESP) {
                onPong();
            } else if (message.fixedHeader().messageType() != MqttMessageType.PUBACK) {
                hear(String.valueOf(message.fixedHeader().messageType()));
            }
        }

        private void onConnected(MqttConnectReturnCode code) {
            switch (code) {
                case CONNECTION_ACCEPTED -> {
                    connected = true;
                    onTrial = delivery == Delivery.UNTRIED && !isIdle();
                    if (subscribes && delivery == Delivery.DENIED) {
                        refuseOrder();
                    } else if (subscribes || onTrial) {
                        say(MqttMessageBuilders.subscribe()
                                .messageId(1)
                                .addSubscription(MqttQoS.AT_MOST_ONCE, topic)
                                .build());
                    } else {
                        ready();
                    }
                }
                case CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD, CONNECTION_REFUSED_NOT_AUTHORIZED ->
                    refuse(
                            "login",
                            access.login().user().isPresent()
                                    ? "the broker refuses the login of the target"
                                    : "the broker demands a login; give it in the target (mqtt://USER:PASSWORD@host),"
                                            + " the password with --password-file or HBPROBE_PASSWORD if you like");
                default -> refuse("refused", "the broker refuses the connection: " + code);
            }
        }

        private void onSubscribed(List<Integer> granted) {
            boolean refused = granted.stream().anyMatch(qos -> qos > MqttQoS.EXACTLY_ONCE.value());
            if (onTrial) {
                if (refused) {
                    tried(Delivery.DENIED);
                } else {
                    say(MqttErrand.message(topic, MqttQoS.AT_LEAST_ONCE));
                    context().executor().schedule(() -> tried(Delivery.DENIED), TRIAL.toNanos(), TimeUnit.NANOSECONDS);
                }
            } else if (refused) {
                refuseOrder();
            } else {
                ready();
            }
        }

        /** A broker that does not let us publish says so to nobody: it confirms what it drops. */
        private void tried(Delivery result) {
            if (onTrial) {
                onTrial = false;
                delivery = result;
                ready();
                context().flush();
            }
        }

        private void refuseOrder() {
            refuse(
                    "order",
                    "the broker does not deliver what this login publishes to hbprobe/#, so it can't be made to speak"
                            + " first; let it read and write there, or do without (--direction client-first)");
        }

        // ---- ping and order --------------------------------------------------------------------------------------

        @Override
        void ping() {
            doubtful.add(name);
            say(MqttMessage.PINGREQ);
        }

        private void onPong() {
            if (primed) {
                doubtful.remove(name);
            }
            primed = true;
            answered();
        }

        private void onPublished(String to) {
            if (!to.equals(topic)) {
                hear("a message");
            } else if (onTrial) {
                tried(Delivery.WORKS);
            } else {
                doubtful.remove(name);
                pushed();
            }
        }

        @Override
        void orderPush(Duration after) {
            long atNs = nowNs() + after.toNanos();
            long leadNs = Math.min(PUBLISHER_LEAD.toNanos(), after.toNanos() / 2);
            MqttErrand publisher = new MqttErrand(
                    access,
                    clientId(++lastName),
                    Optional.of(new MqttErrand.Publication(topic, atNs)),
                    () -> published.add(name));
            Future<?> beginning = context()
                    .executor()
                    .schedule(() -> start(publisher), after.toNanos() - leadNs, TimeUnit.NANOSECONDS);
            context().channel().closeFuture().addListener(closed -> {
                beginning.cancel(false);
                publisher.abandon();
            });
        }

        @Override
        public void ask(long otherFarName) {
            report(
                    otherFarName,
                    Optional.of(published.contains(otherFarName) ? FarReport.spoke() : FarReport.silentSoFar()));
        }

        /** Who comes with the same identifier takes a connection's place. */
        @Override
        public void dismiss(Collection<Long> farNames) {
            List<Long> held = farNames.stream().filter(doubtful::contains).toList();
            int[] left = {held.size()};
            held.forEach(other -> start(new MqttErrand(access, clientId(other), Optional.empty(), () -> {
                if (--left[0] == 0) {
                    dismissed();
                }
            })));
            if (held.isEmpty()) {
                dismissed();
            }
        }

        @Override
        void farewell() {
            say(MqttMessage.DISCONNECT);
        }
    }
}
