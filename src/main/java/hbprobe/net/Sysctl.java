package hbprobe.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The kernel's settings. */
public final class Sysctl {
    private static final Path ROOT = Path.of("/proc/sys");

    private Sysctl() {}

    /**
     * One of them, with slashes in its name; empty where the kernel has none by that name, or where this is no Linux.
     */
    public static Optional<String> read(String name) {
        // Read by lines, in one large read: the kernel answers the first read of such a file and no other, and
        // Files.readString begins with a single byte.
        try (Stream<String> lines = Files.lines(ROOT.resolve(name))) {
            return lines.findFirst().map(String::trim);
        } catch (IOException | UncheckedIOException | SecurityException e) {
            return Optional.empty();
        }
    }
}
