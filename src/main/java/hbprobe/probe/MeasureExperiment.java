package hbprobe.probe;

import hbprobe.dialect.Dialect;
import hbprobe.engine.Plan;
import hbprobe.engine.Search;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
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

    /** What it would do, without doing it. */
    public static MeasurePlan plan(MeasureSettings settings) {
        return Plan.of(settings);
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
        Target target = Target.unresolved(request.target()).spoken(dialectName());
        MeasureFindings findings = new MeasureFindings(request, startedAt);
        try {
            InetAddress address = resolve(request.target().host(), request.family());
            target = target.at(Addresses.print(address));
            HostNetwork.Local local = local(address);
            try (HostNetwork network = HostNetwork.open(request.transport(), local)) {
                InetSocketAddress remote =
                        new InetSocketAddress(address, request.target().port());
                return measure(findings, target, remote, network, startNs);
            }
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
            MeasureFindings findings, Target target, InetSocketAddress remote, HostNetwork network, long startNs) {
        Dialect dialect = Dialects.of(request.target().dialect(), request.token());
        MeasureRun running = new MeasureRun(request.settings(), remote, dialect, network, host.wall(), trace);
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
                    measured,
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

    private String dialectName() {
        return Dialects.of(request.target().dialect(), Optional.empty()).name();
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
    private InetAddress resolve(String name, Resolver.Family family) throws UnknownHostException {
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
            CompletableFuture<?> either = CompletableFuture.anyOf(found.exceptionally(e -> null), stopped);
            if (request.deadline().isPresent()) {
                either.get(request.deadline().get().toNanos(), TimeUnit.NANOSECONDS);
            } else {
                either.get();
            }
            if (stopped.isDone()) {
                throw new NotStartedException(stopped.get());
            }
            return found.get();
        } catch (TimeoutException e) {
            throw new NotStartedException(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotStartedException(Stop.INTERRUPT);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw new IllegalStateException("resolve " + name, e.getCause());
        }
    }

    private HostNetwork.Local local(InetAddress target) throws UnknownHostException {
        Resolver.Family family = target instanceof java.net.Inet6Address ? Resolver.Family.V6 : Resolver.Family.V4;
        Optional<InetAddress> address =
                request.bind().isPresent() ? Optional.of(resolve(request.bind().get(), family)) : Optional.empty();
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
