package hbprobe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A file with a secret in it, which must not stand on a command line. */
final class SecretFile {
    private SecretFile() {}

    /**
     * What it holds, without white space around it.
     *
     * @throws ParameterException when it can't be read or holds nothing
     */
    static String read(String option, Path file, CommandLine command) {
        String secret;
        try {
            secret = Files.readString(file).strip();
        } catch (IOException e) {
            throw new ParameterException(
                    command,
                    option + " '" + file + "': "
                            + (Files.exists(file) ? "it cannot be read" : "there is no such file"));
        }
        if (secret.isEmpty()) {
            throw new ParameterException(command, option + " '" + file + "': it is empty");
        }
        return secret;
    }
}
