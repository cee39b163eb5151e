package hbprobe.probe;

import hbprobe.engine.NatDiscovery;
import hbprobe.engine.NatMeaning;
import hbprobe.engine.NatVerdict;
import hbprobe.model.Durations;
import hbprobe.model.Endpoint;
import hbprobe.model.ExitCode;
import hbprobe.model.HostInfo;
import hbprobe.model.NatFinding;
import hbprobe.model.NatFinding.Outcome;
import hbprobe.model.NatPlan;
import hbprobe.model.Problem;
import hbprobe.model.Scheme;
import hbprobe.model.Transport;
import hbprobe.net.HostNetwork;
import hbprobe.runtime.Build;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals.Stop;
import java.net.InetSocketAddress;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Behaviour discovery from the server's name to the finding. Whatever happens, there is a finding. */
public final class NatExperiment {
    /** What is spoken, as dialects are named. */
    public static final Scheme SCHEME = Scheme.plain("stun+udp", "stun", Transport.UDP, OptionalInt.empty());

    private final NatRequest request;
    private final Consumer<String> trace;
    private final Approach approach;
    private volatile @Nullable NatRun run;

    /** @param trace told of every packet, in words */
    public NatExperiment(NatRequest request, Host host, Consumer<String> trace) {
        this.request = request;
        this.trace = trace;
        this.approach = new Approach(request.destination(), host, trace);
    }

    /** What it would do, without doing it. */
    public static NatPlan plan(NatRequest request) {
        return NatDiscovery.plan(request.settings());
    }

    /** Ends it soon, with what is known. May be called from any thread. */
    public void stop(Stop stop) {
        approach.stop(stop);
        NatRun running = run;
        if (running != null) {
            running.stop(NatDiscovery.End.INTERRUPTED);
        }
    }

    /**
     * Runs it, blocking. A defect of hbprobe's own becomes a finding with exit code 70 and is told to {@code onDefect}.
     */
    public NatFinding run(Consumer<Throwable> onDefect) {
        try {
            return approach.arrive(this::discover);
        } catch (Approach.UnreachedException e) {
            return unmeasured(NatVerdict.none(Outcome.UNREACHABLE, e.problem()), ExitCode.UNREACHABLE);
        } catch (Approach.NotStartedException e) {
            Outcome outcome = e.stop().isPresent() ? Outcome.INTERRUPTED : Outcome.INCONCLUSIVE;
            return unmeasured(
                    NatVerdict.none(outcome, Problems.notStarted(e.stop())),
                    e.stop().map(Stop::exitCode).orElse(ExitCode.INCONCLUSIVE));
        } catch (RuntimeException | Error defect) {
            onDefect.accept(defect);
            return unmeasured(
                    NatVerdict.none(Outcome.INCONCLUSIVE, new Problem("defect", "a defect in hbprobe: " + defect)),
                    ExitCode.DEFECT);
        }
    }

    private NatFinding discover(InetSocketAddress server, HostNetwork network) {
        NatRun running = new NatRun(request.settings(), server, network, trace);
        run = running;
        CompletableFuture<NatRun.Found> done = running.start(approach.left());
        if (approach.stopped().isPresent()) {
            running.stop(NatDiscovery.End.INTERRUPTED);
        }
        NatRun.Found found;
        try {
            found = done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException defect ? defect : e;
        }
        NatVerdict verdict = found.verdict();
        int exitCode = verdict.outcome() == Outcome.INTERRUPTED
                ? approach.stopped().map(Stop::exitCode).orElse(ExitCode.INCONCLUSIVE)
                : verdict.exitCode();
        return finding(verdict, approach.host(network, found.timerErrorMsP99()), exitCode);
    }

    private NatFinding unmeasured(NatVerdict verdict, int exitCode) {
        return finding(verdict, approach.unmeasuredHost(), exitCode);
    }

    private NatFinding finding(NatVerdict verdict, HostInfo host, int exitCode) {
        return new NatFinding(
                NatFinding.SCHEMA,
                Build.version(),
                approach.target(),
                host,
                approach.startedAt().toString(),
                Durations.seconds(approach.elapsed()),
                verdict.outcome(),
                NatFinding.Settings.of(request.settings()),
                verdict.server().orElse(null),
                verdict.local().map(Endpoint::toString).orElse(null),
                verdict.mapped().map(Endpoint::toString).orElse(null),
                verdict.translated().orElse(null),
                verdict.mapping(),
                verdict.filtering(),
                verdict.ports(),
                verdict.hairpinning(),
                NatMeaning.peers(verdict),
                NatMeaning.requirements(verdict),
                verdict.warnings(),
                verdict.problem().orElse(null),
                exitCode);
    }
}
