package hbprobe.probe;

import hbprobe.engine.Plan;
import hbprobe.engine.Search;
import hbprobe.model.Abilities;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasurePlan;
import hbprobe.model.MeasureProgress;
import hbprobe.model.MeasureSettings;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals.Stop;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A measurement from the target's name to the finding. Whatever happens, there is a finding. */
public final class MeasureExperiment {
    private final MeasureRequest request;
    private final Host host;
    private final Consumer<String> trace;
    private final Approach approach;
    private volatile @Nullable MeasureRun run;

    /** @param trace told of every event on a flow, in words */
    public MeasureExperiment(MeasureRequest request, Host host, Consumer<String> trace) {
        this.request = request;
        this.host = host;
        this.trace = trace;
        this.approach = new Approach(request.destination(), host, trace);
    }

    /** What it would do, without doing it; for a target without a scheme what it would do to a responder. */
    public static MeasurePlan plan(MeasureRequest request) {
        Abilities abilities = Dialects.abilities(request.destination(), true);
        return Plan.of(request.settingsFor(abilities), abilities);
    }

    /** Why what was asked can't be had in the target's dialect, if it can't. */
    public static Optional<String> unfit(MeasureRequest request) {
        return request.unfit(request.scheme(), Dialects.abilities(request.destination(), true));
    }

    /** Ends it soon, with what is known. May be called from any thread. */
    public void stop(Stop stop) {
        approach.stop(stop);
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
        MeasureFindings findings = new MeasureFindings(request, approach);
        try {
            return approach.reach(request::unfit, reached -> measure(findings, reached));
        } catch (Approach.UnreachedException e) {
            return findings.unreachable(e.problem());
        } catch (Approach.NotStartedException e) {
            return e.stop().map(findings::interrupted).orElseGet(findings::deadline);
        } catch (RuntimeException | Error defect) {
            onDefect.accept(defect);
            return findings.defect(defect);
        }
    }

    private MeasureFinding measure(MeasureFindings findings, Approach.Reached reached) {
        MeasureSettings settings = request.settingsFor(reached.abilities());
        MeasureRun running =
                new MeasureRun(settings, reached.remote(), reached.dialect(), reached.network(), host.wall(), trace);
        run = running;
        CompletableFuture<MeasureRun.Measured> done = running.start(approach.left());
        if (approach.stopped().isPresent()) {
            running.stop(Search.Conclusion.INTERRUPTED);
        }
        try {
            return findings.measured(reached, settings, done.join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException defect ? defect : e;
        }
    }
}
