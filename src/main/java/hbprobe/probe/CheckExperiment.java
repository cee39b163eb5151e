package hbprobe.probe;

import hbprobe.model.CheckFinding;
import hbprobe.model.CheckFinding.CheckedTarget;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.CheckFinding.Outcome;
import hbprobe.model.CheckPlan;
import hbprobe.model.CheckProgress;
import hbprobe.model.Durations;
import hbprobe.model.ExitCode;
import hbprobe.model.HostInfo;
import hbprobe.runtime.Build;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@code check}: all targets side by side, so that it takes as long as the longest. There is always a finding. */
public final class CheckExperiment {
    private final CheckRequest request;
    private final List<TargetCheck> checks;
    private final Instant startedAt;
    private final long startNs;
    private volatile @Nullable Stop stop;

    /**
     * An experiment that has not begun.
     *
     * @param trace told of every event on a flow, in words
     */
    public CheckExperiment(CheckRequest request, Host host, Consumer<String> trace) {
        this.request = request;
        this.startedAt = host.now();
        this.startNs = Host.monotonicNs();
        this.checks = request.targets().stream()
                .map(wanted -> new TargetCheck(wanted, request.seed(), host, trace))
                .toList();
    }

    /** What it would do, without doing it; for a target without a scheme what it would do to a responder. */
    public static CheckPlan plan(CheckRequest request) {
        return new CheckPlan(request.targets().stream()
                .flatMap(wanted ->
                        rows(wanted.destination().target().uri(), TargetCheck.planned(wanted, request.seed())))
                .toList());
    }

    private static Stream<CheckPlan.Row> rows(String target, List<Turn> turns) {
        return IntStream.rangeClosed(1, turns.size()).boxed().flatMap(number -> {
            Turn turn = turns.get(number - 1);
            return turn.attempts().stream().map(attempt -> attempt.planned(target, number, turn.begins()));
        });
    }

    /** Ends it soon, with what is known. May be called from any thread. */
    public void stop(Stop how) {
        stop = how;
        checks.forEach(check -> check.stop(how));
    }

    /** Where it stands. May be called from any thread. */
    public Optional<CheckProgress> progress() {
        Duration elapsed = Duration.ofNanos(Host.monotonicNs() - startNs);
        List<CheckProgress.Row> rows =
                checks.stream().flatMap(check -> check.progress().stream()).toList();
        Duration most = rows.stream()
                .filter(row -> row.held().isEmpty())
                .map(CheckProgress.Row::takes)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO)
                .minus(elapsed);
        return Optional.of(new CheckProgress(elapsed, most.isNegative() ? Duration.ZERO : most, rows));
    }

    /**
     * Runs it, blocking. A defect of hbprobe's own becomes an error of its target and exit code 70, and is told to
     * {@code onDefect}.
     */
    public CheckFinding run(Consumer<Throwable> onDefect) {
        List<CompletableFuture<CheckedTarget>> running =
                checks.stream().map(check -> aside(check, onDefect)).toList();
        List<CheckedTarget> targets = running.stream().map(FlowRuns::join).toList();
        Outcome outcome = stop != null ? Outcome.INTERRUPTED : worst(targets);
        return new CheckFinding(
                CheckFinding.SCHEMA,
                Build.version(),
                host(),
                startedAt.toString(),
                Durations.seconds(Duration.ofNanos(Host.monotonicNs() - startNs)),
                request.seed(),
                outcome,
                targets,
                warnings(targets),
                exitCode(outcome));
    }

    private CompletableFuture<CheckedTarget> aside(TargetCheck check, Consumer<Throwable> onDefect) {
        return CompletableFuture.supplyAsync(() -> check.run(this::onAnswer, onDefect), task -> {
            Thread thread = new Thread(task, "check");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void onAnswer(Expectation answer) {
        if (request.failFast() && answer.outcome() == Held.FAIL) {
            checks.forEach(TargetCheck::stopForFailure);
        }
    }

    private static Outcome worst(List<CheckedTarget> targets) {
        return targets.stream()
                .map(CheckedTarget::outcome)
                .min(Comparator.naturalOrder())
                .orElse(Outcome.PASS);
    }

    /** Timers were as late as in the worst of the runs. */
    private HostInfo host() {
        return checks.stream()
                .map(TargetCheck::host)
                .max(Comparator.comparingDouble(one -> Objects.requireNonNullElse(one.timerErrorMsP99(), -1.0)))
                .orElseThrow();
    }

    private List<String> warnings(List<CheckedTarget> targets) {
        Set<String> all = new LinkedHashSet<>();
        for (int i = 0; i < checks.size(); i++) {
            String prefix = checks.size() == 1 ? "" : targets.get(i).target().uri() + ": ";
            checks.get(i).warnings().forEach(warning -> all.add(prefix + warning));
        }
        return List.copyOf(all);
    }

    private int exitCode(Outcome outcome) {
        if (checks.stream().anyMatch(TargetCheck::isDefective)) {
            return ExitCode.DEFECT;
        }
        Stop how = stop;
        return switch (outcome) {
            case PASS -> ExitCode.ANSWERED;
            case FAIL -> ExitCode.EXPECTATION_FAILED;
            case UNREACHABLE -> ExitCode.UNREACHABLE;
            case INCONCLUSIVE -> ExitCode.INCONCLUSIVE;
            case INTERRUPTED -> how == null ? ExitCode.INCONCLUSIVE : how.exitCode();
        };
    }
}
