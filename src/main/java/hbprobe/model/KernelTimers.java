package hbprobe.model;

import java.time.Duration;

/**
 * What a Linux kernel's retransmission goes by.
 *
 * @param rto retransmission timeout of the flow at rest (RFC 6298; at least 200 ms)
 * @param retries {@code net.ipv4.tcp_retries2}
 * @param tailLossProbe whether a lone segment is sent again once before the first timeout (RFC 8985, 7)
 * @param longestRto {@code net.ipv4.tcp_rto_max_ms}, 120 s before Linux 6.15
 */
public record KernelTimers(Duration rto, int retries, boolean tailLossProbe, Duration longestRto) {
    /** Linux as it is shipped, on a path with a short round trip. */
    public static KernelTimers usual() {
        return new KernelTimers(Duration.ofMillis(204), 15, true, Duration.ofMinutes(2));
    }
}
