package hbprobe.cli;

import hbprobe.model.Scheme;
import hbprobe.model.TargetSpec;
import hbprobe.probe.Destination;
import hbprobe.probe.Dialects;
import hbprobe.runtime.Host;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What every command has that goes to a target. */
final class TargetOptions {
    static final String TARGET = "host:port, [v6]:port or SCHEME://host[:port]; default port 7400 for hb://. Schemes:"
            + " hb (a responder), echo (an echo server), tcp (any server, nothing is written), or the protocol of a"
            + " server, as in redis://[user[:password]@]host; without one hbprobe finds out.";

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
    private ServerOptions serverOptions = new ServerOptions();

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
                spec(target, command).orPassword(serverOptions.password(host, command)),
                networkOptions.family(command),
                networkOptions.bind(),
                networkOptions.device(),
                token(host, command),
                serverOptions.tls(command),
                serverOptions.pushPath(command),
                deadline(),
                host.variable(TestSwitches.TRANSPORT));
    }

    /** @throws ParameterException when the target is none */
    static TargetSpec spec(String target, CommandLine command) {
        Map<String, Scheme> schemes = Dialects.schemes();
        TargetSpec.schemeOf(target).filter(word -> !schemes.containsKey(word)).ifPresent(word -> {
            String hint = Nearest.of(word, schemes.keySet())
                    .map(near -> "; did you mean " + near + "://?")
                    .orElse("; there is " + String.join(", ", schemes.keySet()));
            throw new ParameterException(
                    command,
                    "target '" + TargetSpec.masked(target) + "': the scheme '" + word + "' is not known" + hint);
        });
        try {
            return TargetSpec.parse(target, schemes);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()));
        }
    }
}
