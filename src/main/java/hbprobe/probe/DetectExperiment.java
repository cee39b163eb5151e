package hbprobe.probe;

import hbprobe.engine.DetectorStudy;
import hbprobe.engine.FaultFindings;
import hbprobe.engine.FaultTrials;
import hbprobe.model.DetectFinding;
import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorKind;
import hbprobe.model.Durations;
import hbprobe.model.FaultOutcome;
import hbprobe.model.HeartbeatEvent;
import hbprobe.model.HeartbeatTrace;
import hbprobe.model.Problem;
import hbprobe.model.TrialsPlan;
import hbprobe.model.TrialsProgress;
import hbprobe.runtime.Build;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A {@code detect} from the target's name to the finding. Whatever happens, there is a finding. */
public final class DetectExperiment {
    private final DetectRequest request;
    private final Optional<FaultStage> lab;
    private final Consumer<String> trace;
    private final Approach approach;
    private final TrialsRun trials;
    private List<HeartbeatEvent> events = List.of();

    /**
     * An experiment that has not begun.
     *
     * @param lab where faults of the whole lab are staged; empty outside a lab
     * @param trace told of every event on a flow, in words
     */
    public DetectExperiment(DetectRequest request, Host host, Optional<FaultStage> lab, Consumer<String> trace) {
        this.request = request;
        this.lab = lab;
        this.trace = trace;
        this.approach = new Approach(request.destination(), host, trace);
        this.trials = new TrialsRun(approach);
    }

    /** What it would do, without doing it; for a target without a scheme what it would do to a responder. */
    public static TrialsPlan plan(DetectRequest request, boolean lab) {
        FaultTrials trials = TrialsRun.planned(request.destination(), request.settings(), lab);
        return new TrialsPlan(trials.count(), trials.flowsAtOnce(), trials.worstCase(), false, trials.lacks());
    }

    /** Ends it soon, with what is known. May be called from any thread. */
    public void stop(Stop stop) {
        approach.stop(stop);
        trials.stop();
    }

    /** Where it stands; empty before the first flow. May be called from any thread. */
    public Optional<TrialsProgress> progress() {
        return trials.progress();
    }

    /** Every heartbeat of the run, for a trace; empty before it has ended. */
    public List<HeartbeatEvent> events() {
        return events;
    }

    /**
     * Runs it, blocking. A defect of hbprobe's own becomes a finding with exit code 70 and is told to {@code onDefect}.
     */
    public DetectFinding run(Consumer<Throwable> onDefect) {
        return trials.run(this::detect, this::empty, onDefect);
    }

    private DetectFinding detect(Approach.Reached reached) {
        FlowRuns runs = new FlowRuns(reached, lab, trace);
        CompletableFuture<FaultFindings> done = trials.start(
                runs,
                request.settings(),
                TrialsRun.means(reached, lab.isPresent(), request.settings().idleTimeout()),
                reached.network().loop());
        FaultFindings found = FlowRuns.join(done);
        events = found.events();
        FaultOutcome outcome = TrialsRun.outcome(found);
        List<String> warnings = new ArrayList<>(found.notes());
        if (outcome != FaultOutcome.UNREACHABLE) {
            warnings.addAll(reached.notes());
        }
        return new DetectFinding(
                DetectFinding.SCHEMA,
                Build.version(),
                approach.target(),
                approach.host(reached.network(), runs.timerError().p99Ms()),
                approach.startedAt().toString(),
                Durations.seconds(approach.elapsed()),
                request.settings().seed(),
                outcome,
                found.mechanisms(),
                found.detections(),
                detectors(found),
                found.costs(),
                found.answersFromAfar().orElse(null),
                outcome == FaultOutcome.UNREACHABLE ? null : found.verdict(),
                warnings,
                TrialsRun.problem(found, outcome).orElse(null),
                trials.exitCode(outcome));
    }

    private List<DetectorFinding> detectors(FaultFindings found) {
        List<DetectorFinding> findings = new ArrayList<>();
        for (DetectorKind kind : request.detectors()) {
            List<HeartbeatTrace> traces =
                    found.traces(request.detectorSettings().heartbeat(kind));
            if (!traces.isEmpty()) {
                findings.add(judged(kind, traces));
            }
        }
        return findings;
    }

    /** Where there were real crashes, the detection time is theirs alone; mistakes are those of all flows. */
    private DetectorFinding judged(DetectorKind kind, List<HeartbeatTrace> traces) {
        long seed = request.settings().seed();
        List<HeartbeatTrace> crashed =
                traces.stream().filter(trace -> trace.faultNs().isPresent()).toList();
        DetectorFinding all = DetectorStudy.of(kind, request.detectorSettings(), traces, seed);
        if (crashed.isEmpty() || crashed.size() == traces.size()) {
            return all;
        }
        return all.timedBy(DetectorStudy.of(kind, request.detectorSettings(), crashed, seed));
    }

    private DetectFinding empty(FaultOutcome outcome, Problem problem, int exitCode) {
        return new DetectFinding(
                DetectFinding.SCHEMA,
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
