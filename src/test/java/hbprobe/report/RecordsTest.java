package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What CSV, NDJSON and Markdown say is what the JSON says, read by parsers that are not ours. */
class RecordsTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static Stream<String> names() {
        return Findings.ALL.keySet().stream();
    }

    private static JsonNode json(String name) throws JsonProcessingException {
        return JSON.readTree(Findings.ALL.get(name).as(Format.JSON, Ink.NONE));
    }

    /** Each value that is not null, as {@code list.field=text}, without the lists' indices. */
    private static List<String> leaves(JsonNode node, String path) {
        List<String> leaves = new ArrayList<>();
        if (node.isObject()) {
            node.properties().forEach(field -> leaves.addAll(leaves(field.getValue(), path + "." + field.getKey())));
        } else if (node.isArray()) {
            node.forEach(item -> leaves.addAll(leaves(item, item.isObject() ? path : path + ".value")));
        } else if (!node.isNull()) {
            leaves.add(path.substring(1) + "=" + node.asText());
        }
        return leaves;
    }

    private static String path(String record, String column) {
        return record.equals(Records.FINDING) ? column : record + "." + column;
    }

    /** What tells the record of a list inside a list from its neighbours' is not its own. */
    private static boolean isBorrowed(String record, String column) {
        return (record.equals("targets.expectations") && column.equals("target.uri"))
                || (record.equals("snippets.notes") && column.equals("stack"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void csvHoldsEveryValueOfTheJson(String name) throws Exception {
        List<String> cells = new ArrayList<>();
        try (CsvReader<NamedCsvRecord> csv =
                CsvReader.builder().ofNamedCsvRecord(Findings.ALL.get(name).as(Format.CSV, Ink.NONE))) {
            csv.forEach(row -> {
                String record = row.getField("record");
                row.getFieldsAsMap().forEach((column, cell) -> {
                    boolean borrowed = isBorrowed(record, column);
                    if (!cell.isEmpty() && !column.equals("record") && !borrowed) {
                        cells.add(path(record, column) + "=" + cell);
                    }
                });
            });
        }
        // A cell that is empty may be null or an empty text.
        List<String> leaves = leaves(json(name), "").stream()
                .filter(leaf -> !leaf.endsWith("="))
                .toList();

        assertThat(cells).containsExactlyInAnyOrderElementsOf(leaves);
    }

    @ParameterizedTest
    @MethodSource("names")
    void ndjsonHoldsEveryValueOfTheJsonAndItsKind(String name) throws Exception {
        List<String> values = new ArrayList<>();
        for (String line :
                Findings.ALL.get(name).as(Format.NDJSON, Ink.NONE).lines().toList()) {
            JsonNode row = JSON.readTree(line);
            if (row.has("event")) {
                assertThat(values).as("events come first").isEmpty();
                continue;
            }
            assertThat(line).startsWith("{\"record\":\"");
            String record = row.get("record").asText();
            ((ObjectNode) row).remove("record");
            for (Map.Entry<String, JsonNode> field : row.properties()) {
                boolean borrowed = isBorrowed(record, field.getKey());
                if (!field.getValue().isNull() && !borrowed) {
                    values.add(path(record, field.getKey()) + "="
                            + field.getValue().asText());
                }
            }
        }

        assertThat(values).containsExactlyInAnyOrderElementsOf(leaves(json(name), ""));
    }

    @Test
    void anExpectationSaysWhoseItIs() throws Exception {
        assertThat(Findings.ALL.get("check-mixed").as(Format.NDJSON, Ink.NONE).lines())
                .filteredOn(line -> line.contains("\"targets.expectations\""))
                .hasSize(4)
                .last()
                .asString()
                .startsWith("{\"record\":\"targets.expectations\",\"target.uri\":\"hb://b.example\"");
    }

    @ParameterizedTest
    @MethodSource("names")
    void markdownHoldsTheAnswersOfTheJson(String name) throws Exception {
        JsonNode json = json(name);
        List<String> lines =
                Findings.ALL.get(name).as(Format.MARKDOWN, Ink.NONE).lines().toList();

        assertThat(lines.get(0)).startsWith("**").endsWith("**");
        for (String answer : List.of("directions", "keep_open", "detection", "detectors", "cost")) {
            int heading = lines.indexOf("### " + answer);
            JsonNode rows = json.path(answer);
            assertThat(heading >= 0).as(answer).isEqualTo(!rows.isEmpty());
            for (int i = 0; i < rows.size(); i++) {
                List<String> columns = cells(lines.get(heading + 2));
                List<String> cells = cells(lines.get(heading + 4 + i));
                assertThat(cells).hasSameSizeAs(columns);
                List<String> read = new ArrayList<>();
                for (int k = 0; k < cells.size(); k++) {
                    if (!cells.get(k).isEmpty()) {
                        read.add(columns.get(k) + "=" + cells.get(k));
                    }
                }
                assertThat(read).containsExactlyInAnyOrderElementsOf(leaves(rows.get(i), ""));
            }
        }
        List<String> expected = new ArrayList<>();
        json.path("targets")
                .forEach(target -> target.path("expectations")
                        .forEach(one ->
                                expected.add(harmless(one.path("expected").asText()))));
        if (!expected.isEmpty()) {
            assertThat(lines.stream().skip(4).takeWhile(line -> line.startsWith("|")))
                    .extracting(line -> cells(line).get(2))
                    .isEqualTo(expected);
        }
    }

    @Test
    void markdownHasWhatIsPastedAsItIs() throws Exception {
        String markdown = Findings.ALL.get("advise-demanding").as(Format.MARKDOWN, Ink.NONE);

        for (JsonNode snippet : json("advise-demanding").path("snippets")) {
            if (snippet.path("text").isNull()) {
                assertThat(markdown).contains("not possible: ");
            } else {
                assertThat(markdown)
                        .contains("```" + snippet.path("format").asText() + "\n"
                                + snippet.path("text").asText() + "\n```\n");
            }
        }
    }

    @Test
    void markdownObeysNothing() {
        assertThat(Findings.ALL.get("hostile").as(Format.MARKDOWN, Ink.NONE))
                .doesNotContain("<b>")
                .doesNotContain("\u001b")
                .doesNotContain("\n::error")
                .contains("\\|\"'%25%0A<br>::error title=x::boo<br>\\]\\]&gt; \\#1 \\\\ &lt;b&gt;&amp;amp;");
    }

    /** As a reader of GitHub's Markdown takes a row apart. */
    private static List<String> cells(String row) {
        assertThat(row).startsWith("| ").endsWith(" |");
        return Stream.of(row.substring(1, row.length() - 1).split("(?<!\\\\)\\|", -1))
                .map(cell -> cell.strip()
                        .replace("<br>", "\n")
                        .replaceAll("\\\\([\\\\`*\\[\\]|~#_])", "$1")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&"))
                .toList();
    }

    private static String harmless(String text) {
        return Words.printable(text.strip()).strip();
    }
}
