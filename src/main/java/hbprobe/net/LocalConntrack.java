package hbprobe.net;

import hbprobe.model.Transport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The connection tracking of this very host, which may be the middlebox that a measurement finds. */
public final class LocalConntrack {
    private LocalConntrack() {}

    /** How long this host's kernel keeps an idle established TCP flow; empty where it tracks none. */
    public static Optional<Duration> establishedTimeout() {
        return Sysctl.read("net/netfilter/nf_conntrack_tcp_timeout_established").flatMap(LocalConntrack::seconds);
    }

    /** How long it keeps idle flows of that kind, by the name of each setting; empty where it tracks none. */
    public static Map<String, Duration> timeouts(Transport transport) {
        List<String> settings = transport == Transport.TCP
                ? List.of("tcp_timeout_established")
                : List.of("udp_timeout", "udp_timeout_stream");
        Map<String, Duration> timeouts = new LinkedHashMap<>();
        for (String setting : settings) {
            Sysctl.read("net/netfilter/nf_conntrack_" + setting)
                    .flatMap(LocalConntrack::seconds)
                    .ifPresent(timeout -> timeouts.put("net.netfilter.nf_conntrack_" + setting, timeout));
        }
        return timeouts;
    }

    private static Optional<Duration> seconds(String text) {
        try {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
