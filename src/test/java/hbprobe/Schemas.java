package hbprobe;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The JSON Schemas that ship with hbprobe. */
public final class Schemas {
    private static final Path FOLDER = Path.of("docs", "schema");
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

    private Schemas() {}

    /**
     * Fails unless a document is one.
     *
     * @param schemaName file name without its ending: {@code measure-1}
     */
    public static void assertValid(String schemaName, String document) {
        assertThat(violations(schemaName, document))
                .as("violations of %s by%n%s", schemaName, document)
                .isEmpty();
    }

    /** What is wrong with a document; empty when nothing is. */
    public static List<String> violations(String schemaName, String document) {
        return SCHEMAS.computeIfAbsent(schemaName, Schemas::read).validate(document, InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }

    private static Schema read(String schemaName) {
        Path file = FOLDER.resolve(schemaName + ".json");
        try {
            return REGISTRY.getSchema(Files.readString(file), InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException("schema " + file, e);
        }
    }
}
