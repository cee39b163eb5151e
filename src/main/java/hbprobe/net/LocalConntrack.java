package hbprobe.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The connection tracking of this very host, which may be the middlebox that a measurement finds. */
public final class LocalConntrack {
    private static final Path ESTABLISHED = Path.of("/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established");

    private LocalConntrack() {}

    /** How long this host's kernel keeps an idle established TCP flow; empty where it tracks none. */
    public static Optional<Duration> establishedTimeout() {
        try {
            return Optional.of(Duration.ofSeconds(
                    Long.parseLong(Files.readString(ESTABLISHED).trim())));
        } catch (IOException | NumberFormatException | SecurityException e) {
            return Optional.empty(); // no Linux, or no conntrack: then it is not this host
        }
    }
}
