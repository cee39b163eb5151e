package hbprobe.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A finding for a spreadsheet (RFC 4180): the first column says what a line is, the others are the union of all that
 * there are. What a record does not have, and what is null, is empty.
 */
final class CsvReport {
    private CsvReport() {}

    static String of(Records records) {
        List<String> columns = Records.columns(records.rows().stream());
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            csv.writeRecord(Stream.concat(Stream.of("record"), columns.stream()).toList());
            for (Records.Row row : records.rows()) {
                List<String> cells = new ArrayList<>();
                cells.add(row.name());
                columns.forEach(column -> cells.add(Records.text(row.fields().get(column))));
                csv.writeRecord(cells);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("write CSV to memory", e);
        }
        return text.toString();
    }
}
