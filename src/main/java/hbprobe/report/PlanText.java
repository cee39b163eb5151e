package hbprobe.report;

import hbprobe.model.Durations;
import hbprobe.model.MeasurePlan;
import hbprobe.model.TrialsPlan;
import java.time.Duration;

/** What {@code --plan} prints. */
public final class PlanText {
    private PlanText() {}

    /** The plan for a target, with a line break at its end. */
    public static String of(String target, MeasurePlan plan) {
        StringBuilder text = new StringBuilder();
        text.append("Would measure ").append(target).append(", and stop early once an expiry is sure.\n\n");
        line(text, "flows", plan.flows() + " in all, at most " + plan.flowsAtOnce() + " open at once");
        line(
                text,
                "rungs",
                plan.rungs() + " idle periods from " + Durations.print(plan.min()) + " to "
                        + Durations.print(plan.max()));
        line(
                text,
                "worst case",
                Durations.print(Duration.ofSeconds(plan.worstCase().toSeconds() + 1)) + ", if nothing expires");
        line(text, "packets", "about " + plan.packets() + " in the worst case, both ways");
        plan.warning().ifPresent(warning -> line(text, "note", warning));
        return text.toString();
    }

    /** What {@code compare} or {@code detect} would do to a target, with a line break at its end. */
    public static String of(String target, TrialsPlan plan) {
        StringBuilder text = new StringBuilder();
        text.append("Would stage faults on flows to ").append(target).append(".\n\n");
        line(
                text,
                "trials",
                plan.trials() + " in all, each on a flow of its own; at most " + plan.flowsAtOnce() + " flows at once");
        line(
                text,
                "worst case",
                Durations.print(Duration.ofSeconds(plan.worstCase().toSeconds() + 1)) + ", if nothing is noticed"
                        + (plan.searchesFirst() ? ", after measuring the idle timeout" : ""));
        plan.lacks().forEach(lack -> line(text, "not staged", lack));
        return text.toString();
    }

    private static void line(StringBuilder text, String label, String words) {
        Words.paragraph("  " + String.format(java.util.Locale.ROOT, "%-11s", label), words)
                .forEach(line -> text.append(line).append('\n'));
    }
}
