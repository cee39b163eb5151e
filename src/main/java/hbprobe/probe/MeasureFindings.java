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
import hbprobe.model.ServerLimit;
import hbprobe.model.Transport;
import hbprobe.net.LocalConntrack;
import hbprobe.runtime.Build;
import hbprobe.runtime.Signals.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts findings together: the verdict, and what the run knows beside it. */
final class MeasureFindings {
    /** Servers count idleness by a clock that they read now and then. */
    private static final double SERVER_EARLY_S = 0.25;

    /** Redis and memcached sweep, and come up to three seconds late. */
    private static final double SERVER_LATE_S = 3;

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
            measured.serverLimits().stream()
                    .flatMap(limit -> theServersOwn(found, limit).stream())
                    .forEach(likely::add);
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

    /** What a server closes by itself at the age that it tells is its own limit, whatever the path may have. */
    private static Optional<Likely> theServersOwn(IdleTimeout found, ServerLimit limit) {
        double limitS = Durations.seconds(limit.idle());
        double earliestS = found.estimateS();
        boolean near = earliestS >= limitS - SERVER_EARLY_S && earliestS <= limitS + SERVER_LATE_S;
        return near && (found.ending() == Ending.FIN_AT_EXPIRY || found.ending() == Ending.RESET_AT_EXPIRY)
                ? Optional.of(new Likely(
                        "the server's own limit: " + limit.setting(), limitS, found.ending(), limit.source()))
                : Optional.empty();
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
                Settings.of(request.settingsFor(Dialects.abilities(request.destination(), true))),
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
