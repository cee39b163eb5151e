package hbprobe.net;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user wants of TLS.
 *
 * @param cacert PEM file with those who are trusted; empty: whom Java trusts
 * @param cert PEM file with this end's certificate, its issuers behind it
 * @param key PEM file with the key of {@code cert}
 * @param servername that is asked for and expected in the certificate; empty: the target's host
 * @param insecure whether any certificate will do
 */
public record TlsSettings(
        Optional<Path> cacert, Optional<Path> cert, Optional<Path> key, Optional<String> servername, boolean insecure) {
    /** Whom Java trusts, and nobody in particular at this end. */
    public static final TlsSettings DEFAULT =
            new TlsSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);

    /** The same with any certificate being good enough. */
    public TlsSettings trustingAnybody() {
        return new TlsSettings(cacert, cert, key, servername, true);
    }
}
