package hbprobe.cli;

import hbprobe.model.Direction;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code client-first}, {@code server-first} or {@code both}. */
final class DirectionsConverter implements ITypeConverter<List<Direction>> {
    /** For completion scripts. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("client-first", "server-first", "both").iterator();
        }
    }

    @Override
    public List<Direction> convert(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        if (word.equals("both")) {
            return List.of(Direction.values());
        }
        return Arrays.stream(Direction.values())
                .filter(direction -> direction.word().equals(word))
                .findFirst()
                .map(List::of)
                .orElseThrow(
                        () -> new TypeConversionException("'" + text + "' is not client-first, server-first or both"));
    }
}
