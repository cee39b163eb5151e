package hbprobe.cli;

import hbprobe.model.TargetSpec;
import hbprobe.probe.Destination;
import hbprobe.probe.Dialects;
import hbprobe.runtime.Host;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What every command has that goes to a target. */
final class TargetOptions {
    static final String TARGET = "host:port, [v6]:port or SCHEME://host[:port]; default port 7400 for hb://. Schemes:"
            + " hb (a responder), echo (an echo server), tcp (any server, nothing is written); without one hbprobe"
            + " finds out.";

    @Option(
            names = {"-w", "--deadline"},
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Bound on the whole command; the partial finding is printed.")
    private @Nullable Duration deadline;

    @Option(names = "--plan", fallbackValue = Cli.ON, description = "Say what would be done, and stop.")
    private boolean plan;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of every random choice; printed in the finding.")
    private @Nullable Long seed;

    @Mixin
    private TokenOptions tokenOptions = new TokenOptions();

    @Mixin
    private NetworkOptions networkOptions = new NetworkOptions();

    boolean isPlan() {
        return plan;
    }

    long seed() {
        return seed == null ? Host.freshSeed() : seed;
    }

    Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    Optional<String> token(Host host, CommandLine command) {
        return tokenOptions.token(host, command);
    }

    /** @throws ParameterException when the target is none */
    Destination destination(String target, Host host, CommandLine command) {
        return new Destination(
                spec(target, command),
                networkOptions.family(command),
                networkOptions.bind(),
                networkOptions.device(),
                token(host, command),
                deadline(),
                host.variable(TestSwitches.TRANSPORT));
    }

    /** @throws ParameterException when the target is none */
    static TargetSpec spec(String target, CommandLine command) {
        TargetSpec targetSpec;
        try {
            targetSpec = TargetSpec.parse(target);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()));
        }
        String scheme = targetSpec.dialect();
        if (!scheme.equals(Dialects.AUTO) && !Dialects.schemes().contains(scheme)) {
            throw new ParameterException(
                    command,
                    "target '" + target + "': the scheme '" + scheme + "' is not known; there is "
                            + String.join(", ", Dialects.schemes()));
        }
        return targetSpec;
    }
}
