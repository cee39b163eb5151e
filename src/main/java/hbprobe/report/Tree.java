package hbprobe.report;

import io.avaje.json.JsonException;
import io.avaje.json.JsonReader;
import io.avaje.jsonb.Jsonb;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON document as maps, lists, texts, truths and numbers. Numbers stay decimal, as they are written: avaje's own
 * reading of anything takes them for doubles, which can't hold every seed.
 */
final class Tree {
    private static final Jsonb JSONB =
            Jsonb.builder().serializeNulls(true).serializeEmpty(true).build();

    /** Deeper than any finding: each level takes a part of the stack. */
    private static final int DEEPEST = 64;

    private final JsonReader reader;
    private int depth;
    private String where = "its beginning";

    private Tree(JsonReader reader) {
        this.reader = reader;
    }

    /**
     * The object that a document is.
     *
     * @throws SavedFindingException when it is none; the message says where
     */
    static Map<String, @Nullable Object> of(String document) throws SavedFindingException {
        Tree tree = new Tree(JSONB.reader(document));
        try {
            if (tree.value("") instanceof Map<?, ?> read) {
                @SuppressWarnings("unchecked") // value() makes no other maps
                Map<String, @Nullable Object> object = (Map<String, @Nullable Object>) read;
                return object;
            }
        } catch (JsonException | IndexOutOfBoundsException e) {
            // Where a document breaks off the parser may run past its end, hence the second exception.
            throw new SavedFindingException("it is not JSON: at " + tree.where + ": " + reason(e), e);
        } finally {
            tree.reader.close();
        }
        throw new SavedFindingException("it is not a JSON object");
    }

    /** Whether nothing follows a document that could be read: the parser stops at its end. */
    static boolean isAlone(String document) {
        Tree tree = new Tree(JSONB.reader("[" + document + "]"));
        try {
            return tree.value("") instanceof List<?> documents && documents.size() == 1;
        } catch (JsonException | IndexOutOfBoundsException e) {
            return false;
        } finally {
            tree.reader.close();
        }
    }

    /** A line without its end. */
    static String line(Map<String, @Nullable Object> object) {
        return JSONB.type(Object.class).toJson(object);
    }

    private static String reason(RuntimeException e) {
        return String.valueOf(e.getMessage()).replaceFirst("(?s) at position: .*", "");
    }

    private @Nullable Object value(String path) {
        where = path.isEmpty() ? where : path;
        if (++depth > DEEPEST) {
            throw new JsonException("it is nested deeper than " + DEEPEST + " levels");
        }
        Object value = token(path);
        depth--;
        return value;
    }

    private @Nullable Object token(String path) {
        return switch (reader.currentToken()) {
            case BEGIN_OBJECT -> object(path);
            case BEGIN_ARRAY -> array(path);
            case STRING -> reader.readString();
            case NUMBER -> reader.readDecimal();
            case BOOLEAN -> reader.readBoolean();
            case NULL -> {
                if (!reader.isNullValue()) {
                    throw new JsonException("neither a value nor null");
                }
                yield null;
            }
        };
    }

    private Map<String, @Nullable Object> object(String path) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNextField()) {
            String name = reader.nextField();
            fields.put(name, value(path.isEmpty() ? name : path + "." + name));
        }
        reader.endObject();
        return fields;
    }

    private List<@Nullable Object> array(String path) {
        List<@Nullable Object> items = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNextElement()) {
            items.add(value(path.isEmpty() ? "" : path + "[" + items.size() + "]"));
        }
        reader.endArray();
        return items;
    }
}
