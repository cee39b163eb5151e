package hbprobe.probe;

import hbprobe.dialect.Access;
import hbprobe.dialect.AmqpDialect;
import hbprobe.dialect.Dialect;
import hbprobe.dialect.EchoDialect;
import hbprobe.dialect.EchoUdpDialect;
import hbprobe.dialect.H2Dialect;
import hbprobe.dialect.HbDialect;
import hbprobe.dialect.HbUdpDialect;
import hbprobe.dialect.HttpDialect;
import hbprobe.dialect.ImapDialect;
import hbprobe.dialect.MqttDialect;
import hbprobe.dialect.MysqlDialect;
import hbprobe.dialect.PostgresDialect;
import hbprobe.dialect.Recognition;
import hbprobe.dialect.RedisDialect;
import hbprobe.dialect.SmtpDialect;
import hbprobe.dialect.SshDialect;
import hbprobe.dialect.TcpDialect;
import hbprobe.dialect.TlsDialect;
import hbprobe.dialect.WsDialect;
import hbprobe.dialect.XmppDialect;
import hbprobe.model.Abilities;
import hbprobe.model.Scheme;
import hbprobe.model.TargetSpec;
import hbprobe.model.Transport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The dialects there are, by the scheme of their targets. A new one is one class and one line here. */
public final class Dialects {
    /** Of a target without a scheme: what the far end speaks is found out first. */
    public static final String AUTO = Scheme.AUTO.word();

    private static final OptionalInt RESPONDER = OptionalInt.of(TargetSpec.DEFAULT_PORT);

    /** RFC 862. */
    private static final OptionalInt ECHO = OptionalInt.of(7);

    private static final Map<String, Entry> BY_SCHEME = new LinkedHashMap<>();

    static {
        of("hb", Transport.TCP, RESPONDER, access -> new HbDialect(access.token()))
                .orTls("hb+tls", TargetSpec.DEFAULT_PORT);
        of("hb+udp", Transport.UDP, RESPONDER, access -> new HbUdpDialect(access.token()));
        of("echo", Transport.TCP, ECHO, access -> new EchoDialect());
        of("echo+udp", Transport.UDP, ECHO, access -> new EchoUdpDialect());
        of("tcp", Transport.TCP, OptionalInt.empty(), access -> new TcpDialect())
                .orTls("tls", 443);
        server("redis", 6379, RedisDialect::new).orTls("rediss", 6379);
        server("postgres", 5432, PostgresDialect::new).alias("postgresql");
        server("mysql", 3306, MysqlDialect::new).alias("mariadb");
        server("http", 80, HttpDialect::new).orTls("https", 443);
        server("ws", 80, WsDialect::new).orTls("wss", 443);
        server("h2", 80, H2Dialect::new).orTls("h2s", 443, "h2");
        server("grpc", 50_051, H2Dialect::new).orTls("grpcs", 443, "h2");
        server("mqtt", 1883, MqttDialect::new).orTls("mqtts", 8883);
        server("xmpp", 5222, XmppDialect::new).orTls("xmpps", 5223);
        server("imap", 143, ImapDialect::new).orTls("imaps", 993);
        server("amqp", 5672, AmqpDialect::new).orTls("amqps", 5671);
        server("smtp", 25, SmtpDialect::new).orTls("smtps", 465);
        of("ssh", Transport.TCP, OptionalInt.of(22), access -> new SshDialect());
    }

    /**
     * One line of the table.
     *
     * @param maker makes the dialect
     */
    private record Entry(Scheme scheme, Function<Access, Dialect> maker) {
        /** The same by another word. */
        void alias(String word) {
            add(new Entry(scheme.alias(word), maker));
        }

        /** The same under TLS from the first byte on. */
        void orTls(String word, int usualPort, String... protocols) {
            add(new Entry(
                    scheme.overTls(word, usualPort),
                    access -> new TlsDialect(maker.apply(access), access, List.of(protocols))));
        }
    }

    /** What servers say to whoever says nothing, or a hello that is not theirs; by a pattern of their first line. */
    private static final Map<Pattern, String> GREETINGS = Map.of(
            Pattern.compile("SSH-.*"), "ssh",
            Pattern.compile("220[ -].*SMTP.*"), "smtp",
            Pattern.compile("\\* (OK|PREAUTH|BYE).*"), "imap",
            Pattern.compile("-(ERR|NOAUTH|DENIED).*"), "redis",
            Pattern.compile("HTTP/1.*"), "http",
            Pattern.compile("AMQP.*"), "amqp",
            Pattern.compile(Pattern.quote(Recognition.Foreign.HTTP2)), "h2",
            Pattern.compile(Pattern.quote(Recognition.Foreign.TLS)), "tls",
            Pattern.compile("<\\?xml.*|<stream:.*"), "xmpp");

    private Dialects() {}

    /**
     * The scheme that would tell more of a far end than {@code tcp://} does, as far as can be guessed.
     *
     * @param words what it said; empty when it said nothing: then its port has to do
     */
    static Optional<String> better(String words, int port) {
        Optional<String> byWords = GREETINGS.entrySet().stream()
                .filter(greeting -> greeting.getKey().matcher(words).matches())
                .map(Map.Entry::getValue)
                .findFirst();
        if (words.isEmpty()) {
            return usualAt(port, scheme -> true);
        } else if (byWords.equals(Optional.of("tls"))) {
            return usualAt(port, Scheme::tls).or(() -> byWords);
        } else if (byWords.equals(Optional.of("h2"))) {
            return usualAt(port, scheme -> scheme.word().equals("grpc")).or(() -> byWords);
        }
        return byWords;
    }

    private static Optional<String> usualAt(int port, Predicate<Scheme> which) {
        return BY_SCHEME.values().stream()
                .map(Entry::scheme)
                .filter(scheme -> scheme.addressed() && which.test(scheme))
                .filter(scheme -> scheme.usualPort().equals(OptionalInt.of(port)))
                .map(Scheme::word)
                .findFirst();
    }

    private static Entry add(Entry entry) {
        BY_SCHEME.put(entry.scheme.word(), entry);
        return entry;
    }

    private static Entry of(String word, Transport transport, OptionalInt usualPort, Function<Access, Dialect> maker) {
        String protocol = word.replace("+udp", ""); // it is the same over UDP
        return add(new Entry(Scheme.plain(word, protocol, transport, usualPort), maker));
    }

    private static Entry server(String word, int usualPort, Function<Access, Dialect> maker) {
        return add(new Entry(Scheme.server(word, word, usualPort), maker));
    }

    /** The schemes that a target may have, by their words, in the order in which they are told. */
    public static Map<String, Scheme> schemes() {
        Map<String, Scheme> schemes = new LinkedHashMap<>();
        BY_SCHEME.forEach((word, entry) -> schemes.put(word, entry.scheme));
        return schemes;
    }

    /** The scheme of that word. */
    static Scheme scheme(String word) {
        return entry(word).scheme;
    }

    /** What a destination's scheme allows; a target without one may turn out to be a responder. */
    static Abilities abilities(Destination destination, boolean seesSegments) {
        return destination.target().scheme().equals(Scheme.AUTO)
                ? Abilities.ofResponder()
                : of(destination).abilities(seesSegments);
    }

    /** Whether the far end obeys orders; one without a scheme may turn out to be a responder. */
    static boolean obeys(Destination destination) {
        return destination.target().scheme().equals(Scheme.AUTO)
                || of(destination).obeys();
    }

    /** The dialect of a destination. */
    static Dialect of(Destination destination) {
        return of(destination.target().scheme().word(), destination);
    }

    /** The dialect of a scheme, for a destination that doesn't name it. */
    static Dialect of(String scheme, Destination destination) {
        return entry(scheme).maker.apply(destination.access());
    }

    private static Entry entry(String word) {
        Entry entry = BY_SCHEME.get(word);
        if (entry == null) {
            throw new IllegalArgumentException("no dialect is called " + word);
        }
        return entry;
    }
}
