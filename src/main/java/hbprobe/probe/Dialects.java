package hbprobe.probe;

import hbprobe.dialect.Dialect;
import hbprobe.dialect.HbDialect;
import java.util.List;
import java.util.Optional;

/** The dialects there are, by the scheme of their targets. A new one is one class and one line here. */
public final class Dialects {
    private static final List<String> SCHEMES = List.of("hb");

    private Dialects() {}

    /** The schemes that a target may have. */
    public static List<String> schemes() {
        return SCHEMES;
    }

    /** The dialect that is spoken for a scheme; {@code auto} is the responder's own. */
    static Dialect of(String scheme, Optional<String> token) {
        return switch (scheme) {
            case "hb", "auto" -> new HbDialect(token);
            default -> throw new IllegalArgumentException("no dialect is called " + scheme);
        };
    }
}
