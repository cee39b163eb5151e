package hbprobe.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The duration grammar of the command line, both ways. */
public final class Durations {
    /** Far beyond any timer on a network, and far from overflowing nanoseconds in a long. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private static final Pattern BARE = Pattern.compile("\\d+(\\.\\d+)?");
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(us|ms|s|m|h|d)");
    private static final Pattern COMPOUND = Pattern.compile("(?:" + PART.pattern() + ")+");
    private static final BigDecimal NS_PER_S = BigDecimal.valueOf(1_000_000_000L);

    private Durations() {}

    /**
     * Reads {@code 250ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1h30m}, {@code PT30S}; a bare number is seconds.
     *
     * @throws IllegalArgumentException when the text is none of these, negative, or longer than ten years; the message
     *     says what would do
     */
    public static Duration parse(String text) {
        Duration duration = parseUnbounded(text);
        if (duration.isNegative()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is negative; a duration is like 250ms, 30s, 5m or 1h30m");
        }
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("'" + text + "' is longer than ten years");
        }
        return duration;
    }

    private static Duration parseUnbounded(String text) {
        if (BARE.matcher(text).matches()) {
            return ofSeconds(new BigDecimal(text), text);
        }
        if (COMPOUND.matcher(text).matches()) {
            BigDecimal seconds = BigDecimal.ZERO;
            Matcher parts = PART.matcher(text);
            while (parts.find()) {
                seconds = seconds.add(new BigDecimal(parts.group(1)).multiply(secondsPer(parts.group(2))));
            }
            return ofSeconds(seconds, text);
        }
        if (text.toUpperCase(Locale.ROOT).startsWith("P")) {
            try {
                return Duration.parse(text);
            } catch (DateTimeParseException e) {
                throw notADuration(text, e);
            }
        }
        throw notADuration(text, null);
    }

    private static IllegalArgumentException notADuration(
            String text, @org.jspecify.annotations.Nullable Throwable cause) {
        return new IllegalArgumentException(
                "'" + text + "' is not a duration; try 250ms, 30s, 5m, 1h30m, PT30S or a number of seconds", cause);
    }

    private static Duration ofSeconds(BigDecimal seconds, String text) {
        BigDecimal ns = seconds.multiply(NS_PER_S).setScale(0, RoundingMode.HALF_UP);
        if (ns.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("'" + text + "' is longer than ten years");
        }
        return Duration.ofNanos(ns.longValueExact());
    }

    private static BigDecimal secondsPer(String unit) {
        return switch (unit) {
            case "us" -> new BigDecimal("0.000001");
            case "ms" -> new BigDecimal("0.001");
            case "s" -> BigDecimal.ONE;
            case "m" -> BigDecimal.valueOf(60);
            case "h" -> BigDecimal.valueOf(3600);
            default -> BigDecimal.valueOf(86_400);
        };
    }

    /** Prints in the grammar that {@link #parse} reads: {@code 1h30m}, {@code 7.5s}, {@code 250ms}. */
    public static String print(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return trimmed(duration.toNanos() / 1e6) + "ms";
        }
        long hours = duration.toHours();
        long minutes = duration.toMinutesPart();
        double seconds = duration.toSecondsPart() + duration.toNanosPart() / 1e9;
        return (hours > 0 ? hours + "h" : "")
                + (minutes > 0 ? minutes + "m" : "")
                + (seconds > 0 ? trimmed(seconds) + "s" : "");
    }

    private static String trimmed(double value) {
        return BigDecimal.valueOf(value)
                .setScale(3, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Seconds, rounded to a tenth of a millisecond, for JSON: finer would be noise. */
    public static double seconds(long ns) {
        return Math.round(ns / 1e5) / 1e4;
    }

    /** Seconds of a whole duration, as {@link #seconds(long)}. */
    public static double seconds(Duration duration) {
        return seconds(duration.toNanos());
    }
}
