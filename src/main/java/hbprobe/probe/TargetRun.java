package hbprobe.probe;

import hbprobe.engine.EchoTrain;
import hbprobe.engine.FaultFindings;
import hbprobe.engine.FaultTrials;
import hbprobe.engine.KeepOpenTrials;
import hbprobe.engine.Search;
import hbprobe.engine.Verdict;
import hbprobe.model.DetectionSettings;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.Means;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureSettings;
import hbprobe.model.Problem;
import hbprobe.runtime.Host;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All that is tried on one target, on one event loop. */
final class TargetRun {
    private final Approach approach;
    private final Approach.Reached reached;
    private final Host host;
    private final Consumer<String> trace;
    private final FlowRuns runs;
    private final List<MeasureRun> searches = new CopyOnWriteArrayList<>();
    private final Map<MeasureSettings, CompletableFuture<Verdict>> bySettings = new HashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private volatile @Nullable Problem problem;
    private volatile @Nullable Double timerErrorMsP99;

    /** @param trace told of every event on a flow, in words */
    TargetRun(Approach approach, Approach.Reached reached, Host host, Consumer<String> trace) {
        this.approach = approach;
        this.reached = reached;
        this.host = host;
        this.trace = trace;
        this.runs = new FlowRuns(reached, Optional.empty(), trace);
        approach.left().ifPresent(runs::stopAfter);
    }

    /** Ends all of it soon, with what is known. May be called from any thread. */
    void stop() {
        runs.stop(Search.Conclusion.INTERRUPTED);
        searches.forEach(search -> search.stop(Search.Conclusion.INTERRUPTED));
    }

    /** A search for an idle timeout; the same settings are searched once, whoever asks. */
    CompletableFuture<Verdict> search(MeasureSettings settings) {
        return bySettings.computeIfAbsent(settings, this::begun);
    }

    private CompletableFuture<Verdict> begun(MeasureSettings settings) {
        MeasureRun search =
                new MeasureRun(settings, reached.remote(), reached.dialect(), reached.network(), host.wall(), trace);
        searches.add(search);
        return search.start(approach.left()).thenApply(measured -> {
            Verdict verdict = measured.verdict();
            if (verdict.outcome() == Outcome.UNREACHABLE) {
                verdict.problem().ifPresent(this::learn);
            } else {
                warnings.addAll(verdict.warnings());
            }
            timerErrorMsP99 = later(timerErrorMsP99, measured.timerErrorMsP99());
            return verdict;
        });
    }

    /** Faults that have to be noticed. */
    CompletableFuture<FaultFindings> trials(DetectionSettings settings, Means means) {
        return runs.start(nowNs -> new FaultTrials(settings, means, nowNs)).thenApply(trials -> {
            FaultFindings found = new FaultFindings(trials);
            found.problem().ifPresent(this::learn);
            return found;
        });
    }

    /** Flows that are kept busy. */
    CompletableFuture<EchoTrain> echoes(EchoTrain.Shape shape) {
        return runs.start(nowNs -> new EchoTrain(shape, nowNs)).thenApply(train -> {
            train.unreachable().ifPresent(this::learn);
            return train;
        });
    }

    /** This kernel's keepalive on a path with such an idle timeout. */
    CompletableFuture<KeepOpenTrials> keepalive(Keepalive keepalive, Duration idleTimeout, Means means) {
        return runs.start(nowNs -> KeepOpenTrials.of(keepalive, idleTimeout, means, nowNs));
    }

    /** The first reason stays: what comes after follows from it. */
    private void learn(Problem why) {
        if (problem == null) {
            problem = why;
        }
    }

    /** Why the target could not be reached, if it couldn't. */
    Optional<Problem> problem() {
        return Optional.ofNullable(problem);
    }

    /** What the searches had to say. */
    Set<String> warnings() {
        return warnings;
    }

    /** Milliseconds, 99th percentile, of the worst run; null when no timer has fired. */
    @Nullable
    Double timerErrorMsP99() {
        return later(timerErrorMsP99, runs.timerError().p99Ms());
    }

    private static @Nullable Double later(@Nullable Double one, @Nullable Double other) {
        return one == null ? other : other == null ? one : Double.valueOf(Math.max(one, other));
    }
}
