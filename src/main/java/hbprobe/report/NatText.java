package hbprobe.report;

import hbprobe.model.NatFinding;
import hbprobe.model.NatFinding.Answer;
import hbprobe.model.NatFinding.Behaviour;
import hbprobe.model.NatFinding.Hairpinning;
import hbprobe.model.NatFinding.Outcome;
import hbprobe.model.NatFinding.PortChoice;
import hbprobe.model.NatFinding.Ports;
import hbprobe.model.NatFinding.Requirement;
import hbprobe.model.NatFinding.Seen;
import hbprobe.model.NatFinding.Server;
import hbprobe.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code nat} found, for a person: the answer first, then what was seen, within 80 columns. */
final class NatText {
    private static final int PORTS_SHOWN = 8;

    private NatText() {}

    /** The whole report, with a line break at its end. */
    static String of(NatFinding finding, Ink ink) {
        List<String> lines = new ArrayList<>();
        boolean isAnswered = finding.outcome() == Outcome.ANSWERED;
        Words.paragraph("", answer(finding)).stream()
                .map(line -> ink.bold(isAnswered ? line : ink.bad(line)))
                .forEach(lines::add);
        lines.add("");
        Problem error = finding.error();
        if (error != null) {
            add(lines, "why", error.message());
        }
        if (finding.server() != null) {
            seen(lines, finding);
        }
        finding.warnings().forEach(warning -> add(lines, "note", warning));
        lines.add("");
        if (finding.server() != null) {
            Words.paragraph("", LIMITS + (mayClash(finding) ? CLASH : "")).stream()
                    .map(ink::faint)
                    .forEach(lines::add);
        }
        lines.add(ink.faint(server(finding) + ", " + Words.seconds(finding.elapsedS())));
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private static final String LIMITS = "Seen from one place, now, over UDP: boxes in a row look like one.";

    private static final String CLASH = " A NAT that keeps ports may map otherwise once two hosts want the same one.";

    private static boolean mayClash(NatFinding finding) {
        return Boolean.TRUE.equals(finding.translated())
                && finding.ports().choice() == PortChoice.PRESERVED
                && finding.mapping().behaviour() == Behaviour.ENDPOINT_INDEPENDENT;
    }

    private static void seen(List<String> lines, NatFinding finding) {
        add(
                lines,
                "mapped",
                finding.local() + " is seen as " + finding.mapped()
                        + (Boolean.TRUE.equals(finding.translated()) ? "" : ": nothing is translated"));
        add(
                lines,
                "mapping",
                behaviour(finding.mapping().behaviour(), finding.mapping().why()));
        for (Seen one : finding.mapping().seen()) {
            add(lines, "", "to " + one.to() + ": " + (one.mapped() == null ? "no answer" : "from " + one.mapped()));
        }
        add(
                lines,
                "filtering",
                behaviour(finding.filtering().behaviour(), finding.filtering().why()));
        for (Answer one : finding.filtering().seen()) {
            add(lines, "", "from " + one.from() + ": " + came(one));
        }
        add(lines, "ports", ports(finding.ports()));
        add(lines, "hairpinning", hairpinning(finding.hairpinning()));
        lines.add("");
        add(lines, "peers", finding.peers().meaning());
        for (Requirement requirement : finding.requirements()) {
            add(
                    lines,
                    requirement.name(),
                    (requirement.met() == null ? "not known" : requirement.met() ? "met" : "not met") + ": "
                            + requirement.text());
        }
    }

    private static void add(List<String> lines, String label, String text) {
        lines.addAll(Words.paragraph(String.format(Locale.ROOT, "  %-13s", label), text));
    }

    private static String came(Answer answer) {
        if (answer.arrived() == null) {
            return "not known";
        }
        return answer.arrived() ? "let through" : "not let through, " + answer.requests() + " requests";
    }

    static String behaviour(Behaviour behaviour, @Nullable String why) {
        return behaviour.word() + (why == null ? "" : ": " + why);
    }

    static String ports(Ports ports) {
        String seen = ports.seen().stream()
                .limit(PORTS_SHOWN)
                .map(pair -> port(pair.local()) + "->" + port(pair.mapped()))
                .collect(Collectors.joining(" "));
        String count = ports.seen().isEmpty()
                ? ""
                : ", " + ports.preserved() + " of " + ports.seen().size() + " kept";
        return ports.choice().word() + count + (allKept(ports) || seen.isEmpty() ? "" : ": " + seen);
    }

    private static boolean allKept(Ports ports) {
        return ports.preserved() == ports.seen().size();
    }

    private static String port(String endpoint) {
        return endpoint.substring(endpoint.lastIndexOf(':') + 1);
    }

    static String hairpinning(Hairpinning hairpinning) {
        return hairpinning.loop().word()
                + (hairpinning.source() == null ? "" : ", from the " + hairpinning.source() + " address")
                + (hairpinning.why() == null ? "" : ": " + hairpinning.why());
    }

    private static String server(NatFinding finding) {
        Server server = finding.server();
        String name = finding.target().uri();
        if (server == null) {
            return name;
        }
        return name
                + (server.software() == null ? "" : " (" + Words.oneLine(server.software()) + ")")
                + (server.rttMs() == null ? "" : ", " + String.format(Locale.ROOT, "%.1f ms", server.rttMs()));
    }

    /** The sentence at the top. */
    static String answer(NatFinding finding) {
        return switch (finding.outcome()) {
            case ANSWERED -> answered(finding);
            case UNREACHABLE -> "Could not ask " + finding.target().uri() + ".";
            case INTERRUPTED -> "Interrupted" + known(finding) + ".";
            case INCONCLUSIVE -> "Inconclusive" + known(finding) + ".";
        };
    }

    private static String answered(NatFinding finding) {
        String mapping = finding.mapping().behaviour().word();
        String filtering = finding.filtering().behaviour().word();
        if (!Boolean.TRUE.equals(finding.translated())) {
            return finding.filtering().behaviour() == Behaviour.ENDPOINT_INDEPENDENT
                    ? "No NAT, and nothing is filtered."
                    : "No NAT; a filter that is " + filtering + ".";
        }
        return "A NAT: mapping " + mapping + ", filtering " + filtering + ".";
    }

    private static String known(NatFinding finding) {
        if (finding.mapped() == null) {
            return "";
        }
        return ": this host is seen as " + finding.mapped() + "; mapping "
                + finding.mapping().behaviour().word() + ", filtering "
                + finding.filtering().behaviour().word();
    }
}
