package hbprobe.cli;

import hbprobe.model.Limits;
import hbprobe.report.SavedFindingException;
import hbprobe.runtime.Host;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A file that a finding was saved to, or {@code -} for stdin. What is wrong with it is a usage error that names it. */
final class SavedFile {
    private SavedFile() {}

    /** @throws ParameterException when it can't be read, is too large or no text */
    static String text(Path file, Host host, CommandLine command) {
        boolean isStdin = file.toString().equals("-");
        if (Files.isDirectory(file)) {
            throw wrong(file, "it is a folder", command);
        }
        if (!isStdin && !Files.exists(file)) {
            throw wrong(file, "there is no such file", command);
        }
        try (InputStream in = isStdin ? host.in() : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(Limits.SAVED_FINDING_BYTES + 1);
            if (bytes.length > Limits.SAVED_FINDING_BYTES) {
                throw wrong(
                        file, "it is larger than the " + Limits.SAVED_FINDING_BYTES + " bytes that are read", command);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw wrong(file, "it is not UTF-8 text", command);
        } catch (IOException e) {
            throw wrong(file, String.valueOf(e.getMessage()), command);
        }
    }

    static ParameterException wrong(Path file, SavedFindingException e, CommandLine command) {
        return wrong(file, String.valueOf(e.getMessage()), command);
    }

    static ParameterException wrong(Path file, String why, CommandLine command) {
        return new ParameterException(command, (file.toString().equals("-") ? "stdin" : file) + ": " + why);
    }
}
