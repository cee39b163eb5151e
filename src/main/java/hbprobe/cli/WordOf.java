package hbprobe.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A constant of an enum by its word: {@code server-first} for {@code SERVER_FIRST}. It converts, and it is what help
 * and completion scripts offer; left to itself picocli shows the constants as Java writes them.
 */
abstract class WordOf<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {
    private final Class<E> type;

    WordOf(Class<E> type) {
        this.type = type;
    }

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private List<String> words() {
        return Arrays.stream(type.getEnumConstants()).map(WordOf::of).toList();
    }

    @Override
    public Iterator<String> iterator() {
        return words().iterator();
    }

    @Override
    public E convert(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> of(constant).equals(word))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is not " + alternatives()));
    }

    private String alternatives() {
        List<String> words = words();
        int last = words.size() - 1;
        return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }
}
