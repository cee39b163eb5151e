package hbprobe.report;

import hbprobe.model.NatFinding;
import hbprobe.model.NatFinding.Behaviour;
import hbprobe.model.NatFinding.Loop;
import hbprobe.model.NatFinding.Outcome;
import hbprobe.model.NatFinding.PortChoice;
import hbprobe.model.NatFinding.Server;
import hbprobe.model.Problem;
import hbprobe.report.Outline.Case;
import hbprobe.report.Outline.Metric;
import hbprobe.report.Outline.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A finding of {@code nat} in outline: each property of the NAT is a case. */
final class NatOutline {
    private NatOutline() {}

    static Outline of(NatFinding finding) {
        Behaviour mapping = finding.mapping().behaviour();
        Behaviour filtering = finding.filtering().behaviour();
        Loop loop = finding.hairpinning().loop();
        PortChoice choice = finding.ports().choice();
        List<Case> cases = List.of(
                one(
                        finding,
                        "mapping",
                        mapping.isKnown(),
                        mapping.word(),
                        finding.mapping().why()),
                one(
                        finding,
                        "filtering",
                        filtering.isKnown(),
                        filtering.word(),
                        finding.filtering().why()),
                one(finding, "ports", choice != PortChoice.NOT_TESTED, NatText.ports(finding.ports()), unseen(finding)),
                one(
                        finding,
                        "hairpinning",
                        loop == Loop.YES || loop == Loop.NO || loop == Loop.NOT_NEEDED,
                        loop.word(),
                        finding.hairpinning().why()));
        return new Outline(
                "nat",
                finding.target().uri(),
                NatText.answer(finding),
                finding.outcome().word(),
                finding.exitCode(),
                finding.error(),
                finding.warnings(),
                finding.startedAt(),
                finding.elapsedS(),
                cases,
                metrics(finding));
    }

    private static Case one(NatFinding finding, String name, boolean isKnown, String observed, @Nullable String why) {
        return new Case(
                finding.target().uri(),
                name,
                Verdict.of(finding.outcome() == Outcome.ANSWERED, finding.exitCode(), isKnown),
                null,
                observed,
                why == null ? "" : why);
    }

    private static @Nullable String unseen(NatFinding finding) {
        Problem error = finding.error();
        return finding.ports().choice() == PortChoice.NOT_TESTED && error != null ? error.message() : null;
    }

    private static List<Metric> metrics(NatFinding finding) {
        List<Metric> metrics = new ArrayList<>();
        if (finding.translated() != null) {
            metrics.add(new Metric(
                    "hbprobe_nat_translated",
                    "Whether the server saw another address or port than this host has.",
                    Labelled.of("mapped", String.valueOf(finding.mapped())),
                    finding.translated() ? 1 : 0));
        }
        if (finding.mapping().behaviour().isKnown()) {
            metrics.add(new Metric(
                    "hbprobe_nat_mapping",
                    "On what the mapping depends; always 1.",
                    Labelled.of("behaviour", finding.mapping().behaviour().word()),
                    1));
        }
        if (finding.filtering().behaviour().isKnown()) {
            metrics.add(new Metric(
                    "hbprobe_nat_filtering",
                    "On what the filter depends; always 1.",
                    Labelled.of("behaviour", finding.filtering().behaviour().word()),
                    1));
        }
        Server server = finding.server();
        if (server != null && server.rttMs() != null) {
            metrics.add(new Metric(
                    "hbprobe_nat_round_trip_seconds",
                    "The shortest round trip to the server.",
                    java.util.Map.of(),
                    server.rttMs() / 1e3));
        }
        return metrics;
    }
}
