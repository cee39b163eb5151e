package hbprobe.report;

import hbprobe.model.Bounds;
import hbprobe.model.DetectFinding;
import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorFinding.DetectionTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A finding of {@code detect} for a person: the answer in one line, then the evidence, within 80 columns. */
public final class DetectText {
    private DetectText() {}

    /** The whole report, with a line break at its end. */
    public static String of(DetectFinding finding, Ink ink) {
        Page page = new Page(ink);
        page.answer(finding.outcome(), finding.verdict(), finding.error(), finding.target());
        if (!finding.detection().isEmpty()) {
            page.table(finding.detection());
        }
        if (!finding.detectors().isEmpty()) {
            page.block(detectors(finding.detectors(), ink));
        }
        if (!finding.cost().isEmpty()) {
            page.block(FaultTable.cost(finding.cost(), ink));
        }
        page.reasons(finding.detection());
        if (Boolean.TRUE.equals(finding.terminatedBetween())) {
            page.labelled("between", "something terminates TCP: it acknowledges long before the far end answers");
        }
        page.end(finding.error(), finding.warnings());
        page.footer(finding.target(), finding.detection(), finding.elapsedS(), finding.seed());
        return page.text();
    }

    private static List<String> detectors(List<DetectorFinding> detectors, Ink ink) {
        List<String> lines = new ArrayList<>();
        lines.add(ink.faint(String.format(
                Locale.ROOT,
                "  %-10s%11s%9s%9s%16s%12s%11s",
                "detector",
                "tolerates",
                "mean",
                "max",
                "predicted",
                "mistakes/h",
                "accuracy")));
        detectors.forEach(one -> {
            DetectionTime time = one.detectionTimeS();
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-10s%11s%9s%9s%16s%12s%11s",
                    one.name().word(),
                    time == null ? "-" : seconds(time.min()),
                    time == null ? "-" : seconds(time.mean()),
                    time == null ? "-" : seconds(time.max()),
                    time == null ? "" : bounds(time.predicted()),
                    one.mistakeRatePerHour() == null
                            ? "-"
                            : String.format(Locale.ROOT, "%.3g", one.mistakeRatePerHour()),
                    one.queryAccuracy() == null ? "-" : String.format(Locale.ROOT, "%.5f", one.queryAccuracy())));
        });
        return lines;
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 100 ? "%.2f" : "%.0f", seconds);
    }

    private static String bounds(@Nullable Bounds predicted) {
        return predicted == null ? "" : seconds(predicted.min()) + "-" + seconds(predicted.max());
    }
}
