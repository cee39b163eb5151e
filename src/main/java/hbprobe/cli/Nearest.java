package hbprobe.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The nearest valid name, for a misspelt one. */
final class Nearest {
    private Nearest() {}

    /** Empty when nothing is near. */
    static Optional<String> of(String word, Collection<String> names) {
        return names.stream()
                .min(Comparator.comparingInt(name -> distance(word, name)))
                .filter(name -> distance(word, name) <= Math.max(2, word.length() / 3));
    }

    /** For the end of an error message; empty when nothing is near. */
    static String hint(String word, Collection<String> names) {
        return of(word, names).map(near -> "; did you mean '" + near + "'?").orElse("");
    }

    /** Levenshtein's: insertions, deletions and substitutions, one each. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int above = row[j];
                int substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substituted, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[other.length()];
    }
}
