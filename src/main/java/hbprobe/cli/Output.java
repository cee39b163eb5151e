package hbprobe.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One thing to write, and where.
 *
 * @param file empty for stdout
 */
record Output(Format format, Optional<Path> file) {

    /** The formats there are; not every command has each. */
    enum Format {
        /** For people. */
        TEXT,
        /** One document. */
        JSON,
        /** One line an event. */
        NDJSON;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** For completion scripts. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Format.values()).map(Format::word).iterator();
        }
    }

    /** {@code json} or {@code json=run.json}. */
    static final class Converter implements ITypeConverter<Output> {
        @Override
        public Output convert(String text) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            String file = equals < 0 ? "-" : text.substring(equals + 1);
            Format format = Arrays.stream(Format.values())
                    .filter(candidate -> candidate.word().equals(name.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> unknown(name));
            if (file.isEmpty()) {
                throw new TypeConversionException("'" + text + "': the file after '=' is missing");
            }
            return new Output(format, file.equals("-") ? Optional.empty() : Optional.of(Path.of(file)));
        }

        private static TypeConversionException unknown(String name) {
            String known = Arrays.stream(Format.values()).map(Format::word).collect(Collectors.joining(", "));
            String near = Nearest.hint(
                    name, Arrays.stream(Format.values()).map(Format::word).toList());
            return new TypeConversionException("'" + name + "' is no format; there are " + known + near);
        }
    }
}
