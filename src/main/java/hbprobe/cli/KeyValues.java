package hbprobe.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.TypeConversionException;

/** {@code idle=30s,interval=10s,count=3}: a value of several named parts, each of which may be left out. */
final class KeyValues {
    private KeyValues() {}

    /**
     * The parts that are given.
     *
     * @throws TypeConversionException when one has no name, an unknown one, or the same as another
     */
    static Map<String, String> parse(String text, List<String> known) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (equals < 0 || !known.contains(name)) {
                throw new TypeConversionException("'" + part + "' is not one of "
                        + String.join(
                                ", ", known.stream().map(word -> word + "=…").toList()));
            }
            if (parts.put(name, part.substring(equals + 1)) != null) {
                throw new TypeConversionException("'" + name + "' is given twice in '" + text + "'");
            }
        }
        return parts;
    }
}
