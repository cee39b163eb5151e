package hbprobe.cli;

import hbprobe.report.Format;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One thing to write, and where.
 *
 * @param file empty for stdout
 */
record Output(Format format, Optional<Path> file) {
    private static final Pattern ALONE = Pattern.compile("-[jqv]*o|--output");
    private static final Pattern JOINED = Pattern.compile("^(?:-[jqv]*o|--output)=?(.*)$");

    /** For completion scripts. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Format.values()).map(Format::word).iterator();
        }
    }

    /** Whether a monitoring system reads stdout, and so the exit code. */
    boolean isForNagios() {
        return format == Format.NAGIOS && file.isEmpty();
    }

    /**
     * The same of a command line that could not be parsed.
     *
     * @param usual what is written where the line doesn't say, by the environment or the configuration file
     */
    static boolean isForNagios(Optional<String> usual, List<String> words) {
        String wanted = Format.NAGIOS.word();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            if ((ALONE.matcher(word).matches() && next.equalsIgnoreCase(wanted))
                    || JOINED.matcher(word)
                            .results()
                            .anyMatch(found -> found.group(1).equalsIgnoreCase(wanted))) {
                return true;
            }
        }
        return usual.filter(wanted::equalsIgnoreCase).isPresent();
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
