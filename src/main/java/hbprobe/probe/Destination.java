package hbprobe.probe;

import hbprobe.model.TargetSpec;
import hbprobe.net.Resolver;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a command goes to and from where.
 *
 * @param target not yet resolved
 * @param bind local address to start from
 * @param device interface to start from
 * @param token that the responder may demand
 * @param deadline bound on the whole run
 * @param transport {@code nio} to do without epoll
 */
public record Destination(
        TargetSpec target,
        Resolver.Family family,
        Optional<String> bind,
        Optional<String> device,
        Optional<String> token,
        Optional<Duration> deadline,
        Optional<String> transport) {

    @Override
    public String toString() {
        return "Destination[target=" + target + ", token=" + (token.isPresent() ? "set" : "none") + "]";
    }
}
