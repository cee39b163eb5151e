package hbprobe.cli;

import hbprobe.net.Resolver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where flows start from. */
final class NetworkOptions {
    @ArgGroup(exclusive = true)
    private @Nullable Family family;

    private static final class Family {
        @Option(
                names = {"-4", "--ipv4"},
                description = "Use IPv4 only.")
        @SuppressWarnings("UnusedVariable") // it is what is left when the other one is not set
        private boolean v4;

        @Option(
                names = {"-6", "--ipv6"},
                description = "Use IPv6 only.")
        private boolean v6;
    }

    @Option(names = "--bind", paramLabel = "ADDR", description = "Local address to start from.")
    private @Nullable String bind;

    @Option(names = "--interface", paramLabel = "NAME", description = "Interface to start from.")
    private @Nullable String device;

    Resolver.Family family() {
        if (family == null) {
            return Resolver.Family.ANY;
        }
        return family.v6 ? Resolver.Family.V6 : Resolver.Family.V4;
    }

    Optional<String> bind() {
        return Optional.ofNullable(bind);
    }

    Optional<String> device() {
        return Optional.ofNullable(device);
    }
}
