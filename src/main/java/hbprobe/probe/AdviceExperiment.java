package hbprobe.probe;

import hbprobe.engine.AdvicePlan;
import hbprobe.engine.Snippets;
import hbprobe.model.AdviceFinding;
import hbprobe.model.AdviceFinding.Advice;
import hbprobe.model.AdviceFinding.Outcome;
import hbprobe.model.AdviceFinding.Snippet;
import hbprobe.model.AdviceSettings;
import hbprobe.model.Durations;
import hbprobe.model.Ending;
import hbprobe.model.ExitCode;
import hbprobe.model.Stacks;
import hbprobe.runtime.Build;
import hbprobe.runtime.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Advice on a known idle timeout. Nothing crosses the network. */
public final class AdviceExperiment {
    private final AdviceSettings settings;
    private final Host host;

    /** Of these settings, which nothing may stand in the way of. */
    public AdviceExperiment(AdviceSettings settings, Host host) {
        this.settings = settings;
        this.host = host;
    }

    /** Why no heartbeat can do what is asked, and what to change; empty where one can, or where none helps anyway. */
    public static Optional<String> obstacle(AdviceSettings settings) {
        return isAgeLimit(settings) ? Optional.empty() : AdvicePlan.obstacle(settings);
    }

    /** No heartbeat moves it. */
    private static boolean isAgeLimit(AdviceSettings settings) {
        return settings.ending().filter(Ending.LIFETIME::equals).isPresent();
    }

    /** The advice. */
    public AdviceFinding run() {
        Instant startedAt = host.now();
        long startNs = Host.monotonicNs();
        if (isAgeLimit(settings)) {
            return finding(startedAt, startNs, Outcome.NO_USE, null, List.of(), List.of());
        }
        AdvicePlan plan = AdvicePlan.of(settings);
        List<Snippet> snippets = settings.stacks().stream()
                .flatMap(stack -> Stacks.of(stack).stream())
                .map(template -> Snippets.of(plan, template))
                .toList();
        Outcome outcome = settings.basis() == AdviceSettings.Basis.SURVIVES ? Outcome.NOT_NEEDED : Outcome.ADVISED;
        return finding(startedAt, startNs, outcome, plan.advice(), snippets, plan.warnings());
    }

    private AdviceFinding finding(
            Instant startedAt,
            long startNs,
            Outcome outcome,
            @Nullable Advice advice,
            List<Snippet> snippets,
            List<String> warnings) {
        return new AdviceFinding(
                AdviceFinding.SCHEMA,
                Build.version(),
                startedAt.toString(),
                Durations.seconds(Duration.ofNanos(Host.monotonicNs() - startNs)),
                outcome,
                AdviceFinding.Settings.of(settings),
                advice,
                snippets,
                warnings,
                null,
                ExitCode.ANSWERED);
    }
}
