package hbprobe.report;

import hbprobe.model.AdviceFinding;
import hbprobe.model.AdviceFinding.Advice;
import hbprobe.model.AdviceFinding.Outcome;
import hbprobe.model.AdviceFinding.Settings;
import hbprobe.model.AdviceFinding.Snippet;
import hbprobe.model.Bounds;
import hbprobe.model.MeasureFinding.Keepalive;
import hbprobe.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What {@code advise} advises, for people: the answer, the figures, then each stack's settings, ready to be pasted. */
final class AdviceText {
    private static final int LABEL_WIDTH = 12;

    /** Those whose comments begin with slashes; the others' begin with a hash. */
    private static final Set<String> SLASHES = Set.of("java", "javascript");

    private final Ink ink;
    private final List<String> lines = new ArrayList<>();

    private AdviceText(Ink ink) {
        this.ink = ink;
    }

    /** The report, with a line break at its end. */
    static String of(AdviceFinding finding, Ink ink) {
        AdviceText text = new AdviceText(ink);
        Words.paragraph("", answer(finding)).forEach(line -> text.lines.add(ink.bold(line)));
        Advice advice = finding.advice();
        if (advice != null) {
            text.figures(advice, finding.settings());
        }
        text.notes(finding.warnings());
        finding.snippets().forEach(text::snippet);
        return String.join("\n", text.lines) + "\n";
    }

    /** The answer in a sentence or two. */
    static String answer(AdviceFinding finding) {
        Problem error = finding.error();
        Advice advice = finding.advice();
        String idle = Words.setting(finding.settings().idleTimeoutS());
        if (error != null) {
            return "No advice: " + error.message() + ".";
        }
        if (finding.outcome() == Outcome.NO_USE || advice == null) {
            return "No heartbeat helps: the path ends a connection at the age of " + idle
                    + " whether idle or busy. Reconnect before that.";
        }
        String every = "heartbeat every " + Words.setting(advice.heartbeatIntervalS());
        String survives = survives(advice.toleratesLost());
        String notices = " As an echo it notices a drop within "
                + Words.setting(rounded(advice.detectionS().max())) + ".";
        return finding.outcome() == Outcome.NOT_NEEDED
                ? "No heartbeat is needed for silences up to " + idle + ", and longer ones were not tried: there a "
                        + every + " is on the safe side, and survives " + survives + "." + notices
                : "A " + every + " keeps a path with an idle timeout of " + idle + " open, and survives " + survives
                        + "." + notices;
    }

    private static String survives(int lost) {
        return switch (lost) {
            case 0 -> "lateness of half an interval, but no lost heartbeat";
            case 1 -> "one lost heartbeat";
            default -> lost + " lost heartbeats in a row";
        };
    }

    // ---- figures -------------------------------------------------------------------------------------------------

    private void figures(Advice advice, Settings settings) {
        lines.add("");
        labelled(
                "app-echo",
                "every " + Words.setting(advice.heartbeatIntervalS()) + ", answered within "
                        + Words.setting(advice.echoTimeoutS()) + ", dead after "
                        + (advice.misses() == 1 ? "one miss" : advice.misses() + " misses in a row"));
        labelled(
                "  notices",
                "a path that swallows everything " + after(advice.detectionS()) + "; a hung application too");
        labelled(
                "  costs",
                String.format(
                        Locale.ROOT,
                        "%.0f packets and %.0f bytes an hour, both ways: echo, answer and acknowledgement of 52 bytes"
                                + " each (IPv4, TCP with timestamps), without payload",
                        advice.packetsPerHour(),
                        advice.bytesPerHour()));
        if (settings.loss() > 0) {
            labelled(
                    "  at loss",
                    String.format(
                            Locale.ROOT,
                            "%.3g %%, each packet by itself: %s false alarms an hour; forgotten between heartbeats at"
                                    + " most %s times an hour, for TCP sends again what is lost",
                            settings.loss() * 100,
                            number(advice.falseAlarmsPerHour()),
                            number(advice.breaksPerHour())));
        }
        keepalive(advice);
        labelled(
                "write-only",
                "a heartbeat that nobody answers notices the same " + after(advice.writeOnlyDetectionS())
                        + " (tcp_retries2), for keepalive rests while data is unacknowledged; with TCP_USER_TIMEOUT of "
                        + Words.setting(advice.userTimeoutS()) + " " + after(advice.userTimeoutDetectionS()));
        String battery = advice.battery();
        if (battery != null) {
            labelled("battery", battery);
        }
    }

    private void keepalive(Advice advice) {
        Keepalive keepalive = advice.keepalive();
        Bounds detection = advice.keepaliveDetectionS();
        if (keepalive == null || detection == null) {
            return;
        }
        labelled(
                "os-keepalive",
                "idle " + keepalive.idleS() + " s, interval " + keepalive.intervalS() + " s, count "
                        + keepalive.count());
        labelled(
                "  notices",
                "the same " + after(detection)
                        + "; never a hung application, and no further than a proxy, which answers itself and may count"
                        + " bytes only");
    }

    private static String after(Bounds bounds) {
        return "after " + Words.setting(rounded(bounds.min())) + " to " + Words.setting(rounded(bounds.max()));
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 10) / 10.0;
    }

    private static String number(double number) {
        return number == 0 ? "0" : String.format(Locale.ROOT, number < 0.01 ? "%.0e" : "%.2g", number);
    }

    private void labelled(String label, String text) {
        lines.addAll(Words.paragraph("  " + String.format(Locale.ROOT, "%-" + LABEL_WIDTH + "s ", label), text));
    }

    private void notes(List<String> warnings) {
        if (!warnings.isEmpty()) {
            lines.add("");
            warnings.forEach(warning -> labelled("note", warning));
        }
    }

    // ---- snippets ------------------------------------------------------------------------------------------------

    private void snippet(Snippet snippet) {
        String comment = SLASHES.contains(snippet.format()) ? "// " : "# ";
        lines.add("");
        lines.add(ink.bold(comment + "---- " + Words.oneLine(snippet.stack() + ": " + snippet.title())));
        commented(comment, snippet.why());
        snippet.notes().forEach(note -> commented(comment, "Note: " + note + "."));
        Words.paragraph(comment, snippet.source()).forEach(line -> lines.add(ink.faint(prefixed(comment, line))));
        String text = snippet.text();
        if (text != null) {
            lines.add(text);
        }
    }

    private void commented(String comment, String text) {
        Words.paragraph(comment, text).forEach(line -> lines.add(ink.faint(prefixed(comment, line))));
    }

    /** A paragraph's further lines are indented by blanks; here they are comments too. */
    private static String prefixed(String comment, String line) {
        return line.startsWith(comment) ? line : comment + line.substring(comment.length());
    }
}
