package hbprobe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts held against files in the tree. With {@code -Dgolden.update=true} the files are written instead. */
public final class Golden {
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    private Golden() {}

    /**
     * Holds a text against a file.
     *
     * @param file relative to the root of the tree
     */
    public static void check(Path file, String actual) {
        try {
            if (UPDATE) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, actual);
                return;
            }
            String how = file + " (after a change that is meant: mvn -Dgolden.update=true test, and read the diff)";
            assertThat(Files.exists(file)).as("there is %s", how).isTrue();
            assertThat(actual).as(how).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("golden file " + file, e);
        }
    }
}
