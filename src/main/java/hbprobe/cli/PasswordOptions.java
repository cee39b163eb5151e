package hbprobe.cli;

import hbprobe.runtime.Host;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The password of whoever the target's URI names, where the URI doesn't hold it. */
final class PasswordOptions {
    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File with the password of the user that the target names; or set HBPROBE_PASSWORD.")
    private @Nullable Path file;

    /** @throws ParameterException when the file can't be read or holds nothing */
    Optional<String> password(Host host, CommandLine command) {
        return file == null
                ? host.variable("HBPROBE_PASSWORD")
                : Optional.of(SecretFile.read("--password-file", file, command));
    }
}
