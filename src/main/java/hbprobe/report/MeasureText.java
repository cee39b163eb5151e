package hbprobe.report;

import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.IdleTest;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Advice;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Likely;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureFinding.Udp;
import hbprobe.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A finding of {@code measure} for a person: the answer in one line, then the evidence, within 80 columns. */
public final class MeasureText {
    private static final int LABEL_WIDTH = 11;

    private final MeasureFinding finding;
    private final Ink ink;
    private final List<String> lines = new ArrayList<>();

    private MeasureText(MeasureFinding finding, Ink ink) {
        this.finding = finding;
        this.ink = ink;
    }

    /** The whole report, with a line break at its end. */
    public static String of(MeasureFinding finding, Ink ink) {
        return new MeasureText(finding, ink).render();
    }

    private String render() {
        Words.paragraph("", answer()).forEach(line -> lines.add(emphasised(line)));
        if (finding.directions().stream().anyMatch(direction -> direction.flows() > 0)) {
            gap();
            table();
            gap();
            evidence();
        } else {
            gap();
        }
        Problem problem = finding.error();
        if (problem != null) {
            labelled("why", problem.message());
        }
        finding.warnings().forEach(warning -> labelled("note", warning));
        gap();
        Words.paragraph("", footer()).forEach(line -> lines.add(ink.faint(line)));
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    /** One empty line, whether or not something stood before it. */
    private void gap() {
        if (!lines.get(lines.size() - 1).isEmpty()) {
            lines.add("");
        }
    }

    // ---- the answer in one line ------------------------------------------------------------------------------------

    /** The sentence at the top. */
    static String answer(MeasureFinding finding) {
        return new MeasureText(finding, Ink.NONE).answer();
    }

    private String answer() {
        IdleTimeout timeout = finding.idleTimeout();
        return switch (finding.outcome()) {
            case EXPIRES -> timeout == null ? "It expires." : expiry(timeout);
            case SURVIVES -> "Idle flows survive: none expired within " + Words.seconds(longestAliveS()) + ".";
            case INCONCLUSIVE -> "Inconclusive: " + reason();
            case UNREACHABLE -> finding.target().uri() + " could not be measured.";
            case INTERRUPTED -> {
                if (timeout != null) {
                    yield "Interrupted. " + expiry(timeout);
                }
                yield longestAliveS() > 0
                        ? "Interrupted: no flow had expired after " + Words.seconds(longestAliveS()) + "."
                        : "Interrupted before anything was known.";
            }
        };
    }

    private String emphasised(String text) {
        return switch (finding.outcome()) {
            case SURVIVES -> ink.bold(ink.good(text));
            case EXPIRES -> ink.bold(text);
            case INCONCLUSIVE, UNREACHABLE, INTERRUPTED -> ink.bold(ink.bad(text));
        };
    }

    private String expiry(IdleTimeout timeout) {
        String sentence = ending(timeout);
        return whoDied(timeout)
                .map(died -> died.test())
                .filter(IdleTest::isUdp)
                .map(test -> sentence.substring(0, sentence.length() - 1) + " (" + explained(test) + ").")
                .orElse(sentence);
    }

    private static String explained(IdleTest test) {
        return test.word() + ": " + test.sentence();
    }

    /** Whose answer it is. */
    private Optional<DirectionFinding> whoDied(IdleTimeout timeout) {
        return finding.directions().stream()
                .filter(direction -> direction.direction() == timeout.direction()
                        && Objects.equals(direction.deadS(), timeout.deadS())
                        && Objects.equals(direction.aliveS(), timeout.aliveS()))
                .findFirst();
    }

    private static String ending(IdleTimeout timeout) {
        String when = range(timeout.aliveS(), timeout.deadS());
        return switch (timeout.ending()) {
            case LIFETIME -> "Flows live for " + when + ", idle or busy: an age limit.";
            case ONE_WAY ->
                timeout.direction() == Direction.SERVER_FIRST
                        ? "After " + when + " idle, the server can't reach the client."
                        : "After " + when + " idle, the client can't reach the server.";
            case RESET_AT_EXPIRY, FIN_AT_EXPIRY -> "Idle flows are closed after " + when + ".";
            case SILENT -> "Idle flows are dropped silently after " + when + ".";
            case REBOUND -> "After " + when + " idle, the next packet gets another address: the old one is dead.";
            case RESET_ON_PROBE, FIN_ON_PROBE, ICMP -> "Idle flows are dropped after " + when + ".";
        };
    }

    private static String range(double aliveS, double deadS) {
        String from = Words.seconds(aliveS);
        String to = Words.seconds(deadS);
        return from.equals(to) ? to : from.substring(0, from.length() - 2) + " to " + to;
    }

    private String reason() {
        Problem problem = finding.error();
        if (problem != null) {
            return switch (problem.code()) {
                case "path-down" -> "the path itself went down.";
                case "deadline" -> "the deadline came first.";
                case "defect" -> "hbprobe failed.";
                default -> "see below.";
            };
        }
        if (finding.hiddenRefresh() != null) {
            return "somebody keeps idle flows alive, every "
                    + Words.seconds(finding.hiddenRefresh().intervalS()) + ".";
        }
        return finding.warnings().isEmpty() ? "the samples allow no answer." : "see the notes.";
    }

    private double longestAliveS() {
        return finding.directions().stream()
                .map(DirectionFinding::aliveS)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
    }

    // ---- the evidence
    // ------------------------------------------------------------------------------------------------

    private void table() {
        lines.add(ink.faint(row(isUdp() ? "test" : "direction", "alive up to", "dead from") + "ending"));
        for (DirectionFinding direction : finding.directions()) {
            String measured = row(direction.word(), seconds(direction.aliveS()), seconds(direction.deadS()));
            lines.addAll(Words.paragraph(measured, ending(direction)));
        }
    }

    private static String row(String direction, String alive, String dead) {
        return String.format(Locale.ROOT, "  %-14s %12s %12s   ", direction, alive, dead);
    }

    private static String seconds(@Nullable Double seconds) {
        return seconds == null ? "-" : Words.seconds(seconds);
    }

    /** How a direction ended, as in the table. */
    static String ending(DirectionFinding direction) {
        Ending ending = direction.ending();
        String text = switch (direction.outcome()) {
            case SURVIVES -> "survives, as far as was tried";
            case EXPIRES -> ending == null ? "expires" : ending.word();
            default ->
                direction.flows() == 0
                        ? "nothing was probed"
                        : "inconclusive" + (ending == null ? "" : " (" + ending.word() + ")");
        };
        return direction.disagreeing() == 0 ? text : text + ", " + direction.disagreeing() + " disagree";
    }

    private void evidence() {
        IdleTimeout timeout = finding.idleTimeout();
        if (timeout != null) {
            labelled(
                    "ending",
                    whoDied(timeout)
                                    .map(DirectionFinding::word)
                                    .orElse(timeout.direction().word()) + ": "
                            + timeout.ending().sentence() + farEnding(timeout.direction()));
        }
        Boolean revived = finding.revivedByClient();
        if (revived != null) {
            labelled(
                    "revival",
                    revived
                            ? isUdp()
                                    ? "the client's next packet makes the mapping anew"
                                    : "the client's next packet revives the flow (mid-stream pick-up)"
                            : "the client's next packet does not revive the flow");
        }
        Udp udp = finding.udp();
        if (udp != null) {
            mappings(udp);
        }
        if (finding.hiddenRefresh() != null) {
            labelled(
                    "refreshed",
                    "every " + Words.seconds(finding.hiddenRefresh().intervalS()) + " by somebody else, seen on "
                            + count(finding.hiddenRefresh().flows(), "flow"));
        }
        switch (finding.pathCheck().freshFlow()) {
            case "ok" -> labelled("path", "up: a new flow worked while the old ones were dead");
            case "failed" -> labelled("path", ink.bad("down: a new flow failed too"));
            default -> {}
        }
        if (!finding.likely().isEmpty()) {
            labelled(
                    "perhaps",
                    finding.likely().stream()
                            .map(MeasureText::product)
                            .distinct()
                            .limit(3)
                            .collect(Collectors.joining("; ")));
        }
        advice().ifPresent(advice -> labelled("set", advice));
    }

    private boolean isUdp() {
        return finding.udp() != null;
    }

    private void mappings(Udp udp) {
        if (udp.otherPort() > 0) {
            labelled(
                    "rebound",
                    "to another address or port on " + count(udp.otherPort(), "flow")
                            + finding.flows().stream()
                                    .filter(flow -> flow.mappedAfter() != null
                                            && !flow.mappedAfter().equals(flow.mapped()))
                                    .findFirst()
                                    .map(flow -> ": " + flow.mapped() + " became " + flow.mappedAfter())
                                    .orElse(""));
        }
        if (udp.samePort() > 0 && udp.portHeldS() != null) {
            labelled(
                    "port",
                    "came back the same on " + count(udp.samePort(), "flow") + ", after up to "
                            + Words.seconds(udp.portHeldS()) + " of silence");
        }
        if (udp.inboundRefreshes() != null) {
            labelled(
                    "inbound",
                    udp.inboundRefreshes()
                            ? "packets from outside keep a mapping"
                            : "packets from outside do not keep a mapping");
        }
    }

    private String farEnding(Direction direction) {
        return finding.flows().stream()
                .filter(flow -> flow.direction() == direction && flow.outcome() == FlowOutcome.DEAD)
                .map(MeasureFinding.Flow::farEnding)
                .filter(Objects::nonNull)
                .findFirst()
                .map(far -> far == Ending.RESET_ON_PROBE || far == Ending.RESET_AT_EXPIRY
                        ? "; the far end got an RST"
                        : far == Ending.SILENT ? "; nothing came back to the far end either" : "")
                .orElse("");
    }

    private static String product(Likely likely) {
        return likely.product() + " (" + Words.setting(likely.idleTimeoutS()) + ")";
    }

    private Optional<String> advice() {
        Advice advice = finding.advice();
        if (advice == null) {
            return Optional.empty();
        }
        String text = "a heartbeat every " + Words.setting(advice.heartbeatIntervalS()) + " from the client";
        if (advice.keepalive() != null) {
            text += String.format(
                    Locale.ROOT,
                    ", or TCP keepalive idle %d s, interval %d s, count %d",
                    advice.keepalive().idleS(),
                    advice.keepalive().intervalS(),
                    advice.keepalive().count());
        }
        return Optional.of(text + ": survives " + count(advice.toleratesLost(), "lost heartbeat"));
    }

    private void labelled(String label, String text) {
        lines.addAll(Words.paragraph("  " + String.format(Locale.ROOT, "%-" + LABEL_WIDTH + "s", label), text));
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private String footer() {
        long probed = finding.flows().stream()
                .filter(flow -> flow.outcome() == FlowOutcome.ALIVE || flow.outcome() == FlowOutcome.DEAD)
                .count();
        String where = finding.target().address() == null
                ? finding.target().uri()
                : finding.target().uri() + " at " + finding.target().address();
        return where + ", " + count(finding.flows().size(), "flow") + ", " + probed + " probed, "
                + Words.seconds(finding.elapsedS())
                + (finding.outcome() == Outcome.UNREACHABLE ? "" : "; seed " + finding.seed());
    }
}
