package hbprobe.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A finding's JSON as flat records, without knowing what it says. The top makes the record {@value #FINDING}, whose
 * nested objects have dotted keys ({@code settings.max_s}). Every list makes records that are named after it, a value
 * in it the field {@value #VALUE}. A list inside a list's items ({@code targets.expectations}) has the item's first
 * value beside its own, so that its records can be told apart. Nothing is lost but the empty lists.
 */
record Records(List<Row> rows) {
    static final String FINDING = "finding";
    static final String VALUE = "value";

    /** One record. A value is a text, a number, a truth or null. */
    record Row(String name, Map<String, @Nullable Object> fields) {}

    /** Of a document as {@link Tree} reads it. */
    static Records of(Map<String, @Nullable Object> document) {
        List<Row> rows = new ArrayList<>();
        Row finding = new Row(FINDING, new LinkedHashMap<>());
        rows.add(finding);
        flatten(document, "", "", finding, rows);
        return new Records(rows);
    }

    private static void flatten(Map<?, ?> object, String prefix, String listPrefix, Row into, List<Row> rows) {
        // Lists last: what tells their records from others' is known by then.
        object.forEach((key, value) -> {
            if (value instanceof Map<?, ?> nested) {
                flatten(nested, prefix + key + ".", listPrefix + key + ".", into, rows);
            } else if (!(value instanceof List<?>)) {
                into.fields().put(prefix + key, value);
            }
        });
        object.forEach((key, value) -> {
            if (value instanceof List<?> items) {
                items.forEach(item -> add(listPrefix + key, item, into, rows));
            }
        });
    }

    private static void add(String name, @Nullable Object item, Row enclosing, List<Row> rows) {
        Row row = new Row(name, new LinkedHashMap<>());
        if (!enclosing.name().equals(FINDING)) {
            enclosing.fields().entrySet().stream()
                    .findFirst()
                    .ifPresent(first -> row.fields().put(first.getKey(), first.getValue()));
        }
        rows.add(row);
        if (item instanceof Map<?, ?> object) {
            flatten(object, "", name + ".", row, rows);
        } else {
            row.fields().put(VALUE, item);
        }
    }

    /** The top's fields. */
    Map<String, @Nullable Object> finding() {
        return rows.get(0).fields();
    }

    /** Those of one name. */
    List<Row> named(String name) {
        return rows.stream().filter(row -> row.name().equals(name)).toList();
    }

    /** The columns of some, in the order in which they first come. */
    static List<String> columns(Stream<Row> rows) {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> columns.addAll(row.fields().keySet()));
        return List.copyOf(columns);
    }

    /** A value as text; empty for null. */
    static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
