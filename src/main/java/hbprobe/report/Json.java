package hbprobe.report;

import io.avaje.jsonb.Jsonb;

/** Findings as JSON, and back. */
public final class Json {
    private static final Jsonb JSONB =
            Jsonb.builder().serializeNulls(true).serializeEmpty(true).build();

    private static final Jsonb SPARSE =
            Jsonb.builder().serializeNulls(false).serializeEmpty(true).build();

    private Json() {}

    /** One indented document, with a line break at its end. */
    public static <T> String document(T finding, Class<T> type) {
        return JSONB.type(type).toJsonPretty(finding) + "\n";
    }

    /** One line, with a line break at its end. */
    public static <T> String line(T event, Class<T> type) {
        return JSONB.type(type).toJson(event) + "\n";
    }

    /** One line without the fields that are null, with a line break at its end. */
    public static <T> String sparseLine(T event, Class<T> type) {
        return SPARSE.type(type).toJson(event) + "\n";
    }

    /** The finding that a document holds. */
    public static <T> T read(String document, Class<T> type) {
        return JSONB.type(type).fromJson(document);
    }
}
