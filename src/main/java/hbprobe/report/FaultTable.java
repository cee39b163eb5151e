package hbprobe.report;

import hbprobe.model.Bounds;
import hbprobe.model.Cost;
import hbprobe.model.Detection;
import hbprobe.model.Distribution;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What {@code compare} and {@code detect} have in common: mechanisms by faults, why, and cost, within 80 columns. */
final class FaultTable {
    private static final int LABEL = 24;
    private static final int CELL = 14;
    private static final int CELLS_A_BLOCK = (Words.WIDTH - LABEL) / CELL;

    private final List<Detection> rows;
    private final Ink ink;

    FaultTable(List<Detection> rows, Ink ink) {
        this.rows = rows;
        this.ink = ink;
    }

    /** Each cell is the median latency and, in brackets, the longest; below it the predicted bounds. */
    List<String> lines() {
        List<String> faults = rows.stream().map(Detection::fault).distinct().toList();
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < faults.size(); from += CELLS_A_BLOCK) {
            block(faults.subList(from, Math.min(faults.size(), from + CELLS_A_BLOCK)), lines);
        }
        return lines;
    }

    private void block(List<String> faults, List<String> lines) {
        if (!lines.isEmpty()) {
            lines.add("");
        }
        StringBuilder head = new StringBuilder(label("p50 (max), s"));
        faults.forEach(fault -> head.append(right(fault)));
        lines.add(ink.faint(head.toString()));
        rows.stream().map(Detection::mechanism).distinct().forEach(mechanism -> {
            StringBuilder measured = new StringBuilder(label(mechanism.word()));
            StringBuilder predicted = new StringBuilder();
            for (String fault : faults) {
                Detection row = rows.stream()
                        .filter(one ->
                                one.mechanism() == mechanism && one.fault().equals(fault))
                        .findFirst()
                        .orElseThrow();
                String cell = right(cell(row));
                measured.append(row.isMissed() ? ink.bold(ink.bad(cell)) : cell);
                predicted.append(right(bounds(row)));
            }
            lines.add(measured.toString());
            if (!predicted.toString().isBlank()) {
                lines.add(ink.faint(label("  predicted") + predicted));
            }
        });
    }

    private static String label(String text) {
        return String.format(Locale.ROOT, "  %-" + (LABEL - 2) + "s", text);
    }

    private static String right(String text) {
        return String.format(Locale.ROOT, "%" + CELL + "s", text);
    }

    private static String cell(Detection row) {
        Distribution latency = row.latencyS();
        if (row.trials() == 0) {
            return "-";
        }
        if (row.isLoss()) {
            return row.falseAlarms() + " false";
        }
        if (latency == null) {
            return row.isMissed() ? "UNNOTICED" : "flow lives";
        }
        return row.detected() == row.trials()
                ? number(latency.p50()) + " (" + number(latency.max()) + ")"
                : row.detected() + "/" + row.trials() + " (" + number(latency.max()) + ")";
    }

    private static String bounds(Detection row) {
        Bounds predicted = row.predictedS();
        if (row.trials() == 0 || row.isLoss()) {
            return "";
        }
        if (predicted == null) {
            return row.isMissed() ? "never" : "";
        }
        return number(predicted.min()) + "-" + number(predicted.max());
    }

    private static String number(double seconds) {
        return String.format(Locale.ROOT, seconds < 100 ? "%.2f" : "%.0f", seconds);
    }

    /** Why rows are as they are; those of one cause together. */
    List<String> reasons() {
        Map<String, List<Detection>> byWhy = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> row.why() != null)
                .forEach(row -> byWhy.computeIfAbsent(Objects.requireNonNull(row.why()), why -> new ArrayList<>())
                        .add(row));
        return byWhy.entrySet().stream()
                .map(entry -> subjects(entry.getValue()) + ": " + entry.getKey())
                .toList();
    }

    private static String subjects(List<Detection> alike) {
        String faults = alike.stream().map(Detection::fault).distinct().collect(Collectors.joining(", "));
        List<String> mechanisms =
                alike.stream().map(row -> row.mechanism().word()).distinct().toList();
        return String.join(", ", mechanisms) + " under " + faults;
    }

    /** What each mechanism costs. */
    static List<String> cost(List<Cost> costs, Ink ink) {
        List<String> lines = new ArrayList<>();
        lines.add(ink.faint(label("cost an hour") + right("packets") + right("bytes")));
        costs.forEach(cost -> lines.add(label(cost.mechanism().word())
                + right(String.format(Locale.ROOT, "%.0f", cost.packetsPerHour()))
                + right(String.format(Locale.ROOT, "%.0f", cost.bytesPerHour()))
                + (cost.measured() ? "" : "   computed")));
        return lines;
    }
}
