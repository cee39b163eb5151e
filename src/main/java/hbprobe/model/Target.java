package hbprobe.model;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * A target as it was used. A name is resolved once and one address is used.
 *
 * @param uri the words of the user
 * @param host the name or address in them
 * @param address the address used; null when the name did not resolve
 * @param port the port used
 * @param transport {@code tcp} or {@code udp}
 * @param dialect what was spoken
 * @param tls whether under TLS
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Target(
        String uri, String host, @Nullable String address, int port, String transport, String dialect, boolean tls) {

    private static final String OVER_UDP = "+udp";

    /** The target before its name is resolved. */
    public static Target unresolved(TargetSpec spec) {
        return new Target(
                spec.uri(),
                spec.host(),
                null,
                spec.port(),
                transportOf(spec.dialect()).word(),
                protocolOf(spec.dialect()),
                false);
    }

    /** The same target in a dialect. */
    public Target spoken(String spokenDialect) {
        return new Target(uri, host, address, port, transportOf(spokenDialect).word(), protocolOf(spokenDialect), tls);
    }

    /** {@code hb+udp} is {@code hb} over UDP. */
    private static Transport transportOf(String scheme) {
        return scheme.endsWith(OVER_UDP) ? Transport.UDP : Transport.TCP;
    }

    private static String protocolOf(String scheme) {
        return scheme.endsWith(OVER_UDP) ? scheme.substring(0, scheme.length() - OVER_UDP.length()) : scheme;
    }

    /** The same target at an address. */
    public Target at(String resolved) {
        return new Target(uri, host, resolved, port, transport, dialect, tls);
    }
}
