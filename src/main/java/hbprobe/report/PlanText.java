package hbprobe.report;

import hbprobe.model.CheckPlan;
import hbprobe.model.Durations;
import hbprobe.model.MeasurePlan;
import hbprobe.model.NatPlan;
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
        line(text, "worst case", wholeSeconds(plan.worstCase()) + ", if nothing expires");
        line(text, "packets", "about " + plan.packets() + " in the worst case, both ways");
        plan.warning().ifPresent(warning -> line(text, "note", warning));
        return text.toString();
    }

    /** What {@code nat} would do, with a line break at its end. */
    public static String of(String server, NatPlan plan) {
        StringBuilder text = new StringBuilder();
        text.append("Would ask ").append(server).append(" how this host's NAT maps and filters.\n\n");
        line(text, "sockets", plan.sockets() + " in all, each with a local port of its own");
        line(text, "time", wholeSeconds(plan.usual()) + " as a rule");
        line(text, "worst case", wholeSeconds(plan.worst()) + ", if answers are lost again and again");
        line(text, "packets", plan.packets() + " sent at most");
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
                wholeSeconds(plan.worstCase()) + ", if nothing is noticed"
                        + (plan.searchesFirst() ? ", after measuring the idle timeout" : ""));
        plan.lacks().forEach(lack -> line(text, "not staged", lack));
        return text.toString();
    }

    /** What {@code check} would do, with a line break at its end. */
    public static String of(CheckPlan plan) {
        StringBuilder text = new StringBuilder();
        text.append("Would try ")
                .append(plan.rows().size())
                .append(plan.rows().size() == 1 ? " expectation" : " expectations")
                .append(howMany(plan))
                .append(".\n");
        String target = "";
        for (CheckPlan.Row row : plan.rows()) {
            if (!row.target().equals(target)) {
                target = row.target();
                text.append('\n').append(target).append('\n');
            }
            String expected = row.expected().equals("yes") ? "" : " " + row.expected();
            Words.paragraph(
                            "  ",
                            row.name() + expected + ": at most " + row.flows() + " flows open at once, "
                                    + (plan.turns() > 1 ? "over after " : "") + wholeSeconds(row.worstCase())
                                    + " at most")
                    .forEach(line -> text.append(line).append('\n'));
        }
        text.append('\n');
        line(text, "flows", "at most " + plan.flows() + " open at once");
        line(text, "worst case", wholeSeconds(plan.worstCase()));
        return text.toString();
    }

    private static String howMany(CheckPlan plan) {
        if (plan.turns() > 1) {
            return ", in " + plan.turns() + " turns: a far end takes no more flows at once";
        }
        return plan.rows().size() == 1 ? "" : ", all at the same time";
    }

    private static String wholeSeconds(Duration duration) {
        return Durations.print(Duration.ofSeconds(duration.toSeconds() + 1));
    }

    private static void line(StringBuilder text, String label, String words) {
        Words.paragraph("  " + String.format(java.util.Locale.ROOT, "%-11s", label), words)
                .forEach(line -> text.append(line).append('\n'));
    }
}
