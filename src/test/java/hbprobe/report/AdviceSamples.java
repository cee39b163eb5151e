package hbprobe.report;

import hbprobe.engine.AdvicePlan;
import hbprobe.engine.Snippets;
import hbprobe.model.AdviceFinding;
import hbprobe.model.AdviceFinding.Outcome;
import hbprobe.model.AdviceSettings;
import hbprobe.model.AdviceSettings.Basis;
import hbprobe.model.AdviceSettings.Power;
import hbprobe.model.Ending;
import hbprobe.model.Stacks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Findings of {@code advise}, made as the command makes them but for the time. */
final class AdviceSamples {
    private AdviceSamples() {}

    /** For a timeout and nothing else, all stacks. */
    static AdviceFinding usual(int timeoutS) {
        return of(new AdviceSettings(
                Duration.ofSeconds(timeoutS),
                Basis.EXPIRES,
                Optional.empty(),
                Optional.empty(),
                Duration.ofMillis(100),
                0,
                Optional.empty(),
                Power.MAINS,
                Stacks.names()));
    }

    /** With every option, and a stack that can't. */
    static AdviceFinding demanding() {
        return of(new AdviceSettings(
                Duration.ofSeconds(40),
                Basis.EXPIRES,
                Optional.of(Ending.FIN_AT_EXPIRY),
                Optional.of("run.json"),
                Duration.ofMillis(50),
                0.02,
                Optional.of(Duration.ofSeconds(12)),
                Power.BATTERY,
                List.of("linux-sysctl", "openssh", "hikaricp")));
    }

    static AdviceFinding notNeeded() {
        return of(new AdviceSettings(
                Duration.ofSeconds(900),
                Basis.SURVIVES,
                Optional.empty(),
                Optional.of("run.json"),
                Duration.ofMillis(100),
                0,
                Optional.empty(),
                Power.MAINS,
                List.of("wireguard")));
    }

    static AdviceFinding noUse() {
        AdviceSettings settings = new AdviceSettings(
                Duration.ofSeconds(600),
                Basis.EXPIRES,
                Optional.of(Ending.LIFETIME),
                Optional.of("run.json"),
                Duration.ofMillis(100),
                0,
                Optional.empty(),
                Power.MAINS,
                List.of("java"));
        return new AdviceFinding(
                AdviceFinding.SCHEMA,
                "0.1.0",
                "2026-11-25T03:00:00Z",
                0.0123,
                Outcome.NO_USE,
                AdviceFinding.Settings.of(settings),
                null,
                List.of(),
                List.of(),
                null,
                0);
    }

    private static AdviceFinding of(AdviceSettings settings) {
        AdvicePlan plan = AdvicePlan.of(settings);
        return new AdviceFinding(
                AdviceFinding.SCHEMA,
                "0.1.0",
                "2026-11-25T03:00:00Z",
                0.0123,
                settings.basis() == Basis.SURVIVES ? Outcome.NOT_NEEDED : Outcome.ADVISED,
                AdviceFinding.Settings.of(settings),
                plan.advice(),
                settings.stacks().stream()
                        .flatMap(stack -> Stacks.of(stack).stream())
                        .map(template -> Snippets.of(plan, template))
                        .toList(),
                plan.warnings(),
                null,
                0);
    }
}
