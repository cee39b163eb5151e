package hbprobe.model;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A target as the user named it, before its name is resolved.
 *
 * @param uri the words of the user, with the scheme that was meant and without a password
 * @param scheme what is spoken on each flow, and over what
 * @param host a name or an address, without brackets
 * @param port 1 to 65535
 * @param login who logs in there
 * @param path what follows host and port, without its first slash: a database, a resource
 * @param parameters of the URI, {@code ?name=value&…}
 */
public record TargetSpec(
        String uri, Scheme scheme, String host, int port, Login login, String path, Map<String, String> parameters) {
    /** The port a responder listens on unless told otherwise. */
    public static final int DEFAULT_PORT = 7400;

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)", Pattern.DOTALL);
    private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]*)\\](?::(.*))?");

    /** Login, authority, path and parameters of what follows a scheme; a password may hold any sign but a slash. */
    private static final Pattern PARTS = Pattern.compile("(?:([^/?]*)@)?([^/?@]*)(?:/([^?]*))?(?:\\?(.*))?");

    private static final String MASK = "***";

    /** Copies the parameters. */
    public TargetSpec {
        parameters = Map.copyOf(parameters);
    }

    /** A target of which nothing more is said than where it is. */
    public TargetSpec(String uri, Scheme scheme, String host, int port) {
        this(uri, scheme, host, port, Login.NONE, "", Map.of());
    }

    /** The word of its scheme. */
    public String dialect() {
        return scheme.word();
    }

    /** The same with a password for whoever logs in, unless it has one. */
    public TargetSpec orPassword(Optional<String> password) {
        return new TargetSpec(uri, scheme, host, port, login.orPassword(password), path, parameters);
    }

    /** The scheme that a text begins with; empty: it has none. */
    public static Optional<String> schemeOf(String text) {
        Matcher matcher = SCHEME.matcher(text);
        return matcher.matches() ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /** The text as it may be printed: without a password, even one with signs that should have been encoded. */
    public static String masked(String text) {
        return text.replaceFirst("(?s)^([A-Za-z][A-Za-z0-9+.-]*://[^/?:@]*):.*@", "$1:" + MASK + "@");
    }

    /**
     * Reads {@code host:port}, {@code [v6]:port} or {@code scheme://[user[:password]@]host[:port][/path][?parameters]}.
     *
     * @param schemes those that there are, by their words; the one of the text must be among them
     * @throws IllegalArgumentException when it is none of these; the message says what would do
     */
    public static TargetSpec parse(String text, Map<String, Scheme> schemes) {
        Matcher matcher = SCHEME.matcher(text);
        if (!matcher.matches()) {
            return plain(text, Scheme.AUTO, text);
        }
        String word = matcher.group(1).toLowerCase(Locale.ROOT);
        Scheme scheme = schemes.get(word);
        if (scheme == null) {
            throw bad(text, "the scheme '" + word + "' is not known");
        }
        String rest = matcher.group(2);
        return scheme.addressed() ? addressed(text, scheme, rest) : plain(text, scheme, rest);
    }

    private static TargetSpec plain(String text, Scheme scheme, String rest) {
        String authority =
                rest.endsWith("/") && !scheme.equals(Scheme.AUTO) ? rest.substring(0, rest.length() - 1) : rest;
        return located(text, scheme, authority);
    }

    private static TargetSpec addressed(String text, Scheme scheme, String rest) {
        Matcher parts = PARTS.matcher(rest);
        if (!parts.matches()) {
            throw bad(text, "it is not " + scheme.word() + "://[user[:password]@]host[:port][/path][?parameters]");
        }
        if (parts.group(1) == null && !masked(text).equals(text)) {
            // What was meant for a password must not pass for a port and a path, and be printed.
            throw bad(text, "a / or ? in a password is written %2F or %3F, an @ in a path %40");
        }
        TargetSpec where = located(text, scheme, parts.group(2));
        return new TargetSpec(
                where.uri,
                scheme,
                where.host,
                where.port,
                login(text, parts.group(1)),
                parts.group(3) == null ? "" : parts.group(3),
                parameters(text, parts.group(4)));
    }

    private static Login login(String text, @org.jspecify.annotations.Nullable String userinfo) {
        if (userinfo == null) {
            return Login.NONE;
        }
        int colon = userinfo.indexOf(':');
        String user = decoded(text, colon < 0 ? userinfo : userinfo.substring(0, colon));
        Optional<String> password =
                colon < 0 ? Optional.empty() : Optional.of(decoded(text, userinfo.substring(colon + 1)));
        return new Login(user.isEmpty() ? Optional.empty() : Optional.of(user), password);
    }

    private static Map<String, String> parameters(String text, @org.jspecify.annotations.Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query != null && !query.isEmpty()) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                parameters.put(decoded(text, name), equals < 0 ? "" : decoded(text, pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    /** Percent-encoding (RFC 3986, 2.1), in which a plus is a plus. */
    private static String decoded(String text, String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad(text, "a % in it is not followed by two hexadecimal digits; write % itself as %25");
        }
    }

    private static TargetSpec located(String text, Scheme scheme, String authority) {
        boolean hasScheme = !scheme.equals(Scheme.AUTO);
        String host;
        String port;
        Matcher bracketed = BRACKETED.matcher(authority);
        if (bracketed.matches()) {
            host = bracketed.group(1);
            port = bracketed.group(2);
        } else if (authority.indexOf(':') != authority.lastIndexOf(':')) {
            throw bad(text, "an IPv6 address goes in brackets: [" + authority + "]:" + DEFAULT_PORT);
        } else {
            int colon = authority.indexOf(':');
            host = colon < 0 ? authority : authority.substring(0, colon);
            port = colon < 0 ? null : authority.substring(colon + 1);
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
        OptionalInt usual = scheme.usualPort();
        if (port == null && usual.isEmpty()) {
            throw bad(text, "the port is missing, and " + scheme.word() + ":// has none by default");
        }
        return new TargetSpec(masked(text), scheme, host, port == null ? usual.getAsInt() : parsePort(text, port));
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
        return new IllegalArgumentException("target '" + masked(text) + "': " + why);
    }
}
