package hbprobe.probe;

import hbprobe.dialect.Dialect;
import hbprobe.dialect.HbDialect;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The dialects there are, by the scheme of their targets. A new one is one class and one line here. */
public final class Dialects {
    /** What makes a dialect, given the token that the far end may demand. */
    private static final Map<String, Function<Optional<String>, Dialect>> BY_SCHEME = Map.of("hb", HbDialect::new);

    /** Spoken where the target names no scheme. */
    private static final String DEFAULT = "hb";

    private Dialects() {}

    /** The schemes that a target may have. */
    public static Set<String> schemes() {
        return BY_SCHEME.keySet();
    }

    /** The dialect that is spoken for a scheme; {@code auto} is a target without one. */
    static Dialect of(String scheme, Optional<String> token) {
        Function<Optional<String>, Dialect> maker = BY_SCHEME.get(scheme.equals("auto") ? DEFAULT : scheme);
        if (maker == null) {
            throw new IllegalArgumentException("no dialect is called " + scheme);
        }
        return maker.apply(token);
    }
}
