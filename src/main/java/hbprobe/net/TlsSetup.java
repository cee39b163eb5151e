package hbprobe.net;

import hbprobe.model.Problem;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** TLS as it was asked for, ready to be put under a protocol: Java's own, version 1.2 or 1.3. */
public final class TlsSetup {
    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    /** A handshake takes two round trips; a far end that doesn't know TLS often just waits. */
    private static final long HANDSHAKE_MS = TimeUnit.SECONDS.toMillis(3);

    private final SslContext context;
    private final TlsSettings settings;

    private TlsSetup(SslContext context, TlsSettings settings) {
        this.context = context;
        this.settings = settings;
    }

    /** A file that TLS needs can't be used. */
    public static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;

        UnusableException(String message) {
            super(message);
        }

        UnusableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * For connections to others.
     *
     * @throws UnusableException naming the option and the file
     */
    public static TlsSetup ofClient(TlsSettings settings) throws UnusableException {
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (settings.insecure()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else if (settings.cacert().isPresent()) {
            File trusted = readable("--cacert", settings.cacert().get());
            loading("--cacert '" + trusted + "' holds no certificate in PEM", () -> builder.trustManager(trusted));
        }
        if (settings.cert().isPresent() || settings.key().isPresent()) {
            File certificate = certificate(settings);
            File key = key(settings);
            loading(unusablePair(certificate, key), () -> builder.keyManager(certificate, key));
        }
        return new TlsSetup(built(builder), settings);
    }

    /**
     * For connections from others.
     *
     * @param settings whose certificate and key are there
     * @throws UnusableException naming the option and the file
     */
    public static TlsSetup ofServer(TlsSettings settings) throws UnusableException {
        File certificate = certificate(settings);
        File key = key(settings);
        SslContextBuilder[] builder = new SslContextBuilder[1];
        loading(unusablePair(certificate, key), () -> builder[0] = SslContextBuilder.forServer(certificate, key));
        return new TlsSetup(built(builder[0]), settings);
    }

    private static String unusablePair(File certificate, File key) {
        return "--cert '" + certificate + "' with --key '" + key + "' can't be used: a certificate in PEM and its key,"
                + " unencrypted, in PKCS#8 (openssl pkcs8 -topk8 -nocrypt makes one)";
    }

    private static File certificate(TlsSettings settings) throws UnusableException {
        Path file = settings.cert().orElseThrow(() -> new UnusableException("--key needs --cert beside it"));
        return readable("--cert", file);
    }

    /** As with curl, one file may hold both. */
    private static File key(TlsSettings settings) throws UnusableException {
        Optional<Path> file = settings.key().or(settings::cert);
        return readable(settings.key().isPresent() ? "--key" : "--cert", file.orElseThrow());
    }

    private static File readable(String option, Path file) throws UnusableException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new UnusableException(option + " '" + file + "': "
                    + (Files.exists(file) ? "it cannot be read" : "there is no such file"));
        }
        return file.toFile();
    }

    private static void loading(String whatIsWrong, Runnable load) throws UnusableException {
        try {
            load.run();
        } catch (IllegalArgumentException e) {
            throw new UnusableException(whatIsWrong, e);
        }
    }

    private static SslContext built(SslContextBuilder builder) throws UnusableException {
        try {
            return builder.sslProvider(SslProvider.JDK).protocols(VERSIONS).build();
        } catch (SSLException e) {
            throw new UnusableException("TLS can't be had here: " + e.getMessage(), e);
        }
    }

    /**
     * The handler of one connection to somebody else.
     *
     * @param host as the user named it: the certificate must be that host's
     * @param protocols to choose from by ALPN (RFC 7301); none: it isn't used
     */
    public SslHandler towards(ByteBufAllocator alloc, String host, int port, List<String> protocols) {
        SslHandler handler = context.newHandler(alloc, settings.servername().orElse(host), port);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(settings.insecure() ? "" : "HTTPS");
        if (!protocols.isEmpty()) {
            parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        }
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MS);
        return handler;
    }

    /**
     * What is wrong with the far end's certificate although the handshake succeeded: Java takes one that is trusted by
     * itself, not for its issuer, whatever its dates.
     */
    public Optional<Problem> objection(SSLSession session) {
        if (settings.insecure()) {
            return Optional.empty();
        }
        try {
            if (session.getPeerCertificates()[0] instanceof X509Certificate shown) {
                shown.checkValidity();
            }
            return Optional.empty();
        } catch (CertificateException | SSLPeerUnverifiedException e) {
            return Optional.of(TlsFailure.problem(e));
        }
    }

    /** The handler of one connection from somebody else. */
    public SslHandler from(ByteBufAllocator alloc) {
        SslHandler handler = context.newHandler(alloc);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MS);
        return handler;
    }
}
