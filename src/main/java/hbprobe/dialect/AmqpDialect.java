package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.FarReport;
import hbprobe.net.KernelView;
import io.netty.channel.ChannelPipeline;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * AMQP 0-9-1, RabbitMQ's protocol: {@code basic.qos} on a channel of its own is the ping, the server's first heartbeat
 * the push. Nothing is declared or sent.
 */
public final class AmqpDialect implements Dialect {
    /** RabbitMQ itself has no limit, but hosted ones stop at a hundred connections or fewer. */
    private static final int FLOWS = 64;

    /** RabbitMQ's own first user, whom it lets in from its own host only. */
    private static final String USUAL_USER = "guest";

    private static final int ACCESS_REFUSED = 403;

    /** Shorter ones need not be: a server that has lost a client notices after two or three heartbeats. */
    private static final long SHORTEST_HEARTBEAT_S = 10;

    private static final long LONGEST_HEARTBEAT_S = 0xffff;

    /**
     * Whose heartbeats come by a clock that is known: twice in the interval that the client has asked for, from the
     * moment on at which it has. Seen from RabbitMQ 3.10.
     */
    private static final String PRODUCT = "RabbitMQ";

    private static final int BEATS_AN_INTERVAL = 2;

    private static final String HALF_SECONDS =
            "the server speaks first by its heartbeats, which count half seconds: so does the server-first bracket";

    private final Access access;
    private final Map<Long, Heartbeat> heartbeats = new HashMap<>();
    private long lastName;

    /**
     * What a flow was promised.
     *
     * @param atNs when it comes
     * @param afterNs how long the silence is then
     */
    private record Heartbeat(long atNs, long afterNs) {}

    /** @param access who logs in, and where */
    public AmqpDialect(Access access) {
        this.access = access;
    }

    @Override
    public String name() {
        return access.target().scheme().word();
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return Abilities.ofServer(
                Abilities.TCP_BOTH_WAYS, FLOWS, List.of(HALF_SECONDS, OneSided.SERVER_CONFIRMS_NOTHING));
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(++lastName, priming, kernel, listener);
    }

    /**
     * The server sends its first heartbeat after half of this at the earliest, so none falls into the silence. With
     * none at all it would keep a connection that the path has cut off until it is restarted.
     */
    static int heartbeatSeconds(long longestSilenceNs) {
        long seconds = BEATS_AN_INTERVAL * (TimeUnit.NANOSECONDS.toSeconds(longestSilenceNs) + 1);
        // What is longer than the field allows goes without.
        return seconds > LONGEST_HEARTBEAT_S ? 0 : (int) Math.max(SHORTEST_HEARTBEAT_S, seconds);
    }

    /** The first one comes at that time, or up to half a second before it. */
    static int heartbeatForPush(long afterNs) {
        return (int) Math.min(LONGEST_HEARTBEAT_S, TimeUnit.NANOSECONDS.toSeconds(BEATS_AN_INTERVAL * afterNs));
    }

    /** One flow. */
    private final class Talk extends ServerTalk<Object> {
        private final long name;
        private final OptionalLong pushAfterNs;
        private final int heartbeatSeconds;
        private boolean isLoggedIn;
        private long tunedAtNs;

        /** @param name of the flow; the server has none for it, yet it can be asked about */
        Talk(long name, Priming priming, KernelView kernel, FlowListener listener) {
            super(Object.class, "amqp", priming, kernel, listener);
            this.name = name;
            this.pushAfterNs = priming.pushAfterNs();
            this.heartbeatSeconds = pushAfterNs.isPresent()
                    ? heartbeatForPush(pushAfterNs.getAsLong())
                    : heartbeatSeconds(priming.longestSilenceNs());
            named(name);
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(new AmqpDecoder());
        }

        @Override
        void logIn() {
            say(AmqpMethod.protocol());
        }

        @Override
        void read(Object message) {
            if (message instanceof AmqpMethod.Foreign foreign) {
                notSpoken(foreign.heard());
            } else if (message instanceof AmqpMethod method) {
                onMethod(method);
            } else if (message == AmqpMethod.Heartbeat.ARRIVED && pushAfterNs.isPresent()) {
                Heartbeat promised = heartbeats.get(name);
                pushed(promised == null ? 0 : promised.afterNs());
            }
        }

        private void onMethod(AmqpMethod method) {
            switch (method.name()) {
                case AmqpMethod.START -> {
                    if (pushAfterNs.isPresent() && !method.isProduct(PRODUCT)) {
                        refuse(
                                "order",
                                "the AMQP server is not " + PRODUCT
                                        + ", whose heartbeats are known: it can't be made to"
                                        + " speak first; do without (--direction client-first)");
                    } else {
                        say(AmqpMethod.startOk(user(), password()));
                    }
                }
                case AmqpMethod.TUNE -> {
                    tunedAtNs = nowNs();
                    say(AmqpMethod.tuneOk(method, heartbeatSeconds));
                    say(AmqpMethod.open(virtualHost()));
                }
                case AmqpMethod.OPEN_OK -> say(AmqpMethod.channelOpen());
                case AmqpMethod.CHANNEL_OPEN_OK -> {
                    isLoggedIn = true;
                    ready();
                }
                case AmqpMethod.QOS_OK -> onQos();
                case AmqpMethod.CLOSE, AmqpMethod.CHANNEL_CLOSE -> onClose(method.reason());
                default -> {} // what it tells of itself
            }
        }

        private void onQos() {
            if (pushAfterNs.isPresent() && !isPrimed()) {
                long atNs = tunedAtNs + TimeUnit.SECONDS.toNanos(heartbeatSeconds) / BEATS_AN_INTERVAL;
                heartbeats.put(name, new Heartbeat(atNs, atNs - nowNs()));
            }
            answered();
        }

        private String user() {
            return access.login().user().orElse(USUAL_USER);
        }

        private String password() {
            return access.login().password().orElse(access.login().user().isPresent() ? "" : USUAL_USER);
        }

        /** The part of the target after its slash; a slash in it is written {@code %2F}. */
        private String virtualHost() {
            String path = access.target().path();
            try {
                return path.isEmpty() ? "/" : URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return path;
            }
        }

        private void onClose(AmqpMethod.Reason reason) {
            String words = Sayings.printable(reason.words());
            if (isLoggedIn) {
                hear(words);
            } else if (reason.code() == ACCESS_REFUSED) {
                refuse("login", "the AMQP server refuses the login: " + words + wayIn());
            } else {
                refuse("refused", "the AMQP server refuses: " + words);
            }
        }

        private String wayIn() {
            if (user().equals(USUAL_USER)) {
                return "; RabbitMQ lets its user guest in from its own host only, name another"
                        + " (amqp://USER:PASSWORD@host)";
            }
            return access.login().password().isPresent()
                    ? ""
                    : "; give a password in the target (amqp://USER:PASSWORD@host), with --password-file or"
                            + " HBPROBE_PASSWORD";
        }

        /** It counts from login, and the scheduler of a busy node is late: beside half seconds that widens little. */
        @Override
        Duration lateness() {
            return Duration.ofMillis(150);
        }

        /** It was ordered at login. */
        @Override
        void orderPush(Duration after) {}

        @Override
        public void ask(long otherFarName) {
            report(
                    otherFarName,
                    Optional.ofNullable(heartbeats.get(otherFarName)).map(this::report));
        }

        private FarReport report(Heartbeat heartbeat) {
            return nowNs() - heartbeat.atNs() >= lateness().toNanos()
                    ? new FarReport(1, heartbeat.afterNs(), false, FarReport.End.UNSEEN)
                    : FarReport.silentSoFar();
        }

        @Override
        void ping() {
            say(AmqpMethod.qos());
        }

        @Override
        void farewell() {
            say(AmqpMethod.close());
        }
    }
}
