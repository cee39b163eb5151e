package hbprobe.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** A metric's labels, in an order that stays. */
final class Labelled {
    private Labelled() {}

    static Map<String, String> of(String name, String value) {
        return Map.of(name, value);
    }

    static Map<String, String> of(String name, String value, String otherName, String otherValue) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(name, value);
        labels.put(otherName, otherValue);
        return labels;
    }

    static Map<String, String> with(Map<String, String> labels, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(name, value);
        return more;
    }
}
