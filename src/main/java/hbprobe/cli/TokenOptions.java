package hbprobe.cli;

import hbprobe.runtime.Host;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The shared secret: from a file or the environment, never from the command line, where others can read it. */
final class TokenOptions {
    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the secret shared by client and responder; or set HBPROBE_TOKEN.")
    private @Nullable Path file;

    /** @throws ParameterException when the file can't be read or holds nothing */
    Optional<String> token(Host host, CommandLine command) {
        if (file == null) {
            return host.variable("HBPROBE_TOKEN");
        }
        return Optional.of(SecretFile.read("--token-file", file, command));
    }
}
