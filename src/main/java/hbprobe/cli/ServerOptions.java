package hbprobe.cli;

import hbprobe.net.TlsSettings;
import hbprobe.runtime.Host;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What it takes to be let in by a server that isn't hbprobe's. */
final class ServerOptions {
    /** What stands in the path for the delay. */
    static final String SECONDS = "{seconds}";

    @Mixin
    private PasswordOptions passwordOptions = new PasswordOptions();

    @Mixin
    private TlsOptions tlsOptions = new TlsOptions();

    @Option(
            names = "--push-path",
            paramLabel = "PATH",
            description = "HTTP: path at which the server answers after {seconds}, such as /delay/{seconds}; so the"
                    + " server can speak first.")
    private @Nullable String pushPath;

    /** @throws ParameterException when the file can't be read or holds nothing */
    Optional<String> password(Host host, CommandLine command) {
        return passwordOptions.password(host, command);
    }

    /** @throws ParameterException when one of the files can't be used */
    TlsSettings tls(CommandLine command) {
        return tlsOptions.settings(command);
    }

    /** @throws ParameterException when it is no path, or doesn't say where the delay goes */
    Optional<String> pushPath(CommandLine command) {
        if (pushPath != null && (!pushPath.startsWith("/") || !pushPath.contains(SECONDS))) {
            throw new ParameterException(
                    command,
                    "--push-path '" + pushPath + "': it starts with / and holds " + SECONDS
                            + " where the delay goes, such as /delay/" + SECONDS);
        }
        return Optional.ofNullable(pushPath);
    }
}
