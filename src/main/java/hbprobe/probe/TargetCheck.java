package hbprobe.probe;

import hbprobe.model.CheckFinding.CheckedTarget;
import hbprobe.model.CheckFinding.Expectation;
import hbprobe.model.CheckFinding.Held;
import hbprobe.model.CheckFinding.Outcome;
import hbprobe.model.CheckProgress;
import hbprobe.model.CheckSettings;
import hbprobe.model.Durations;
import hbprobe.model.Expected;
import hbprobe.model.HostInfo;
import hbprobe.model.Problem;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals.Stop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One target and all that is expected of it, tried in turns. Whatever happens, each has its answer. */
final class TargetCheck {
    private final CheckSettings settings;
    private final long seed;
    private final Host host;
    private final Consumer<String> trace;
    private final Approach approach;
    private final List<Turn> planned;
    private final Map<Expected, Expectation> answers = new ConcurrentHashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private volatile @Nullable TargetRun running;
    private volatile boolean stoppedByFailure;
    private @Nullable Problem problem;
    private HostInfo hostInfo;
    private boolean defective;

    /** @param trace told of every event on a flow, in words */
    TargetCheck(CheckRequest.Wanted wanted, long seed, Host host, Consumer<String> trace) {
        this.settings = wanted.settings();
        this.seed = seed;
        this.host = host;
        this.trace = trace;
        this.approach = new Approach(wanted.destination(), host, trace);
        this.planned = planned(wanted, seed);
        this.hostInfo = approach.unmeasuredHost();
    }

    /** How it would be tried; for a target without a scheme what would be done to a responder. */
    static List<Turn> planned(CheckRequest.Wanted wanted, long seed) {
        List<Attempt> attempts = wanted.settings().expected().stream()
                .map(expected -> Attempt.planned(expected, wanted, seed))
                .toList();
        return Turn.of(
                attempts,
                TrialsRun.plannedMeans(wanted.destination(), false, Optional.empty())
                        .flows());
    }

    /** The user has had enough. May be called from any thread. */
    void stop(Stop stop) {
        approach.stop(stop);
        stopRun();
    }

    /** Something else has failed, and that suffices. May be called from any thread. */
    void stopForFailure() {
        stoppedByFailure = true;
        stopRun();
    }

    private void stopRun() {
        TargetRun run = running;
        if (run != null) {
            run.stop();
        }
    }

    private boolean isStopped() {
        return stoppedByFailure || approach.stopped().isPresent();
    }

    /**
     * Runs it, blocking.
     *
     * @param onAnswer told of each expectation's answer at once, on the event loop
     * @param onDefect told of a defect of hbprobe's own
     */
    CheckedTarget run(Consumer<Expectation> onAnswer, Consumer<Throwable> onDefect) {
        try {
            approach.reach((dialect, abilities) -> Optional.empty(), reached -> {
                tryAll(reached, onAnswer);
                return "";
            });
        } catch (Approach.UnreachedException e) {
            problem = e.problem();
        } catch (Approach.NotStartedException e) {
            trace.accept("not started: " + Problems.notStarted(e.stop()).message());
        } catch (RuntimeException | Error defect) {
            defective = true;
            onDefect.accept(defect);
            problem = new Problem("defect", "a defect in hbprobe: " + defect);
        }
        CheckedTarget finding = finding();
        trace.accept(finding.target().uri() + " is done: " + finding.outcome().word());
        return finding;
    }

    private void tryAll(Approach.Reached reached, Consumer<Expectation> onAnswer) {
        List<Attempt> attempts = settings.expected().stream()
                .map(expected -> Attempt.of(expected, settings, reached, seed))
                .toList();
        int places = TrialsRun.means(reached, false, Optional.empty()).flows();
        for (int tries = 1; !attempts.isEmpty(); tries++) {
            TargetRun run = new TargetRun(approach, reached, host, trace);
            running = run;
            boolean last = tries > settings.retries();
            Map<Expected, Expectation> before = Map.copyOf(answers);
            List<Turn> turns = Turn.of(attempts, places);
            for (int i = 0; i < turns.size(); i++) {
                if (i > 0) {
                    settle();
                }
                if (i == 0 || !(isStopped() || isOverdue())) {
                    tryTogether(turns.get(i), run, before, tries, onAnswer);
                }
            }
            warnings.clear();
            warnings.addAll(reached.notes());
            warnings.addAll(run.warnings());
            hostInfo = approach.host(reached.network(), run.timerErrorMsP99());
            problem = run.problem().orElse(null);
            attempts = last || isStopped() || isOverdue()
                    ? List.of()
                    : attempts.stream().filter(attempt -> !held(attempt)).toList();
        }
    }

    private static void settle() {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, Turn.SETTLE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private void tryTogether(
            Turn turn, TargetRun run, Map<Expected, Expectation> before, int tries, Consumer<Expectation> onAnswer) {
        boolean last = tries > settings.retries();
        List<CompletableFuture<Expectation>> tried = new ArrayList<>();
        for (Attempt attempt : turn.attempts()) {
            Expectation earlier = before.get(attempt.expected());
            tried.add(attempt.tried(run).thenApply(now -> {
                Expectation answer = earlier == null ? now : again(now, tries, earlier);
                answers.put(attempt.expected(), answer);
                if (last || answer.outcome() == Held.PASS) {
                    onAnswer.accept(answer);
                }
                return answer;
            }));
        }
        if (isStopped() || isOverdue()) {
            run.stop(); // it was, before this run was there to hear of it
        }
        tried.forEach(FlowRuns::join);
    }

    /** A path that holds the second time did not hold the first: nobody is to overlook that. */
    private static Expectation again(Expectation now, int tries, Expectation earlier) {
        String sofar = tries > 2 ? earlier.why() : "try 1: " + earlier.outcome().word() + ", " + earlier.why();
        return new Expectation(
                now.name(),
                now.expected(),
                now.observed(),
                now.outcome(),
                sofar + "; try " + tries + ": " + now.outcome().word() + ", " + now.why());
    }

    private boolean held(Attempt attempt) {
        Expectation answer = answers.get(attempt.expected());
        return answer != null && answer.outcome() == Held.PASS;
    }

    private boolean isOverdue() {
        return approach.left().filter(left -> left.isZero()).isPresent();
    }

    // ---- the finding ---------------------------------------------------------------------------------------------

    private CheckedTarget finding() {
        List<Expectation> expectations =
                settings.expected().stream().map(this::answer).toList();
        return new CheckedTarget(approach.target(), outcome(expectations), problem, expectations);
    }

    /** What was stopped on the way says so. */
    private Expectation answer(Expected expected) {
        Expectation answer = answers.get(expected);
        if (answer != null && answer.outcome() != Held.INCONCLUSIVE) {
            return answer;
        }
        Problem known = problem;
        if (answer == null && known != null) {
            return new Expectation(expected.name(), expected.value(), null, Held.ERROR, known.message());
        }
        String why = whyStopped().orElseGet(() -> answer == null ? "not tried" : answer.why());
        return new Expectation(
                expected.name(), expected.value(), answer == null ? null : answer.observed(), Held.INCONCLUSIVE, why);
    }

    private Optional<String> whyStopped() {
        String after = "after " + Durations.seconds(approach.elapsed()) + " s";
        if (approach.stopped().isPresent()) {
            return Optional.of("interrupted " + after);
        }
        if (stoppedByFailure) {
            return Optional.of("stopped " + after + ": another expectation does not hold (--fail-fast)");
        }
        return isOverdue() ? Optional.of("the deadline came first, " + after) : Optional.empty();
    }

    private Outcome outcome(List<Expectation> expectations) {
        if (any(expectations, Held.FAIL)) {
            return Outcome.FAIL;
        } else if (any(expectations, Held.ERROR)) {
            return Outcome.UNREACHABLE;
        } else if (any(expectations, Held.INCONCLUSIVE)) {
            return approach.stopped().isPresent() ? Outcome.INTERRUPTED : Outcome.INCONCLUSIVE;
        }
        return Outcome.PASS;
    }

    private static boolean any(List<Expectation> expectations, Held held) {
        return expectations.stream().anyMatch(one -> one.outcome() == held);
    }

    /** The machine as this target's runs saw it. */
    HostInfo host() {
        return hostInfo;
    }

    Set<String> warnings() {
        return warnings;
    }

    boolean isDefective() {
        return defective;
    }

    /** One row for each expectation. May be called from any thread. */
    List<CheckProgress.Row> progress() {
        return planned.stream()
                .flatMap(turn -> turn.attempts().stream()
                        .map(attempt ->
                                progress(attempt.expected(), turn.begins().plus(attempt.takes()))))
                .toList();
    }

    private CheckProgress.Row progress(Expected expected, Duration takes) {
        return new CheckProgress.Row(
                approach.target().uri(),
                expected.name(),
                expected.value(),
                takes,
                Optional.ofNullable(answers.get(expected)).map(Expectation::outcome));
    }
}
