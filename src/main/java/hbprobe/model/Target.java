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

    /** The target before its name is resolved. */
    public static Target unresolved(TargetSpec spec) {
        return new Target(
                spec.uri(),
                spec.host(),
                null,
                spec.port(),
                spec.scheme().transport().word(),
                spec.scheme().dialect(),
                spec.scheme().tls());
    }

    /** The same target in what a scheme names. */
    public Target spoken(Scheme scheme) {
        return new Target(uri, host, address, port, scheme.transport().word(), scheme.dialect(), scheme.tls());
    }

    /** The same target at an address. */
    public Target at(String resolved) {
        return new Target(uri, host, resolved, port, transport, dialect, tls);
    }
}
