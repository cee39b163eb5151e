package hbprobe.probe;

import hbprobe.dialect.Dialect;
import hbprobe.dialect.Introduction;
import hbprobe.dialect.Recognition;
import hbprobe.engine.Plan;
import hbprobe.engine.Search;
import hbprobe.model.Abilities;
import hbprobe.model.ExitCode;
import hbprobe.model.HostInfo;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasurePlan;
import hbprobe.model.MeasureProgress;
import hbprobe.model.MeasureSettings;
import hbprobe.model.Problem;
import hbprobe.model.Target;
import hbprobe.net.Addresses;
import hbprobe.net.HostNetwork;
import hbprobe.net.Resolver;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals.Stop;
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
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A measurement from the target's name to the finding. Whatever happens, there is a finding. */
public final class MeasureExperiment {
    private final MeasureRequest request;
    private final Host host;
    private final Consumer<String> trace;
    private final CompletableFuture<Stop> stopped = new CompletableFuture<>();
    private volatile @Nullable MeasureRun run;

    /** @param trace told of every event on a flow, in words */
    public MeasureExperiment(MeasureRequest request, Host host, Consumer<String> trace) {
        this.request = request;
        this.host = host;
        this.trace = trace;
    }

    /** What it would do, without doing it; for a target without a scheme what it would do to a responder. */
    public static MeasurePlan plan(MeasureRequest request) {
        return Plan.of(request.settingsFor(Dialects.abilities(request.target().dialect(), true)));
    }

    /** Why what was asked can't be had in the target's dialect, if it can't. */
    public static Optional<String> unfit(MeasureRequest request) {
        String scheme = request.target().dialect();
        return request.unfit(scheme, Dialects.abilities(scheme, true));
    }

    /** Ends it soon, with what is known. May be called from any thread. */
    public void stop(Stop stop) {
        stopped.complete(stop);
        MeasureRun running = run;
        if (running != null) {
            running.stop(Search.Conclusion.INTERRUPTED);
        }
    }

    /** Where it stands; empty before the first flow. May be called from any thread. */
    public Optional<MeasureProgress> progress() {
        return Optional.ofNullable(run).flatMap(MeasureRun::progress);
    }

    /**
     * Runs it, blocking. A defect of hbprobe's own becomes a finding with exit code 70 and is told to {@code onDefect}.
     */
    public MeasureFinding run(Consumer<Throwable> onDefect) {
        Instant startedAt = host.now();
        long startNs = Host.monotonicNs();
        Target target = Target.unresolved(request.target());
        MeasureFindings findings = new MeasureFindings(request, startedAt);
        try {
            InetAddress address = resolve(request.target().host(), request.family(), startNs);
            target = target.at(Addresses.print(address));
            HostNetwork.Local local = local(address, startNs);
            try (HostNetwork network = HostNetwork.open(request.transport(), local)) {
                InetSocketAddress remote =
                        new InetSocketAddress(address, request.target().port());
                Introduced introduced = introduce(remote, network, startNs);
                target = target.spoken(introduced.dialect().name());
                return measure(findings, target, remote, network, introduced, startNs);
            }
        } catch (RefusedException e) {
            return findings.unreachable(target, unmeasuredHost(), elapsed(startNs), e.problem);
        } catch (UnknownHostException e) {
            return findings.unreachable(
                    target, unmeasuredHost(), elapsed(startNs), new Problem("unresolved", message(e)));
        } catch (NotStartedException e) {
            return e.stop == null
                    ? findings.deadline(target, unmeasuredHost(), elapsed(startNs))
                    : findings.interrupted(target, unmeasuredHost(), elapsed(startNs), e.stop);
        } catch (RuntimeException | Error defect) {
            onDefect.accept(defect);
            return findings.defect(target, unmeasuredHost(), elapsed(startNs), defect);
        }
    }

    private MeasureFinding measure(
            MeasureFindings findings,
            Target target,
            InetSocketAddress remote,
            HostNetwork network,
            Introduced introduced,
            long startNs) {
        Dialect dialect = introduced.dialect();
        Abilities abilities = dialect.abilities(network.kernel().seesSegments());
        MeasureSettings settings = request.settingsFor(abilities);
        MeasureRun running = new MeasureRun(settings, remote, dialect, network, host.wall(), trace);
        run = running;
        CompletableFuture<MeasureRun.Measured> done = running.start(left(startNs));
        if (stopped.isDone()) {
            running.stop(Search.Conclusion.INTERRUPTED);
        }
        try {
            MeasureRun.Measured measured = done.join();
            HostInfo info = new HostInfo(Host.os(), Host.java(), network.transport(), measured.timerErrorMsP99());
            return findings.measured(
                    target,
                    info,
                    elapsed(startNs),
                    settings,
                    measured,
                    introduced.warnings(abilities),
                    Optional.ofNullable(stopped.getNow(null)),
                    network.kernel().seesSegments());
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException defect ? defect : e;
        }
    }

    /** What the time that has passed leaves of the deadline, which bounds the whole command. */
    private Optional<Duration> left(long startNs) {
        return request.deadline().map(limit -> {
            Duration left = limit.minus(elapsed(startNs));
            return left.isNegative() ? Duration.ZERO : left;
        });
    }

    /**
     * A dialect, and what the reader should know of how it was chosen.
     *
     * @param how empty when the user chose it, or nothing is lost by it
     */
    private record Introduced(Dialect dialect, Optional<String> how) {
        List<String> warnings(Abilities abilities) {
            return Stream.concat(how.stream(), abilities.untested().stream()).toList();
        }
    }

    /** Finds out which dialect to speak where the target doesn't say. */
    private Introduced introduce(InetSocketAddress remote, HostNetwork network, long startNs) {
        String scheme = request.target().dialect();
        if (!scheme.equals(Dialects.AUTO)) {
            return new Introduced(Dialects.of(scheme, request.token()), Optional.empty());
        }
        CompletableFuture<Recognition> recognised = new CompletableFuture<>();
        network.loop()
                .execute(() -> network.connect(
                        remote,
                        MeasureRun.CONNECT_TIMEOUT,
                        new Introduction(recognised::complete),
                        failure -> recognised.complete(new Recognition.Refused(
                                new Problem(failure.kind().code(), failure.message())))));
        Recognition recognition = await(recognised, startNs);
        Introduced introduced;
        if (recognition instanceof Recognition.Refused refused) {
            throw new RefusedException(refused.problem());
        } else if (recognition instanceof Recognition.Responder) {
            introduced = new Introduced(Dialects.of("hb", request.token()), Optional.empty());
        } else if (recognition instanceof Recognition.Echo) {
            introduced = new Introduced(
                    Dialects.of("echo", request.token()),
                    Optional.of("the far end is an echo server, not a responder"));
        } else {
            String words = ((Recognition.Foreign) recognition).words();
            introduced = new Introduced(
                    Dialects.of("tcp", request.token()),
                    Optional.of("the far end is no responder and no echo server"
                            + (words.isEmpty() ? "" : ", it says \"" + words + "\"")
                            + ": it was measured as tcp://, nothing was written on the flows"));
        }
        Dialect dialect = introduced.dialect();
        trace.accept("the far end is spoken to as " + dialect.name() + "://");
        request.unfit(dialect.name(), dialect.abilities(network.kernel().seesSegments()))
                .ifPresent(why -> {
                    throw new RefusedException(new Problem("unfit", why));
                });
        return introduced;
    }

    /** The far end can't be measured, or not in this way. */
    private static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        RefusedException(Problem problem) {
            this.problem = problem;
        }
    }

    /** Waits for the result unless the deadline or the user comes first. */
    private <T> T await(CompletableFuture<T> result, long startNs) {
        CompletableFuture<?> either = CompletableFuture.anyOf(result.handle((value, error) -> ""), stopped);
        try {
            Optional<Duration> left = left(startNs);
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

    /** The run was over before it began: the name took too long to resolve, or the user had enough. */
    private static final class NotStartedException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient @Nullable Stop stop;

        NotStartedException(@Nullable Stop stop) {
            this.stop = stop;
        }
    }

    /** On a thread of its own, since the system's resolver can take long and can't be interrupted. */
    private InetAddress resolve(String name, Resolver.Family family, long startNs) throws UnknownHostException {
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
            return await(found, startNs);
        } catch (CompletionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw new IllegalStateException("resolve " + name, e.getCause());
        }
    }

    private HostNetwork.Local local(InetAddress target, long startNs) throws UnknownHostException {
        Resolver.Family family = target instanceof java.net.Inet6Address ? Resolver.Family.V6 : Resolver.Family.V4;
        Optional<InetAddress> address = request.bind().isPresent()
                ? Optional.of(resolve(request.bind().get(), family, startNs))
                : Optional.empty();
        return new HostNetwork.Local(address, request.device());
    }

    private HostInfo unmeasuredHost() {
        String transport = request.transport().filter("nio"::equals).orElseGet(HostNetwork::availableTransport);
        return new HostInfo(Host.os(), Host.java(), transport, null);
    }

    private static Duration elapsed(long startNs) {
        return Duration.ofNanos(Host.monotonicNs() - startNs);
    }

    private static String message(Throwable e) {
        return String.valueOf(e.getMessage());
    }

    /** The code of a finding whose experiment was interrupted. */
    static int exitCode(Optional<Stop> stop) {
        return stop.map(Stop::exitCode).orElse(ExitCode.INCONCLUSIVE);
    }
}
