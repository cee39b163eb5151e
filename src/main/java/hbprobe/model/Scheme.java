package hbprobe.model;

import java.util.OptionalInt;

/**
 * What stands before {@code ://} in a target.
 *
 * @param word as the user writes it
 * @param dialect the protocol that it names
 * @param transport what that is spoken over
 * @param tls whether under TLS
 * @param usualPort its default port; empty: it has none
 * @param addressed whether a target may say more than host and port: who logs in, a path, parameters
 */
public record Scheme(
        String word, String dialect, Transport transport, boolean tls, OptionalInt usualPort, boolean addressed) {

    /** Of a target that names none: what the far end speaks is found out first. */
    public static final Scheme AUTO = new Scheme("auto", "auto", Transport.TCP, false, OptionalInt.empty(), false);

    /** One of hbprobe's own protocols and of those without a login. */
    public static Scheme plain(String word, String dialect, Transport transport, OptionalInt usualPort) {
        return new Scheme(word, dialect, transport, false, usualPort, false);
    }

    /** A server's protocol. */
    public static Scheme server(String word, String dialect, int usualPort) {
        return new Scheme(word, dialect, Transport.TCP, false, OptionalInt.of(usualPort), true);
    }

    /** The same by another word. */
    public Scheme alias(String otherWord) {
        return new Scheme(otherWord, dialect, transport, tls, usualPort, addressed);
    }

    /** The same by the same word, and yet under TLS: the protocol starts it in words of its own. */
    public Scheme startingTls() {
        return new Scheme(word, dialect, transport, true, usualPort, addressed);
    }

    /** The same under TLS. */
    public Scheme overTls(String tlsWord, int tlsPort) {
        return new Scheme(tlsWord, dialect, transport, true, OptionalInt.of(tlsPort), addressed);
    }
}
