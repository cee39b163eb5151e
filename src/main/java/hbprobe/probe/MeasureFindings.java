package hbprobe.probe;

import hbprobe.engine.Advisor;
import hbprobe.engine.Fingerprint;
import hbprobe.engine.Verdict;
import hbprobe.model.Durations;
import hbprobe.model.Ending;
import hbprobe.model.ExitCode;
import hbprobe.model.HostInfo;
import hbprobe.model.KnownTimeout;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Likely;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureFinding.PathCheck;
import hbprobe.model.MeasureFinding.Settings;
import hbprobe.model.MeasureSettings;
import hbprobe.model.Problem;
import hbprobe.model.Target;
import hbprobe.net.LocalConntrack;
import hbprobe.runtime.Build;
import hbprobe.runtime.Signals.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts findings together: the verdict, and what the run knows beside it. */
final class MeasureFindings {
    private final MeasureRequest request;
    private final Instant startedAt;

    MeasureFindings(MeasureRequest request, Instant startedAt) {
        this.request = request;
        this.startedAt = startedAt;
    }

    MeasureFinding measured(
            Target target,
            HostInfo host,
            Duration elapsed,
            MeasureSettings settings,
            MeasureRun.Measured measured,
            List<String> aboutTheDialect,
            Optional<Stop> stop,
            boolean seesSegments) {
        Verdict verdict = measured.verdict();
        List<String> warnings = new ArrayList<>(verdict.warnings());
        if (verdict.outcome() != Outcome.UNREACHABLE) {
            warnings.addAll(aboutTheDialect);
        }
        if (!seesSegments) {
            warnings.add("without epoll nobody can see whether segments crossed an idle flow, nor whether an unanswered"
                    + " probe was acknowledged");
        }
        List<Likely> likely = new ArrayList<>();
        verdict.idleTimeout().ifPresent(found -> {
            thisHost(found).ifPresent(own -> {
                likely.add(own);
                warnings.add("this host's own connection tracking forgets idle flows after " + own.idleTimeoutS()
                        + " s: the box found may be this host");
            });
            likely.addAll(Fingerprint.match(found, KnownTimeout.table()));
        });
        int exitCode = verdict.outcome() == Outcome.INTERRUPTED ? MeasureExperiment.exitCode(stop) : verdict.exitCode();
        return new MeasureFinding(
                MeasureFinding.SCHEMA,
                Build.version(),
                target,
                host,
                startedAt.toString(),
                Durations.seconds(elapsed),
                request.seed(),
                verdict.outcome(),
                Settings.of(settings),
                verdict.idleTimeout().orElse(null),
                verdict.directions(),
                verdict.revivedByClient().orElse(null),
                verdict.hiddenRefresh().orElse(null),
                verdict.pathCheck(),
                likely,
                verdict.idleTimeout().flatMap(Advisor::advise).orElse(null),
                verdict.flows(),
                warnings,
                verdict.problem().orElse(null),
                exitCode);
    }

    private static Optional<Likely> thisHost(IdleTimeout found) {
        return LocalConntrack.establishedTimeout()
                .map(Durations::seconds)
                .filter(ownS -> ownS >= found.aliveS() && ownS <= found.deadS())
                .map(ownS -> new Likely(
                        "this host's own connection tracking",
                        ownS,
                        Ending.SILENT,
                        "net.netfilter.nf_conntrack_tcp_timeout_established"));
    }

    MeasureFinding unreachable(Target target, HostInfo host, Duration elapsed, Problem problem) {
        return empty(target, host, elapsed, Outcome.UNREACHABLE, problem, ExitCode.UNREACHABLE);
    }

    MeasureFinding deadline(Target target, HostInfo host, Duration elapsed) {
        return empty(
                target,
                host,
                elapsed,
                Outcome.INCONCLUSIVE,
                new Problem("deadline", "the deadline came before the name was resolved"),
                ExitCode.INCONCLUSIVE);
    }

    MeasureFinding interrupted(Target target, HostInfo host, Duration elapsed, Stop stop) {
        return empty(
                target,
                host,
                elapsed,
                Outcome.INTERRUPTED,
                new Problem("interrupted", "ended before the first flow was opened"),
                stop.exitCode());
    }

    MeasureFinding defect(Target target, HostInfo host, Duration elapsed, Throwable defect) {
        return empty(
                target,
                host,
                elapsed,
                Outcome.INCONCLUSIVE,
                new Problem("defect", "a defect in hbprobe: " + defect),
                ExitCode.DEFECT);
    }

    private MeasureFinding empty(
            Target target, HostInfo host, Duration elapsed, Outcome outcome, Problem problem, int exitCode) {
        return new MeasureFinding(
                MeasureFinding.SCHEMA,
                Build.version(),
                target,
                host,
                startedAt.toString(),
                Durations.seconds(elapsed),
                request.seed(),
                outcome,
                Settings.of(
                        request.settingsFor(Dialects.abilities(request.target().dialect(), true))),
                null,
                List.of(),
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
