package hbprobe.probe;

import hbprobe.engine.Advisor;
import hbprobe.engine.Fingerprint;
import hbprobe.engine.Verdict;
import hbprobe.model.Durations;
import hbprobe.model.Ending;
import hbprobe.model.ExitCode;
import hbprobe.model.KnownTimeout;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Likely;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureFinding.PathCheck;
import hbprobe.model.MeasureFinding.Settings;
import hbprobe.model.MeasureSettings;
import hbprobe.model.Problem;
import hbprobe.model.Transport;
import hbprobe.net.LocalConntrack;
import hbprobe.runtime.Build;
import hbprobe.runtime.Signals.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts findings together: the verdict, and what the run knows beside it. */
final class MeasureFindings {
    private final MeasureRequest request;
    private final Approach approach;

    MeasureFindings(MeasureRequest request, Approach approach) {
        this.request = request;
        this.approach = approach;
    }

    MeasureFinding measured(Approach.Reached reached, MeasureSettings settings, MeasureRun.Measured measured) {
        Verdict verdict = measured.verdict();
        List<String> warnings = new ArrayList<>(verdict.warnings());
        if (verdict.outcome() != Outcome.UNREACHABLE) {
            warnings.addAll(reached.notes());
        }
        if (!reached.network().kernel().seesSegments()) {
            warnings.add("without epoll nobody can see whether segments crossed an idle flow, nor whether an unanswered"
                    + " probe was acknowledged");
        }
        List<Likely> likely = new ArrayList<>();
        verdict.idleTimeout().ifPresent(found -> {
            thisHost(found, reached.abilities().transport()).ifPresent(own -> {
                likely.add(own);
                warnings.add("this host's own connection tracking forgets idle flows after " + own.idleTimeoutS()
                        + " s: the box found may be this host");
            });
            likely.addAll(Fingerprint.match(found, reached.abilities().transport(), KnownTimeout.table()));
        });
        int exitCode = verdict.outcome() == Outcome.INTERRUPTED
                ? approach.stopped().map(Stop::exitCode).orElse(ExitCode.INCONCLUSIVE)
                : verdict.exitCode();
        return new MeasureFinding(
                MeasureFinding.SCHEMA,
                Build.version(),
                approach.target(),
                approach.host(reached.network(), measured.timerErrorMsP99()),
                approach.startedAt().toString(),
                Durations.seconds(approach.elapsed()),
                request.seed(),
                verdict.outcome(),
                Settings.of(settings),
                verdict.idleTimeout().orElse(null),
                verdict.directions(),
                verdict.revivedByClient().orElse(null),
                verdict.hiddenRefresh().orElse(null),
                verdict.udp().orElse(null),
                verdict.pathCheck(),
                likely,
                verdict.idleTimeout()
                        .flatMap(found ->
                                Advisor.advise(found, reached.abilities().transport()))
                        .orElse(null),
                verdict.flows(),
                warnings,
                verdict.problem().orElse(null),
                exitCode);
    }

    private static Optional<Likely> thisHost(IdleTimeout found, Transport transport) {
        return LocalConntrack.timeouts(transport).entrySet().stream()
                .filter(own -> {
                    double ownS = Durations.seconds(own.getValue());
                    return ownS >= found.aliveS() && ownS <= found.deadS();
                })
                .map(own -> new Likely(
                        "this host's own connection tracking",
                        Durations.seconds(own.getValue()),
                        Ending.SILENT,
                        own.getKey()))
                .findFirst();
    }

    MeasureFinding unreachable(Problem problem) {
        return empty(Outcome.UNREACHABLE, problem, ExitCode.UNREACHABLE);
    }

    MeasureFinding deadline() {
        return empty(Outcome.INCONCLUSIVE, Problems.notStarted(Optional.empty()), ExitCode.INCONCLUSIVE);
    }

    MeasureFinding interrupted(Stop stop) {
        return empty(Outcome.INTERRUPTED, Problems.notStarted(Optional.of(stop)), stop.exitCode());
    }

    MeasureFinding defect(Throwable defect) {
        return empty(Outcome.INCONCLUSIVE, new Problem("defect", "a defect in hbprobe: " + defect), ExitCode.DEFECT);
    }

    private MeasureFinding empty(Outcome outcome, Problem problem, int exitCode) {
        return new MeasureFinding(
                MeasureFinding.SCHEMA,
                Build.version(),
                approach.target(),
                approach.unmeasuredHost(),
                approach.startedAt().toString(),
                Durations.seconds(approach.elapsed()),
                request.seed(),
                outcome,
                Settings.of(request.settingsFor(Dialects.abilities(request.scheme(), true))),
                null,
                List.of(),
                null,
                null,
                null,
                new PathCheck("not-needed"),
                List.of(),
                null,
                List.of(),
                List.of(),
                problem,
                exitCode);
    }
}
