package hbprobe.report;

import hbprobe.model.ExitCode;
import hbprobe.report.Outline.Case;
import hbprobe.report.Outline.Metric;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A finding as a monitoring plugin says it: the answer and performance data in the first line, the cases in those that
 * follow.
 */
public final class NagiosReport {
    private NagiosReport() {}

    /** The four states of a plugin, each with its exit code. */
    private enum State {
        OK(0),
        WARNING(1),
        CRITICAL(2),
        UNKNOWN(3);

        private final int exitCode;

        State(int exitCode) {
            this.exitCode = exitCode;
        }
    }

    static String of(Outline outline) {
        StringBuilder text = new StringBuilder("HBPROBE ");
        text.append(state(outline.exitCode()));
        text.append(" - ").append(words(outline.answer())).append(" | ");
        text.append(perfdata(outline)).append("\n");
        for (Case one : outline.cases()) {
            text.append(words(one.verdict().word() + " " + one.suite() + ": " + one.name() + ": " + one.message()));
            text.append("\n");
        }
        outline.warnings()
                .forEach(warning -> text.append(words("note: " + warning)).append("\n"));
        return text.toString();
    }

    /**
     * A plugin's exit code for one of hbprobe's. An answer is OK, an expectation that does not hold CRITICAL. An
     * inconclusive run is a WARNING: it did look, and somebody should see why it could not tell, but nobody need be
     * woken. Everything else is UNKNOWN, a target that can't be reached too: the question is about idle timeouts, and
     * was never asked. Whether a server is up is for the plugins that ask that.
     */
    public static int exitCode(int exitCode) {
        return state(exitCode).exitCode;
    }

    private static State state(int exitCode) {
        return switch (exitCode) {
            case ExitCode.ANSWERED -> State.OK;
            case ExitCode.INCONCLUSIVE -> State.WARNING;
            case ExitCode.EXPECTATION_FAILED -> State.CRITICAL;
            default -> State.UNKNOWN;
        };
    }

    /** {@code 'label'=value[UOM];warn;crit;min}: nothing here has a threshold, and nothing is negative. */
    private static String perfdata(Outline outline) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("time", number(outline.elapsedS()) + "s;;;0");
        for (Metric metric : outline.metrics()) {
            String unit = metric.name().endsWith("_seconds") ? "s" : "";
            values.putIfAbsent(label(metric), number(metric.value()) + unit + ";;;0");
        }
        return values.entrySet().stream()
                .map(one -> "'" + one.getKey() + "'=" + one.getValue())
                .collect(Collectors.joining(" "));
    }

    private static String label(Metric metric) {
        String name = metric.name().replaceFirst("^hbprobe_", "").replaceFirst("_seconds$", "");
        Collection<String> labels = metric.labels().values();
        // An equals sign would end the label, and a quote too.
        return Stream.concat(Stream.of(name), labels.stream())
                .map(part -> words(part).replace("=", "-").replace("'", ""))
                .collect(Collectors.joining("/"));
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    /** A bar would begin performance data. */
    private static String words(String text) {
        return Words.oneLine(text).replace('|', '/');
    }
}
