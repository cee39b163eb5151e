package hbprobe.probe;

import hbprobe.dialect.Dialect;
import hbprobe.dialect.Introduction;
import hbprobe.dialect.Recognition;
import hbprobe.model.Abilities;
import hbprobe.model.HostInfo;
import hbprobe.model.Problem;
import hbprobe.model.Scheme;
import hbprobe.model.Target;
import hbprobe.net.Addresses;
import hbprobe.net.HostNetwork;
import hbprobe.net.Resolver;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals.Stop;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The way to a target: its name is resolved once, one address is used, and where the target doesn't say which dialect
 * is spoken, that is found out. It knows the clock of the whole command, and when the user has had enough.
 */
final class Approach {
    private final Destination destination;
    private final Consumer<String> trace;
    private final Instant startedAt;
    private final long startNs;
    private final CompletableFuture<Stop> stopped = new CompletableFuture<>();
    private Target target;

    /**
     * Where it has led.
     *
     * @param notes what the reader should know of how the dialect was chosen, and of what it can't show
     */
    record Reached(
            InetSocketAddress remote, HostNetwork network, Dialect dialect, Abilities abilities, List<String> notes) {}

    /** The target can't be reached, or not in this way. */
    static final class UnreachedException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        UnreachedException(Problem problem) {
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    /** It was over before it began: the way took too long, or the user had enough. */
    static final class NotStartedException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient @Nullable Stop stop;

        NotStartedException(@Nullable Stop stop) {
            this.stop = stop;
        }

        /** Empty: the deadline came first. */
        Optional<Stop> stop() {
            return Optional.ofNullable(stop);
        }
    }

    /** @param trace told of what happens, in words */
    Approach(Destination destination, Host host, Consumer<String> trace) {
        this.destination = destination;
        this.trace = trace;
        this.startedAt = host.now();
        this.startNs = Host.monotonicNs();
        this.target = Target.unresolved(destination.target());
    }

    /** The user has had enough. May be called from any thread. */
    void stop(Stop stop) {
        stopped.complete(stop);
    }

    Optional<Stop> stopped() {
        return Optional.ofNullable(stopped.getNow(null));
    }

    Instant startedAt() {
        return startedAt;
    }

    Duration elapsed() {
        return Duration.ofNanos(Host.monotonicNs() - startNs);
    }

    /** What the time that has passed leaves of the deadline, which bounds the whole command. */
    Optional<Duration> left() {
        return destination.deadline().map(limit -> {
            Duration left = limit.minus(elapsed());
            return left.isNegative() ? Duration.ZERO : left;
        });
    }

    /** As far as it is known by now. */
    Target target() {
        return target;
    }

    /** This host, where nothing was measured. */
    HostInfo unmeasuredHost() {
        String transport = destination.transport().filter("nio"::equals).orElseGet(HostNetwork::availableTransport);
        return new HostInfo(Host.os(), Host.java(), transport, null);
    }

    /** This host after a run. */
    HostInfo host(HostNetwork network, @Nullable Double timerErrorMsP99) {
        return new HostInfo(Host.os(), Host.java(), network.transport(), timerErrorMsP99);
    }

    /**
     * Goes there, and stays as long as {@code then} takes.
     *
     * @param unfit why a dialect can't do what was asked, if it can't
     * @throws UnreachedException when there is no getting there
     * @throws NotStartedException when the deadline or the user came first
     */
    <T> T reach(BiFunction<String, Abilities, Optional<String>> unfit, Function<Reached, T> then) {
        InetAddress address = resolved(destination.target().host(), destination.family());
        target = target.at(Addresses.print(address));
        try (HostNetwork network = HostNetwork.open(destination.transport(), local(address))) {
            InetSocketAddress remote =
                    new InetSocketAddress(address, destination.target().port());
            Introduced introduced = introduce(remote, network);
            Dialect dialect = introduced.dialect;
            Abilities abilities = dialect.abilities(network.kernel().seesSegments());
            unfit.apply(dialect.name(), abilities).ifPresent(why -> {
                throw new UnreachedException(new Problem("unfit", why));
            });
            Scheme scheme = Dialects.scheme(dialect.name());
            target = target.spoken(dialect.startsTls() ? scheme.startingTls() : scheme);
            List<String> notes = Stream.concat(introduced.how.stream(), abilities.untested().stream())
                    .toList();
            return then.apply(new Reached(remote, network, dialect, abilities, notes));
        }
    }

    /**
     * A dialect, and what the reader should know of how it was chosen.
     *
     * @param how empty when the user chose it, or nothing is lost by it
     */
    private record Introduced(Dialect dialect, Optional<String> how) {}

    /**
     * Goes as far as the address, where no flows are to be opened, and stays as long as {@code then} takes.
     *
     * @throws UnreachedException when the name does not resolve
     * @throws NotStartedException when the deadline or the user came first
     */
    <T> T arrive(BiFunction<InetSocketAddress, HostNetwork, T> then) {
        InetAddress address = resolved(destination.target().host(), destination.family());
        target = target.at(Addresses.print(address));
        try (HostNetwork network = HostNetwork.open(destination.transport(), local(address))) {
            return then.apply(
                    new InetSocketAddress(address, destination.target().port()), network);
        }
    }

    /** Finds out which dialect to speak where the target doesn't say. */
    private Introduced introduce(InetSocketAddress remote, HostNetwork network) {
        if (!destination.target().scheme().equals(Scheme.AUTO)) {
            return new Introduced(Dialects.of(destination), Optional.empty());
        }
        CompletableFuture<Recognition> recognised = new CompletableFuture<>();
        network.loop()
                .execute(() -> network.connect(
                        remote,
                        MeasureRun.CONNECT_TIMEOUT,
                        new Introduction(recognised::complete),
                        failure -> recognised.complete(new Recognition.Refused(
                                new Problem(failure.kind().code(), failure.message())))));
        Introduced introduced = introduced(await(recognised));
        trace.accept("the far end is spoken to as " + introduced.dialect.name() + "://");
        return introduced;
    }

    private Introduced introduced(Recognition recognition) {
        if (recognition instanceof Recognition.Refused refused) {
            throw new UnreachedException(refused.problem());
        } else if (recognition instanceof Recognition.Responder) {
            return new Introduced(Dialects.of("hb", destination), Optional.empty());
        } else if (recognition instanceof Recognition.Echo) {
            return new Introduced(
                    Dialects.of("echo", destination), Optional.of("the far end is an echo server, not a responder"));
        }
        String words = ((Recognition.Foreign) recognition).words();
        return new Introduced(
                Dialects.of("tcp", destination),
                Optional.of("the far end is no responder and no echo server"
                        + (words.isEmpty() ? "" : ", it says \"" + words + "\"")
                        + ": it was measured as tcp://, nothing was written on the flows"
                        + Dialects.better(words, destination.target().port())
                                .map(scheme -> "; " + scheme + ":// would tell more")
                                .orElse("")));
    }

    /** Waits for the result unless the deadline or the user comes first. */
    <T> T await(CompletableFuture<T> result) {
        CompletableFuture<?> either = CompletableFuture.anyOf(result.handle((value, error) -> ""), stopped);
        try {
            Optional<Duration> left = left();
            if (left.isPresent()) {
                either.get(left.get().toNanos(), TimeUnit.NANOSECONDS);
            } else {
                either.get();
            }
        } catch (TimeoutException e) {
            throw new NotStartedException(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotStartedException(Stop.INTERRUPT);
        } catch (ExecutionException e) {
            throw new IllegalStateException("wait for what was handled", e.getCause());
        }
        if (stopped.isDone()) {
            throw new NotStartedException(stopped.join());
        }
        return result.join();
    }

    /** On a thread of its own, since the system's resolver can take long and can't be interrupted. */
    private InetAddress resolved(String name, Resolver.Family family) {
        CompletableFuture<InetAddress> found = new CompletableFuture<>();
        Thread resolver = new Thread(
                () -> {
                    try {
                        found.complete(Resolver.resolve(name, family));
                    } catch (UnknownHostException | RuntimeException e) {
                        found.completeExceptionally(e);
                    }
                },
                "resolver");
        resolver.setDaemon(true);
        resolver.start();
        try {
            return await(found);
        } catch (CompletionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw new UnreachedException(new Problem("unresolved", String.valueOf(unknown.getMessage())));
            }
            throw new IllegalStateException("resolve " + name, e.getCause());
        }
    }

    private HostNetwork.Local local(InetAddress address) {
        Resolver.Family family = address instanceof Inet6Address ? Resolver.Family.V6 : Resolver.Family.V4;
        return new HostNetwork.Local(destination.bind().map(name -> resolved(name, family)), destination.device());
    }
}
