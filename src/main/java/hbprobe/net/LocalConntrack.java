package hbprobe.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** The connection tracking of this very host, which may be the middlebox that a measurement finds. */
public final class LocalConntrack {
    private static final Path ESTABLISHED = Path.of("/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established");

    private LocalConntrack() {}

    /** How long this host's kernel keeps an idle established TCP flow; empty where it tracks none. */
    public static Optional<Duration> establishedTimeout() {
        // Read by lines, in one large read: the kernel answers the first read of such a file and no other, and
        // Files.readString begins with a single byte.
        try (Stream<String> lines = Files.lines(ESTABLISHED)) {
            return lines.findFirst().map(seconds -> Duration.ofSeconds(Long.parseLong(seconds.trim())));
        } catch (IOException | UncheckedIOException | NumberFormatException | SecurityException e) {
            return Optional.empty(); // no Linux, or no conntrack: then it is not this host
        }
    }
}
