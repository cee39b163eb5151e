package hbprobe.model;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A product and the idle timeout it is known to ship with.
 *
 * @param product its name
 * @param protocol {@code tcp}, {@code udp}, {@code http}, …: what the timer is about
 * @param idleTimeoutS seconds
 * @param ending how it ends a flow, where the source says so
 * @param source where the figure stands
 */
public record KnownTimeout(
        String product, String protocol, double idleTimeoutS, Optional<Ending> ending, String source) {

    /**
     * The table that ships with the program, read anew on each call: it is needed once a run.
     *
     * @throws IllegalStateException when the table in the jar is damaged
     */
    public static List<KnownTimeout> table() {
        var resource = Objects.requireNonNull(
                KnownTimeout.class.getResourceAsStream("known-timeouts.csv"), "known-timeouts.csv is not in the jar");
        try (CsvReader<NamedCsvRecord> rows =
                CsvReader.builder().ofNamedCsvRecord(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return rows.stream().map(KnownTimeout::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("read known-timeouts.csv", e);
        }
    }

    private static KnownTimeout of(NamedCsvRecord row) {
        String ending = row.getField("ending");
        return new KnownTimeout(
                row.getField("product"),
                row.getField("protocol"),
                Double.parseDouble(row.getField("idle_timeout_s")),
                ending.isEmpty() ? Optional.empty() : Optional.of(endingOf(ending)),
                row.getField("source"));
    }

    private static Ending endingOf(String word) {
        return Arrays.stream(Ending.values())
                .filter(ending -> ending.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("known-timeouts.csv: no ending is called " + word));
    }

    /** Whether the timer is about TCP connections, whatever runs over them. */
    public boolean isOverTcp() {
        return !protocol.equals("udp");
    }
}
