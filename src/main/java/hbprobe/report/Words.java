package hbprobe.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers and paragraphs for people. */
final class Words {
    static final int WIDTH = 80;

    private Words() {}

    /** Seconds: {@code 7.25 s}, {@code 60.3 s}, {@code 350.2 s}, {@code 1200 s}: no finer than a measurement is. */
    static String seconds(double seconds) {
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.2f s", seconds);
        }
        return String.format(Locale.ROOT, seconds < 1000 ? "%.1f s" : "%.0f s", seconds);
    }

    /** A setting as people type it: {@code 3 s}, {@code 0.5 s}. */
    static String setting(double seconds) {
        return new BigDecimal(seconds)
                        .round(new MathContext(4, RoundingMode.HALF_UP))
                        .stripTrailingZeros()
                        .toPlainString()
                + " s";
    }

    /** Without the characters that a terminal or a log might obey; line breaks stay, as {@code \n}. */
    static String printable(String text) {
        return text.replaceAll("\\R", "\n").replace('\t', ' ').replaceAll("[\\p{Cc}&&[^\n]]", "");
    }

    /** The same in one line. */
    static String oneLine(String text) {
        return printable(text).replaceAll("\\s+", " ").strip();
    }

    /**
     * Lines of at most {@value #WIDTH} columns; the first follows the label, the others are indented under the text.
     */
    static List<String> paragraph(String label, String text) {
        List<String> lines = new ArrayList<>();
        String indent = " ".repeat(label.length());
        StringBuilder line = new StringBuilder(label);
        boolean empty = true;
        for (String word : words(text, WIDTH - label.length())) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(indent);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
        return lines;
    }

    /**
     * What is not to be torn apart: a word, or a number and its unit. A name that is longer than a line is cut; a
     * terminal would cut it too, and not under the text.
     */
    private static List<String> words(String text, int width) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(" (?!m?s\\b)", -1)) {
            String rest = word;
            while (rest.length() > width) {
                words.add(rest.substring(0, width));
                rest = rest.substring(width);
            }
            words.add(rest);
        }
        return words;
    }
}
