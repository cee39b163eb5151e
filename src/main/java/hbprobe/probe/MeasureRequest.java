package hbprobe.probe;

import hbprobe.model.MeasureSettings;
import hbprobe.model.TargetSpec;
import hbprobe.net.Resolver;
import java.time.Duration;
import java.util.Optional;

/**
 * One measurement as it was asked for.
 *
 * @param target not yet resolved
 * @param bind local address to start from
 * @param device interface to start from
 * @param token that the responder may demand
 * @param deadline bound on the whole run
 * @param transport {@code nio} to do without epoll
 */
public record MeasureRequest(
        MeasureSettings settings,
        TargetSpec target,
        Resolver.Family family,
        Optional<String> bind,
        Optional<String> device,
        Optional<String> token,
        Optional<Duration> deadline,
        long seed,
        Optional<String> transport) {

    @Override
    public String toString() {
        return "MeasureRequest[target=" + target + ", token=" + (token.isPresent() ? "set" : "none") + "]";
    }
}
