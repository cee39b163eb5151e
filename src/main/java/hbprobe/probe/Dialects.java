package hbprobe.probe;

import hbprobe.dialect.Dialect;
import hbprobe.dialect.EchoDialect;
import hbprobe.dialect.EchoUdpDialect;
import hbprobe.dialect.HbDialect;
import hbprobe.dialect.HbUdpDialect;
import hbprobe.dialect.TcpDialect;
import hbprobe.model.Abilities;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The dialects there are, by the scheme of their targets. A new one is one class and one line here. */
public final class Dialects {
    /** Of a target without a scheme: what the far end speaks is found out first. */
    public static final String AUTO = "auto";

    /** What makes a dialect, given the token that the far end may demand. */
    private static final Map<String, Function<Optional<String>, Dialect>> BY_SCHEME = new TreeMap<>(Map.ofEntries(
            entry("hb", HbDialect::new),
            entry("hb+udp", HbUdpDialect::new),
            entry("echo", token -> new EchoDialect()),
            entry("echo+udp", token -> new EchoUdpDialect()),
            entry("tcp", token -> new TcpDialect())));

    private Dialects() {}

    private static Map.Entry<String, Function<Optional<String>, Dialect>> entry(
            String scheme, Function<Optional<String>, Dialect> maker) {
        return Map.entry(scheme, maker);
    }

    /** The schemes that a target may have. */
    public static Set<String> schemes() {
        return BY_SCHEME.keySet();
    }

    /** What a scheme allows; a target without one may turn out to be a responder. */
    static Abilities abilities(String scheme, boolean seesSegments) {
        return scheme.equals(AUTO)
                ? Abilities.ofResponder()
                : of(scheme, Optional.empty()).abilities(seesSegments);
    }

    /** The dialect of a scheme. */
    static Dialect of(String scheme, Optional<String> token) {
        Function<Optional<String>, Dialect> maker = BY_SCHEME.get(scheme);
        if (maker == null) {
            throw new IllegalArgumentException("no dialect is called " + scheme);
        }
        return maker.apply(token);
    }
}
