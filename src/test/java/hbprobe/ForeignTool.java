package hbprobe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** A program that is not ours, to hear what it makes of ours. */
public final class ForeignTool {
    private ForeignTool() {}

    /**
     * What a program says of a text; fails unless it ends with 0. The test is skipped where there is no such program,
     * except in CI.
     */
    public static String says(String text, String... command) {
        try {
            Path said = Files.createTempFile("said", ".txt");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
                try (OutputStream in = process.getOutputStream()) {
                    in.write(text.getBytes(StandardCharsets.UTF_8));
                }
                int exitCode = process.waitFor();
                String all = Files.readString(said);
                assertThat(exitCode)
                        .as("%s of%n%s%nsays%n%s", Arrays.toString(command), text, all)
                        .isZero();
                return all;
            } finally {
                Files.delete(said);
            }
        } catch (IOException e) {
            return missing("this machine has no " + command[0], e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String missing(String reason, IOException e) {
        if (System.getenv("CI") != null) {
            throw new AssertionError("must not be skipped in CI: " + reason, e);
        }
        return Assumptions.abort(reason);
    }
}
