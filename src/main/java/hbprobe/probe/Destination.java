package hbprobe.probe;

import hbprobe.dialect.Access;
import hbprobe.model.TargetSpec;
import hbprobe.net.Resolver;
import hbprobe.net.TlsSettings;
import hbprobe.net.TlsSetup;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a command goes to and from where.
 *
 * @param target not yet resolved
 * @param bind local address to start from
 * @param device interface to start from
 * @param token that the responder may demand
 * @param tls as the user wants it, where the scheme has it
 * @param pushPath path at which an HTTP server answers late
 * @param deadline bound on the whole run
 * @param transport {@code nio} to do without epoll
 */
public record Destination(
        TargetSpec target,
        Resolver.Family family,
        Optional<String> bind,
        Optional<String> device,
        Optional<String> token,
        TlsSettings tls,
        Optional<String> pushPath,
        Optional<Duration> deadline,
        Optional<String> transport) {

    /** What a dialect needs to be let in there. */
    Access access() {
        return new Access(target, token, pushPath, once(tls), once(tls.trustingAnybody()));
    }

    /** Made when it is first needed, and only once: its certificates take time to read. */
    private static Supplier<TlsSetup> once(TlsSettings settings) {
        return new Supplier<>() {
            private Optional<TlsSetup> made = Optional.empty();

            @Override
            public synchronized TlsSetup get() {
                if (made.isEmpty()) {
                    try {
                        made = Optional.of(TlsSetup.ofClient(settings));
                    } catch (TlsSetup.UnusableException e) {
                        throw new IllegalStateException("TLS options that were read before", e);
                    }
                }
                return made.get();
            }
        };
    }

    @Override
    public String toString() {
        return "Destination[target=" + target.uri() + ", token=" + (token.isPresent() ? "set" : "none") + "]";
    }
}
