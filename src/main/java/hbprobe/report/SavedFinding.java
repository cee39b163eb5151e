package hbprobe.report;

import hbprobe.model.AdviceFinding;
import hbprobe.model.CheckFinding;
import hbprobe.model.CompareFinding;
import hbprobe.model.DetectFinding;
import hbprobe.model.DoctorFinding;
import hbprobe.model.MeasureFinding;
import hbprobe.model.NatFinding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A finding that was written as JSON, read back. */
public final class SavedFinding {
    private static final Pattern SCHEMA = Pattern.compile("hbprobe/([a-z]+)/([0-9]{1,9})");

    /** How a document of one schema becomes a report. */
    private interface Reader {
        Report read(String document);
    }

    private static final Map<String, Reader> READERS = Map.of(
            MeasureFinding.SCHEMA, document -> Report.of(Json.read(document, MeasureFinding.class)),
            CompareFinding.SCHEMA, document -> Report.of(Json.read(document, CompareFinding.class)),
            DetectFinding.SCHEMA, document -> Report.of(Json.read(document, DetectFinding.class), List.of()),
            CheckFinding.SCHEMA, document -> Report.of(Json.read(document, CheckFinding.class)),
            AdviceFinding.SCHEMA, document -> Report.of(Json.read(document, AdviceFinding.class)),
            DoctorFinding.SCHEMA, document -> Report.of(Json.read(document, DoctorFinding.class)),
            NatFinding.SCHEMA, document -> Report.of(Json.read(document, NatFinding.class)));

    private SavedFinding() {}

    /**
     * The report on it.
     *
     * @throws SavedFindingException when the document is none that this version knows
     */
    public static Report read(String document) throws SavedFindingException {
        Map<String, @Nullable Object> tree = Tree.of(document);
        if (!Tree.isAlone(document)) {
            throw new SavedFindingException("something follows the end of the finding; it must be one JSON document");
        }
        Object schema = tree.get("schema");
        if (schema == null) {
            throw new SavedFindingException("it is no finding of hbprobe: it has no \"schema\"");
        }
        Reader reader = READERS.get(schema.toString());
        if (reader == null) {
            throw new SavedFindingException(unknown(schema.toString()));
        }
        try {
            Instant.parse(String.valueOf(tree.get("started_at")));
            Report report = reader.read(document);
            report.as(Format.TEXT, Ink.NONE);
            return report;
        } catch (RuntimeException e) {
            // A field that is missing or of another kind shows in many ways, and each means the same.
            throw new SavedFindingException("it is no whole " + schema + ": " + reason(e), e);
        }
    }

    /**
     * The measurement in it.
     *
     * @throws SavedFindingException when the document is none, or is the finding of another command
     */
    public static MeasureFinding measurement(String document) throws SavedFindingException {
        Report report = read(document);
        if (!report.command().equals("measure")) {
            throw new SavedFindingException("it is a finding of " + report.command() + ", not of measure");
        }
        return Json.read(document, MeasureFinding.class);
    }

    private static String unknown(String schema) {
        String known = String.join(", ", READERS.keySet().stream().sorted().toList());
        Matcher parts = SCHEMA.matcher(schema);
        if (parts.matches()) {
            for (String ours : READERS.keySet()) {
                Matcher own = SCHEMA.matcher(ours);
                if (own.matches() && own.group(1).equals(parts.group(1))) {
                    boolean newer = Integer.parseInt(parts.group(2)) > Integer.parseInt(own.group(2));
                    return schema + " is " + (newer ? "newer" : "older") + " than this hbprobe, which knows " + ours;
                }
            }
        }
        return "'" + Words.oneLine(schema) + "' is no schema that this hbprobe knows; it knows " + known;
    }

    private static String reason(RuntimeException e) {
        return e instanceof NullPointerException
                ? "a field is missing"
                : Words.oneLine(String.valueOf(e.getMessage())).replaceFirst(" at position: .*", "");
    }
}
