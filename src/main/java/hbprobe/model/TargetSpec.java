package hbprobe.model;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A target as the user named it, before its name is resolved.
 *
 * @param uri the words of the user, with the scheme that was meant
 * @param dialect what is spoken on each flow: {@code auto}, {@code hb}, …
 * @param host a name or an address, without brackets
 * @param port 1 to 65535
 */
public record TargetSpec(String uri, String dialect, String host, int port) {
    /** The port a responder listens on unless told otherwise. */
    public static final int DEFAULT_PORT = 7400;

    /** By scheme; a responder's, and that of RFC 862. */
    private static final Map<String, Integer> DEFAULT_PORTS =
            Map.of("hb", DEFAULT_PORT, "hb+udp", DEFAULT_PORT, "echo", 7, "echo+udp", 7);

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)");
    private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]*)\\](?::(.*))?");

    /**
     * Reads {@code host:port}, {@code [v6]:port} or {@code scheme://host[:port]}.
     *
     * @throws IllegalArgumentException when it is none of these; the message says what would do
     */
    public static TargetSpec parse(String text) {
        Matcher scheme = SCHEME.matcher(text);
        boolean hasScheme = scheme.matches();
        String dialect = hasScheme ? scheme.group(1).toLowerCase(Locale.ROOT) : "auto";
        String rest = hasScheme ? scheme.group(2) : text;
        if (rest.endsWith("/")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        String host;
        String port;
        Matcher bracketed = BRACKETED.matcher(rest);
        if (bracketed.matches()) {
            host = bracketed.group(1);
            port = bracketed.group(2);
        } else if (rest.indexOf(':') != rest.lastIndexOf(':')) {
            throw bad(text, "an IPv6 address goes in brackets: [" + rest + "]:" + DEFAULT_PORT);
        } else {
            int colon = rest.indexOf(':');
            host = colon < 0 ? rest : rest.substring(0, colon);
            port = colon < 0 ? null : rest.substring(colon + 1);
        }
        if (host.isBlank()) {
            throw bad(text, "the host is missing; try host:port");
        }
        if (host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@' || c == '?')) {
            throw bad(text, "'" + host + "' is not a host name or an address");
        }
        if (port == null && !hasScheme) {
            throw bad(text, "the port is missing; try " + text + ":" + DEFAULT_PORT);
        }
        if (port != null) {
            return new TargetSpec(text, dialect, host, parsePort(text, port));
        }
        Integer usual = DEFAULT_PORTS.get(dialect);
        if (usual == null) {
            throw bad(text, "the port is missing, and " + dialect + ":// has none by default");
        }
        return new TargetSpec(text, dialect, host, usual);
    }

    private static int parsePort(String text, String port) {
        if (port.isEmpty()) {
            throw bad(text, "the port after ':' is missing");
        }
        if (!port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw bad(text, "'" + port + "' is not a port number");
        }
        if (port.length() > 5 || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw bad(text, "port " + port + " is not between 1 and 65535");
        }
        return Integer.parseInt(port);
    }

    private static IllegalArgumentException bad(String text, String why) {
        return new IllegalArgumentException("target '" + text + "': " + why);
    }
}
