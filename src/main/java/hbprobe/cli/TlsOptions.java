package hbprobe.cli;

import hbprobe.net.TlsSettings;
import hbprobe.net.TlsSetup;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How this end trusts and shows itself under TLS; the names are curl's. */
final class TlsOptions {
    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "TLS: PEM file with the issuers that are trusted. Default: those that Java trusts.")
    private @Nullable Path cacert;

    @Option(names = "--cert", paramLabel = "FILE", description = "TLS: PEM file with this end's certificate.")
    private @Nullable Path cert;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "TLS: PEM file with the certificate's key, PKCS#8, unencrypted. Default: in that of --cert.")
    private @Nullable Path key;

    @Option(
            names = "--servername",
            paramLabel = "NAME",
            description = "TLS: name asked for and expected in the certificate. Default: the target's host.")
    private @Nullable String servername;

    @Option(names = "--insecure", fallbackValue = Cli.ON, description = "TLS: accept any certificate.")
    private boolean insecure;

    /** @throws ParameterException when one of the files can't be used */
    TlsSettings settings(CommandLine command) {
        TlsSettings settings = new TlsSettings(
                Optional.ofNullable(cacert),
                Optional.ofNullable(cert),
                Optional.ofNullable(key),
                Optional.ofNullable(servername),
                insecure);
        if (cacert != null || cert != null || key != null) {
            try {
                TlsSetup.ofClient(settings);
            } catch (TlsSetup.UnusableException e) {
                throw new ParameterException(command, String.valueOf(e.getMessage()));
            }
        }
        return settings;
    }
}
