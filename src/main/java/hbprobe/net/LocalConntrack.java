package hbprobe.net;

import java.time.Duration;
import java.util.Optional;

/** The connection tracking of this very host, which may be the middlebox that a measurement finds. */
public final class LocalConntrack {
    private LocalConntrack() {}

    /** How long this host's kernel keeps an idle established TCP flow; empty where it tracks none. */
    public static Optional<Duration> establishedTimeout() {
        return Sysctl.read("net/netfilter/nf_conntrack_tcp_timeout_established").flatMap(LocalConntrack::seconds);
    }

    private static Optional<Duration> seconds(String text) {
        try {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
