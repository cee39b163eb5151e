package hbprobe.probe;

import hbprobe.engine.Comparison;
import hbprobe.engine.FaultFindings;
import hbprobe.engine.FaultTrials;
import hbprobe.engine.KeepOpenTrials;
import hbprobe.engine.Search;
import hbprobe.engine.Verdict;
import hbprobe.model.CompareFinding;
import hbprobe.model.DetectionSettings;
import hbprobe.model.Durations;
import hbprobe.model.FaultOutcome;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.Means;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureProgress;
import hbprobe.model.MeasureSettings;
import hbprobe.model.Problem;
import hbprobe.model.TrialsPlan;
import hbprobe.model.TrialsProgress;
import hbprobe.runtime.Build;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals.Stop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A {@code compare} from the target's name to the finding. Whatever happens, there is a finding. */
public final class CompareExperiment {
    private final CompareRequest request;
    private final Host host;
    private final Optional<FaultStage> lab;
    private final Consumer<String> trace;
    private final Approach approach;
    private final TrialsRun trials;
    private volatile @Nullable MeasureRun measuring;
    private volatile Duration keepOpenTakes = Duration.ZERO;

    /**
     * An experiment that has not begun.
     *
     * @param lab where faults of the whole lab are staged; empty outside a lab
     * @param trace told of every event on a flow, in words
     */
    public CompareExperiment(CompareRequest request, Host host, Optional<FaultStage> lab, Consumer<String> trace) {
        this.request = request;
        this.host = host;
        this.lab = lab;
        this.trace = trace;
        this.approach = new Approach(request.destination(), host, trace);
        this.trials = new TrialsRun(approach);
    }

    /** What it would do, without doing it; for a target without a scheme what it would do to a responder. */
    public static TrialsPlan plan(CompareRequest request, boolean lab) {
        Means means = TrialsRun.plannedMeans(
                request.destination(), lab, request.settings().idleTimeout());
        Optional<Duration> keeping = request.settings()
                .idleTimeout()
                .filter(timeout -> tellsWhatIsKept(means))
                .map(timeout -> KeepOpenTrials.worstCase(timeout, means));
        boolean both = tellsWhatIsKept(means);
        FaultTrials trials = new FaultTrials(request.settings(), both ? besideKeepOpen(means) : means, 0);
        Duration worst =
                keeping.filter(time -> time.compareTo(trials.worstCase()) > 0).orElse(trials.worstCase());
        return new TrialsPlan(
                trials.count(),
                trials.flowsAtOnce() + (both ? KeepOpenTrials.flowsAtOnce(means) : 0),
                worst,
                request.settings().idleTimeout().isEmpty(),
                trials.lacks());
    }

    /** Ends it soon, with what is known. May be called from any thread. */
    public void stop(Stop stop) {
        approach.stop(stop);
        MeasureRun search = measuring;
        if (search != null) {
            search.stop(Search.Conclusion.INTERRUPTED);
        }
        trials.stop();
    }

    /** Where the trials stand; empty before they began. May be called from any thread. */
    public Optional<TrialsProgress> progress() {
        return trials.progress()
                .map(progress -> progress.beside("keeping the path open", keepOpenTakes.minus(progress.elapsed())));
    }

    /** Where the search for the idle timeout stands, if there is one. May be called from any thread. */
    public Optional<MeasureProgress> searchProgress() {
        return Optional.ofNullable(measuring).flatMap(MeasureRun::progress);
    }

    /**
     * Runs it, blocking. A defect of hbprobe's own becomes a finding with exit code 70 and is told to {@code onDefect}.
     */
    public CompareFinding run(Consumer<Throwable> onDefect) {
        return trials.run(this::compare, this::empty, onDefect);
    }

    private CompareFinding compare(Approach.Reached reached) {
        List<String> warnings = new ArrayList<>();
        Optional<Duration> idleTimeout = request.settings().idleTimeout();
        int left = 0;
        if (idleTimeout.isEmpty()) {
            MeasureRun.Measured search = measured(reached);
            idleTimeout = idleTimeout(search.verdict(), warnings);
            left = search.leftAtTheFarEnd();
        }
        DetectionSettings settings = withIdleTimeout(idleTimeout);
        Means all = TrialsRun.means(reached, lab.isPresent(), settings.idleTimeout());
        Means means = all.withFlows(Math.max(1, all.flows() - left));
        FlowRuns runs = new FlowRuns(reached, lab, trace);
        Optional<CompletableFuture<KeepOpenTrials>> keeping = settings.idleTimeout()
                .filter(timeout -> tellsWhatIsKept(means))
                .map(timeout -> keepOpen(runs, means, timeout));
        CompletableFuture<FaultFindings> done = trials.start(
                runs,
                settings,
                keeping.isPresent() ? besideKeepOpen(means) : means,
                reached.network().loop());
        FaultFindings found = FlowRuns.join(done);
        List<KeepOpen> keepOpen =
                keeping.map(running -> FlowRuns.join(running).findings()).orElseGet(() -> notTested(means));
        FaultOutcome outcome = TrialsRun.outcome(found);
        Comparison comparison = new Comparison(
                keepOpen,
                !means.pushes(),
                found,
                settings.idleTimeout(),
                settings.heartbeat().interval());
        warnings.addAll(found.notes());
        warnings.addAll(reached.notes());
        return new CompareFinding(
                CompareFinding.SCHEMA,
                Build.version(),
                approach.target(),
                approach.host(reached.network(), runs.timerError().p99Ms()),
                approach.startedAt().toString(),
                Durations.seconds(approach.elapsed()),
                settings.seed(),
                outcome,
                found.mechanisms(),
                keepOpen,
                found.detections(),
                found.costs(),
                comparison.terminatedBetween().orElse(null),
                outcome == FaultOutcome.UNREACHABLE ? null : comparison.verdict(),
                outcome == FaultOutcome.UNREACHABLE ? List.of() : warnings,
                TrialsRun.problem(found, outcome).orElse(null),
                trials.exitCode(outcome));
    }

    private static boolean tellsWhatIsKept(Means means) {
        return Problems.noLastWord(means).isEmpty();
    }

    /** What places the flows that are kept open leave to those that have faults. */
    private static Means besideKeepOpen(Means means) {
        return means.withFlows(Math.max(1, means.flows() - KeepOpenTrials.flowsAtOnce(means)));
    }

    private CompletableFuture<KeepOpenTrials> keepOpen(FlowRuns runs, Means means, Duration idleTimeout) {
        keepOpenTakes = KeepOpenTrials.worstCase(idleTimeout, means);
        CompletableFuture<KeepOpenTrials> done =
                runs.start(nowNs -> new KeepOpenTrials(idleTimeout, means, approach.left(), nowNs));
        return done.whenComplete((kept, defect) -> keepOpenTakes = Duration.ZERO);
    }

    private DetectionSettings withIdleTimeout(Optional<Duration> idleTimeout) {
        DetectionSettings asked = request.settings();
        return new DetectionSettings(
                asked.mechanisms(),
                asked.faults(),
                asked.heartbeat(),
                asked.trials(),
                asked.cap(),
                asked.watched(),
                idleTimeout,
                asked.seed());
    }

    /** A search for the path's idle timeout. */
    private MeasureRun.Measured measured(Approach.Reached reached) {
        MeasureSettings settings = MeasureSettings.defaults()
                .within(
                        reached.abilities(),
                        Math.min(
                                MeasureSettings.defaults().maxFlows(),
                                reached.abilities().flows()),
                        reached.abilities().refines());
        MeasureRun search =
                new MeasureRun(settings, reached.remote(), reached.dialect(), reached.network(), host.wall(), trace);
        measuring = search;
        CompletableFuture<MeasureRun.Measured> done = search.start(approach.left());
        if (approach.stopped().isPresent()) {
            search.stop(Search.Conclusion.INTERRUPTED);
        }
        MeasureRun.Measured result = FlowRuns.join(done);
        measuring = null;
        return result;
    }

    private static Optional<Duration> idleTimeout(Verdict verdict, List<String> warnings) {
        verdict.problem().ifPresent(problem -> {
            if (verdict.outcome() == Outcome.UNREACHABLE) {
                throw new Approach.UnreachedException(problem);
            }
            warnings.add("the idle timeout could not be measured: " + problem.message());
        });
        Optional<IdleTimeout> found = verdict.idleTimeout();
        warnings.add(found.map(timeout -> "the idle timeout was measured first: "
                        + timeout.aliveS() + " to " + timeout.deadS() + " s, "
                        + timeout.direction().word())
                .orElse("no idle timeout was found up to "
                        + Durations.print(MeasureSettings.defaults().max())));
        return found.filter(timeout -> timeout.aliveS() > 0)
                .map(timeout -> Duration.ofMillis((long) (timeout.aliveS() * 1_000)));
    }

    private static List<KeepOpen> notTested(Means means) {
        String why = Problems.noLastWord(means)
                .filter(lack -> means.idleTimeout().isPresent())
                .orElse("no idle timeout is known: there is nothing to keep the path from");
        Double idleTimeoutS = means.idleTimeout().map(Durations::seconds).orElse(null);
        return Keeper.over(means.transport()).stream()
                .map(keeper -> KeepOpen.notTested(keeper, idleTimeoutS, why))
                .toList();
    }

    private CompareFinding empty(FaultOutcome outcome, Problem problem, int exitCode) {
        return new CompareFinding(
                CompareFinding.SCHEMA,
                Build.version(),
                approach.target(),
                approach.unmeasuredHost(),
                approach.startedAt().toString(),
                Durations.seconds(approach.elapsed()),
                request.settings().seed(),
                outcome,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                problem,
                exitCode);
    }
}
