package hbprobe.report;

import hbprobe.model.ExitCode;
import hbprobe.report.Outline.Metric;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finding for the textfile collector of node_exporter. A run may last for hours, so that its result is left to be
 * read, and not had by scraping.
 */
final class PrometheusReport {
    private PrometheusReport() {}

    static String of(Outline outline) {
        Map<String, List<Metric>> byName = new LinkedHashMap<>();
        all(outline)
                .forEach(metric -> byName.computeIfAbsent(metric.name(), name -> new ArrayList<>())
                        .add(metric));
        MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
        byName.forEach((name, metrics) -> snapshots.metricSnapshot(gauge(name, metrics, outline)));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, snapshots.build(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException("write metrics to memory", e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private static List<Metric> all(Outline outline) {
        Map<String, String> command = Map.of("command", outline.command());
        List<Metric> all = new ArrayList<>();
        all.add(new Metric(
                "hbprobe_success",
                "Whether the question was answered, and every expectation holds.",
                command,
                outline.exitCode() == ExitCode.ANSWERED ? 1 : 0));
        all.add(new Metric("hbprobe_exit_code", "Exit code of the last run.", command, outline.exitCode()));
        all.add(new Metric("hbprobe_run_duration_seconds", "How long the last run took.", command, outline.elapsedS()));
        all.add(new Metric(
                "hbprobe_last_run_timestamp_seconds",
                "When the last run began, in seconds since 1970.",
                command,
                Instant.parse(outline.startedAt()).toEpochMilli() / 1e3));
        all.addAll(outline.metrics());
        return all;
    }

    /** Where two figures have the same labels, as two checks of one name have, the smaller and so the worse stands. */
    private static GaugeSnapshot gauge(String name, List<Metric> metrics, Outline outline) {
        Map<Labels, Double> points = new LinkedHashMap<>();
        metrics.forEach(metric -> points.merge(labels(metric, outline), metric.value(), Math::min));
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder().name(name).help(metrics.get(0).help());
        points.forEach((labels, value) -> gauge.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
        return gauge.build();
    }

    private static Labels labels(Metric metric, Outline outline) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (outline.target() != null) {
            labels.put("target", outline.target());
        }
        labels.putAll(metric.labels());
        return Labels.of(labels.keySet().toArray(String[]::new), labels.values().toArray(String[]::new));
    }
}
