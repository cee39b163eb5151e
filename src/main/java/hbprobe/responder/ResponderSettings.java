package hbprobe.responder;

import hbprobe.model.Limits;
import hbprobe.net.TlsSetup;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a responder is run.
 *
 * @param listen addresses to listen on; empty for all
 * @param port 0 for any free one
 * @param udp whether to listen on UDP too
 * @param maxFlows held at once
 * @param maxFlowsPerAddress held at once for one client address
 * @param maxDelay longest duration of an order
 * @param token demanded of every client; absent: none
 * @param tls for clients that begin with a TLS handshake; absent: TLS isn't spoken
 * @param once whether to end when the first client is gone
 * @param maxDuration whether to end after a while
 */
public record ResponderSettings(
        List<InetAddress> listen,
        int port,
        boolean udp,
        int maxFlows,
        int maxFlowsPerAddress,
        Duration maxDelay,
        Optional<String> token,
        Optional<TlsSetup> tls,
        boolean once,
        Optional<Duration> maxDuration) {

    /** Copies the list. */
    public ResponderSettings {
        listen = List.copyOf(listen);
    }

    /** The defaults of the command line, on one port. */
    public static ResponderSettings onPort(int port) {
        return new ResponderSettings(
                List.of(),
                port,
                true,
                Limits.RESPONDER_FLOWS,
                Limits.RESPONDER_FLOWS_PER_ADDRESS,
                Limits.RESPONDER_DELAY,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
    }

    @Override
    public String toString() {
        return "ResponderSettings[port=" + port + ", token=" + (token.isPresent() ? "set" : "none") + "]";
    }
}
