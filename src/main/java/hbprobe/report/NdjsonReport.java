package hbprobe.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A finding as one JSON object a line, each with what it is in front. */
final class NdjsonReport {
    /** The field that tells a record from an event. */
    static final String RECORD = "record";

    private NdjsonReport() {}

    static String of(Records records) {
        return records.rows().stream().map(NdjsonReport::line).collect(Collectors.joining());
    }

    static String line(Records.Row row) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(RECORD, row.name());
        fields.putAll(row.fields());
        return Tree.line(fields) + "\n";
    }
}
