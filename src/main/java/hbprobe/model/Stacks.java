package hbprobe.model;

import hbprobe.model.SnippetTemplate.Kind;
import hbprobe.model.SnippetTemplate.Remark;
import hbprobe.model.SnippetTemplate.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The stacks that {@code advise} knows the settings of: one file each below {@code advice/}, in the order of its index.
 * A file is {@code snippets:}, a list of what {@link SnippetTemplate} holds; unknown keys are refused.
 */
public final class Stacks {
    private static final String FOLDER = "/hbprobe/advice/";

    private static final Set<String> KEYS = Set.of(
            "title", "format", "kind", "unit", "least", "most", "noticed-after", "source", "why", "remarks", "text");

    /** What a kernel takes at most: MAX_TCP_KEEPIDLE, seconds; no other stack is stricter without saying so. */
    private static final double MOST_S = 32_767;

    private Stacks() {}

    /** Their names, in the order of the index. */
    public static List<String> names() {
        return resource("index.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(String::strip)
                .toList();
    }

    /**
     * The settings of one.
     *
     * @throws IllegalStateException when its file in the jar is damaged
     */
    public static List<SnippetTemplate> of(String stack) {
        String file = stack + ".yaml";
        Object root = new Load(LoadSettings.builder().setLabel(file).build()).loadFromString(resource(file));
        if (!(root instanceof Map<?, ?> map)
                || !map.keySet().equals(Set.of("snippets"))
                || !(map.get("snippets") instanceof List<?> items)) {
            throw new IllegalStateException(file + ": expected a list 'snippets' and nothing else");
        }
        List<SnippetTemplate> templates = new ArrayList<>();
        for (Object item : items) {
            if (!(item instanceof Map<?, ?> fields) || !KEYS.containsAll(fields.keySet())) {
                throw new IllegalStateException(file + ": a snippet has keys that are none of " + KEYS);
            }
            templates.add(template(stack, new Fields(file, fields)));
        }
        return templates;
    }

    private static SnippetTemplate template(String stack, Fields fields) {
        Unit unit = fields.constant("unit", Unit.class, Unit.SECONDS);
        return new SnippetTemplate(
                stack,
                fields.text("title"),
                fields.text("format"),
                fields.constant("kind", Kind.class, null),
                unit,
                fields.number("least", unit == Unit.SECONDS ? 1 : 0.001),
                fields.number("most", MOST_S),
                fields.optional("noticed-after").map(Object::toString),
                fields.text("source"),
                fields.text("why").replaceAll("\\s+", " "),
                fields.remarks(),
                fields.text("text"));
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(
                Stacks.class.getResourceAsStream(FOLDER + name), FOLDER + name + " is not in the jar")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + FOLDER + name, e);
        }
    }

    /** One snippet as its file has it. */
    private record Fields(String file, Map<?, ?> map) {
        Optional<Object> optional(String key) {
            return Optional.ofNullable(map.get(key));
        }

        String text(String key) {
            return optional(key)
                    .map(value -> value.toString().strip())
                    .filter(text -> !text.isEmpty())
                    .orElseThrow(() -> new IllegalStateException(file + ": a snippet lacks '" + key + "'"));
        }

        double number(String key, double otherwise) {
            return optional(key)
                    .map(value -> Double.parseDouble(value.toString()))
                    .orElse(otherwise);
        }

        <E extends Enum<E>> E constant(String key, Class<E> type, @Nullable E otherwise) {
            return optional(key)
                    .map(word -> Enum.valueOf(type, word.toString().toUpperCase(Locale.ROOT)))
                    .or(() -> Optional.ofNullable(otherwise))
                    .orElseThrow(() -> new IllegalStateException(file + ": a snippet lacks '" + key + "'"));
        }

        List<Remark> remarks() {
            List<Remark> remarks = new ArrayList<>();
            if (map.get("remarks") instanceof List<?> items) {
                for (Object item : items) {
                    if (!(item instanceof Map<?, ?> remark)) {
                        throw new IllegalStateException(file + ": a remark is no mapping");
                    }
                    Fields fields = new Fields(file, remark);
                    remarks.add(new Remark(
                            fields.number("below", Double.MAX_VALUE),
                            fields.text("note").replaceAll("\\s+", " ")));
                }
            }
            return remarks;
        }
    }
}
