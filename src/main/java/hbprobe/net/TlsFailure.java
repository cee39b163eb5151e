package hbprobe.net;

import hbprobe.model.Problem;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Why TLS did not come about, for a person. */
public final class TlsFailure {
    private TlsFailure() {}

    /** What an error means, if it is one of TLS's. */
    public static Optional<Problem> of(Throwable error) {
        return chain(error).anyMatch(SSLException.class::isInstance) ? Optional.of(problem(error)) : Optional.empty();
    }

    /** What an error means that ended a handshake. */
    public static Problem problem(Throwable error) {
        String words = words(error);
        String lower = words.toLowerCase(Locale.ROOT);
        if (has(error, NotSslRecordException.class) || lower.contains("unsupported or unrecognized ssl message")) {
            return new Problem("not-tls", "the far end does not speak TLS; try the scheme without it");
        }
        if (lower.contains("client_hello")) {
            return new Problem(
                    "not-tls",
                    "the far end sends back what it was sent and does not speak TLS; hbprobe respond does with --cert");
        }
        if (has(error, SslHandshakeTimeoutException.class)) {
            return new Problem(
                    "not-tls",
                    "the far end accepts the connection but does not answer a TLS handshake; does it speak"
                            + " TLS on this port?");
        }
        if (has(error, CertificateExpiredException.class)) {
            return new Problem("tls-expired", "the far end's certificate has expired; --insecure would accept it");
        }
        if (has(error, CertificateNotYetValidException.class)) {
            return new Problem("tls-not-yet-valid", "the far end's certificate is not valid yet; is a clock wrong?");
        }
        if (has(error, CertPathBuilderException.class) || has(error, CertPathValidatorException.class)) {
            return new Problem(
                    "tls-untrusted",
                    "the far end's certificate is not trusted; name its issuer with --cacert, or accept any with"
                            + " --insecure");
        }
        if (lower.contains("no subject alternative") || lower.contains("no name matching")) {
            return new Problem(
                    "tls-name",
                    "the far end's certificate is another host's (" + words + "); name it with --servername");
        }
        if (lower.contains("certificate_required") || lower.contains("bad_certificate")) {
            return new Problem(
                    "tls-client-certificate",
                    "the far end demands a certificate of this end, or refuses it; give one with --cert and --key");
        }
        return new Problem("tls", "TLS with the far end failed: " + words);
    }

    private static boolean has(Throwable error, Class<? extends Throwable> kind) {
        return chain(error).anyMatch(kind::isInstance);
    }

    private static Stream<Throwable> chain(Throwable error) {
        return Stream.<Throwable>iterate(error, cause -> cause != null, Throwable::getCause);
    }

    /** Of the deepest cause that has any. */
    private static String words(Throwable error) {
        return chain(error)
                .map(Throwable::getMessage)
                .filter(message -> message != null && !message.isBlank())
                .reduce((outer, inner) -> inner)
                .orElse(error.toString())
                .lines()
                .findFirst()
                .orElse("");
    }
}
