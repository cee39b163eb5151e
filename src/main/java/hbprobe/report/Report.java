package hbprobe.report;

import hbprobe.model.AdviceFinding;
import hbprobe.model.CheckFinding;
import hbprobe.model.CompareFinding;
import hbprobe.model.DetectFinding;
import hbprobe.model.DoctorFinding;
import hbprobe.model.HeartbeatEvent;
import hbprobe.model.MeasureFinding;
import hbprobe.model.NatFinding;
import hbprobe.model.Problem;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A finding of any command, ready to be written in any format. */
public final class Report {
    /** What a terminal might obey in a target's name or a server's words. */
    private static final Pattern OBEYED = Pattern.compile("[\\p{Cc}&&[^\n]]");

    /** The same but for colours, which are ours: one in a name does no harm. */
    private static final Pattern OBEYED_BUT_COLOURS = Pattern.compile("\u001b(?!\\[\\d+m)|[\\p{Cc}&&[^\n\u001b]]");

    private final Supplier<String> document;
    private final Function<Ink, String> text;
    private final Outline outline;
    private final List<HeartbeatEvent> events;

    private Report(
            Supplier<String> document, Function<Ink, String> text, Outline outline, List<HeartbeatEvent> events) {
        this.document = document;
        this.text = text;
        this.outline = outline;
        this.events = events;
    }

    /** Of {@code measure}. */
    public static Report of(MeasureFinding finding) {
        return new Report(
                () -> Json.document(finding, MeasureFinding.class),
                ink -> MeasureText.of(finding, ink),
                MeasureOutline.of(finding),
                List.of());
    }

    /** Of {@code compare}. */
    public static Report of(CompareFinding finding) {
        return new Report(
                () -> Json.document(finding, CompareFinding.class),
                ink -> CompareText.of(finding, ink),
                FaultOutline.of(finding),
                List.of());
    }

    /**
     * Of {@code detect}.
     *
     * @param events the heartbeats, which NDJSON begins with
     */
    public static Report of(DetectFinding finding, List<HeartbeatEvent> events) {
        return new Report(
                () -> Json.document(finding, DetectFinding.class),
                ink -> DetectText.of(finding, ink),
                FaultOutline.of(finding),
                events);
    }

    /** Of {@code check}. */
    public static Report of(CheckFinding finding) {
        return new Report(
                () -> Json.document(finding, CheckFinding.class),
                ink -> CheckText.of(finding, ink),
                CheckOutline.of(finding),
                List.of());
    }

    /** Of {@code advise}. */
    public static Report of(AdviceFinding finding) {
        return new Report(
                () -> Json.document(finding, AdviceFinding.class),
                ink -> AdviceText.of(finding, ink),
                AdviceOutline.of(finding),
                List.of());
    }

    /** Of {@code doctor}. */
    public static Report of(DoctorFinding finding) {
        return new Report(
                () -> Json.document(finding, DoctorFinding.class),
                ink -> DoctorText.of(finding, ink),
                DoctorOutline.of(finding),
                List.of());
    }

    /** Of {@code nat}. */
    public static Report of(NatFinding finding) {
        return new Report(
                () -> Json.document(finding, NatFinding.class),
                ink -> NatText.of(finding, ink),
                NatOutline.of(finding),
                List.of());
    }

    /** The command that found it. */
    public String command() {
        return outline.command();
    }

    /** The finding's own exit code. */
    public int exitCode() {
        return outline.exitCode();
    }

    /** Why nothing could be found; null otherwise. */
    public @Nullable Problem error() {
        return outline.error();
    }

    /** What the reader has to know to judge the finding. */
    public List<String> warnings() {
        return outline.warnings();
    }

    /**
     * The whole, with a line break at its end.
     *
     * @param ink for text; the other formats have no colours
     */
    public String as(Format format, Ink ink) {
        return switch (format) {
            case TEXT ->
                (ink == Ink.NONE ? OBEYED : OBEYED_BUT_COLOURS)
                        .matcher(text.apply(ink))
                        .replaceAll("");
            case JSON -> document.get();
            case NDJSON -> heartbeats() + NdjsonReport.of(records());
            case CSV -> CsvReport.of(records());
            case MARKDOWN -> MarkdownReport.of(outline, records());
            case JUNIT -> JunitReport.of(outline, records());
            case TAP -> TapReport.of(outline);
            case GITHUB -> GithubReport.of(outline);
            case NAGIOS -> NagiosReport.of(outline);
            case PROMETHEUS -> PrometheusReport.of(outline);
        };
    }

    private String heartbeats() {
        return events.stream()
                .map(event -> Json.sparseLine(event, HeartbeatEvent.class))
                .collect(Collectors.joining());
    }

    private Records records() {
        try {
            Map<String, @Nullable Object> tree = Tree.of(document.get());
            return Records.of(tree);
        } catch (SavedFindingException e) {
            throw new IllegalStateException("read what was just written", e);
        }
    }
}
