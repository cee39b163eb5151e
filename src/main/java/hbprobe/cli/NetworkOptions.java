package hbprobe.cli;

import hbprobe.net.Resolver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Where flows start from. */
final class NetworkOptions {
    /** Never null: picocli gives options of a group their defaults, so the environment's, only where there is one. */
    @ArgGroup(exclusive = true)
    private Family family = new Family();

    private static final class Family {
        @Option(
                names = {"-4", "--ipv4"},
                fallbackValue = Cli.ON,
                description = "Use IPv4 only.")
        private boolean v4;

        @Option(
                names = {"-6", "--ipv6"},
                fallbackValue = Cli.ON,
                description = "Use IPv6 only.")
        private boolean v6;
    }

    @Option(names = "--bind", paramLabel = "ADDR", description = "Local address to start from.")
    private @Nullable String bind;

    @Option(names = "--interface", paramLabel = "NAME", description = "Interface to start from.")
    private @Nullable String device;

    /** The family asked for: on the command line, else in the environment. */
    Resolver.Family family(CommandLine command) {
        ParseResult given = command.getParseResult();
        if (given.hasMatchedOption("-4") || given.hasMatchedOption("-6")) {
            return given.hasMatchedOption("-4") ? Resolver.Family.V4 : Resolver.Family.V6;
        }
        if (family.v4 == family.v6) {
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
