package hbprobe.probe;

import hbprobe.engine.FaultFindings;
import hbprobe.engine.FaultTrials;
import hbprobe.engine.Search;
import hbprobe.model.Abilities;
import hbprobe.model.DetectionSettings;
import hbprobe.model.ExitCode;
import hbprobe.model.FaultOutcome;
import hbprobe.model.Means;
import hbprobe.model.Problem;
import hbprobe.model.TrialsProgress;
import hbprobe.net.HostNetwork;
import hbprobe.net.KernelView;
import hbprobe.runtime.Signals.Stop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The trials of {@code compare} and {@code detect}: what both do the same with them. */
final class TrialsRun {
    private static final long TICK_MS = 250;

    private final Approach approach;
    private volatile @Nullable TrialsProgress progress;
    private volatile @Nullable FlowRuns running;

    TrialsRun(Approach approach) {
        this.approach = approach;
    }

    /** Where they stand; empty before they began. May be called from any thread. */
    Optional<TrialsProgress> progress() {
        return Optional.ofNullable(progress);
    }

    /** Ends them soon. May be called from any thread. */
    void stop() {
        FlowRuns runs = running;
        if (runs != null) {
            runs.stop(Search.Conclusion.INTERRUPTED);
        }
    }

    /**
     * A finding without rows.
     *
     * @param <T> the finding
     */
    interface Empty<T> {
        T because(FaultOutcome outcome, Problem problem, int exitCode);
    }

    /**
     * Goes to the target and does something there, blocking. Whatever happens, there is a finding.
     *
     * @param onDefect told of a defect of hbprobe's own
     */
    <T> T run(Function<Approach.Reached, T> experiment, Empty<T> empty, Consumer<Throwable> onDefect) {
        try {
            return approach.reach((dialect, abilities) -> Optional.empty(), experiment);
        } catch (Approach.UnreachedException e) {
            return empty.because(FaultOutcome.UNREACHABLE, e.problem(), ExitCode.UNREACHABLE);
        } catch (Approach.NotStartedException e) {
            FaultOutcome outcome = e.stop().isPresent() ? FaultOutcome.INTERRUPTED : FaultOutcome.INCONCLUSIVE;
            return empty.because(outcome, Problems.notStarted(e.stop()), exitCode(outcome));
        } catch (RuntimeException | Error defect) {
            onDefect.accept(defect);
            return empty.because(
                    FaultOutcome.INCONCLUSIVE,
                    new Problem("defect", "a defect in hbprobe: " + defect),
                    ExitCode.DEFECT);
        }
    }

    /** What can be staged with a dialect here. */
    private static Means means(
            String dialect,
            Abilities abilities,
            boolean obeys,
            boolean seesSegments,
            boolean lab,
            Optional<Duration> idleTimeout) {
        return new Means(
                dialect,
                abilities.transport(),
                abilities.writes(),
                abilities.serverFirst(),
                obeys,
                obeys ? Integer.MAX_VALUE : abilities.flows(),
                seesSegments,
                seesSegments,
                lab,
                idleTimeout);
    }

    static Means means(Approach.Reached reached, boolean lab, Optional<Duration> idleTimeout) {
        KernelView kernel = reached.network().kernel();
        return means(
                reached.dialect().name(),
                reached.abilities(),
                reached.dialect().obeys(),
                kernel.seesSegments(),
                lab,
                idleTimeout);
    }

    /** Before the target is reached; for one without a scheme those of a responder. */
    static Means plannedMeans(Destination destination, boolean lab, Optional<Duration> idleTimeout) {
        String scheme = destination.target().dialect();
        boolean seesSegments = !destination.transport().filter("nio"::equals).isPresent()
                && HostNetwork.lackOfEpoll().isEmpty();
        return means(
                scheme,
                Dialects.abilities(destination, seesSegments),
                Dialects.obeys(destination),
                seesSegments,
                lab,
                idleTimeout);
    }

    /** Trials that nobody runs. */
    static FaultTrials planned(Destination destination, DetectionSettings settings, boolean lab) {
        return new FaultTrials(settings, plannedMeans(destination, lab, settings.idleTimeout()), 0);
    }

    /** Starts them. The deadline and the user end whatever else runs among these. */
    CompletableFuture<FaultFindings> start(FlowRuns runs, DetectionSettings settings, Means means, EventLoop loop) {
        running = runs;
        approach.left().ifPresent(runs::stopAfter);
        CompletableFuture<FaultTrials> done = runs.start(nowNs -> {
            FaultTrials trials = new FaultTrials(settings, means, nowNs);
            tick(trials, loop);
            return trials;
        });
        if (approach.stopped().isPresent()) {
            runs.stop(Search.Conclusion.INTERRUPTED);
        }
        return done.thenApply(FaultFindings::new);
    }

    private void tick(FaultTrials trials, EventLoop loop) {
        progress = trials.progress(loop.ticker().nanoTime());
        if (!trials.isOver()) {
            loop.schedule(() -> tick(trials, loop), TICK_MS, TimeUnit.MILLISECONDS);
        }
    }

    static FaultOutcome outcome(FaultFindings found) {
        return switch (found.conclusion()) {
            case INTERRUPTED -> FaultOutcome.INTERRUPTED;
            case UNREACHABLE -> FaultOutcome.UNREACHABLE;
            case DONE, DEADLINE, PATH_DOWN ->
                found.isAnswered() && found.conclusion() != Search.Conclusion.PATH_DOWN
                        ? FaultOutcome.ANSWERED
                        : FaultOutcome.INCONCLUSIVE;
        };
    }

    /** Why there is no answer, if there is none. */
    static Optional<Problem> problem(FaultFindings found, FaultOutcome outcome) {
        return found.problem()
                .or(() -> outcome == FaultOutcome.INCONCLUSIVE
                        ? Optional.of(Problems.unanswered(found.conclusion()))
                        : Optional.empty());
    }

    int exitCode(FaultOutcome outcome) {
        return switch (outcome) {
            case ANSWERED -> ExitCode.ANSWERED;
            case INCONCLUSIVE -> ExitCode.INCONCLUSIVE;
            case UNREACHABLE -> ExitCode.UNREACHABLE;
            case INTERRUPTED -> approach.stopped().map(Stop::exitCode).orElse(ExitCode.INCONCLUSIVE);
        };
    }
}
