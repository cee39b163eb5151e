package hbprobe.cli;

import hbprobe.model.TargetSpec;
import hbprobe.probe.NatExperiment;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A STUN server in the user's words: {@code host}, {@code host:port}, or a URI of RFC 7064. */
final class StunServer {
    /** RFC 8489, section 18.5. */
    static final int PORT = 3478;

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(?://)?(.*)");
    private static final Pattern LITERAL_V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.*)?");
    private static final Pattern PORT_ALONE = Pattern.compile("\\d*");

    private StunServer() {}

    /** @throws IllegalArgumentException when it is none; the message says what would do */
    static TargetSpec parse(String text) {
        String rest = withoutScheme(text);
        if (LITERAL_V6.matcher(rest).matches()) {
            rest = "[" + rest + "]";
        }
        boolean hasPort = rest.startsWith("[") ? rest.contains("]:") : rest.contains(":");
        TargetSpec parsed;
        try {
            parsed = TargetSpec.parse(hasPort ? rest : rest + ":" + PORT, Map.of());
        } catch (IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage()).replaceFirst("^target '.*?': ", "");
            throw new IllegalArgumentException("server '" + text + "': " + why, e);
        }
        return new TargetSpec(text, NatExperiment.SCHEME, parsed.host(), parsed.port());
    }

    /** What looks like a scheme may be a host before its port. */
    private static String withoutScheme(String text) {
        Matcher scheme = SCHEME.matcher(text);
        if (!scheme.matches() || LITERAL_V6.matcher(text).matches()) {
            return text;
        }
        String name = scheme.group(1).toLowerCase(Locale.ROOT);
        if (name.equals("stun")) {
            return scheme.group(2);
        }
        if (text.contains("://") || name.equals("stuns") || name.equals("turn") || name.equals("turns")) {
            throw new IllegalArgumentException(
                    "server '" + text + "': the scheme '" + name + "' is not known here; STUN over UDP is stun:");
        }
        if (!PORT_ALONE.matcher(scheme.group(2)).matches()) {
            throw new IllegalArgumentException("server '" + text + "': '" + scheme.group(2) + "' is not a port number");
        }
        return text;
    }
}
