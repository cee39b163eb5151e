package hbprobe.model;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What goes wrong.
 *
 * @param kind which one
 * @param healsAfter when it is over; empty: never
 * @param lossShare of {@link Kind#LOSS}: the chance of each segment to be lost; 0 for the others
 */
public record Fault(Kind kind, Optional<Duration> healsAfter, double lossShare) {

    /** Whether a connection is lost by it, and who causes it. */
    public enum Kind {
        /** What arrives for the flow is thrown away, silently. */
        BLACKHOLE("blackhole", false),
        /** The far application answers nothing any more; its kernel does. */
        HANG("hang", false),
        /** The far end closes. */
        FIN("fin", false),
        /** The far end resets. */
        RST("rst", false),
        /** Segments are lost at random: nothing is dropped, and any alarm is false. */
        LOSS("loss", false),
        /** The middlebox forgets the idle flow. */
        IDLE("idle", false),
        /** The cable between middlebox and server is pulled. */
        LINK_DOWN("link-down", true),
        /** The middlebox forgets every flow at once. */
        NAT_FLUSH("nat-flush", true),
        /** The responder is killed. */
        KILL("kill", true),
        /** The responder is stopped, as by a debugger; its kernel is not. */
        STOP("stop", true),
        /** The server's host vanishes without a word. */
        HOST_GONE("host-gone", true);

        private final String word;
        private final boolean ofLab;

        Kind(String word, boolean ofLab) {
            this.word = word;
            this.ofLab = ofLab;
        }

        /** The word used on the command line, in JSON and in reports. */
        public String word() {
            return word;
        }

        /** Whether it hits every flow at once, and only a lab can stage it. */
        public boolean ofLab() {
            return ofLab;
        }
    }

    /** Parsed by {@link #parse}: {@code blackhole}, {@code blackhole:20s}, {@code loss:20}. */
    public static Fault parse(String text) {
        int colon = text.indexOf(':');
        String name = (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
        Optional<String> argument = colon < 0 ? Optional.empty() : Optional.of(text.substring(colon + 1));
        Kind kind = Arrays.stream(Kind.values())
                .filter(candidate -> candidate.word().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + name + "' is no fault; there are " + String.join(", ", words())));
        return switch (kind) {
            case LOSS -> new Fault(kind, Optional.empty(), share(text, argument));
            case BLACKHOLE -> new Fault(kind, argument.map(Fault::healsAfter), 0);
            default -> {
                if (argument.isPresent()) {
                    throw new IllegalArgumentException("'" + text + "': " + name + " takes nothing after a colon");
                }
                yield new Fault(kind, Optional.empty(), 0);
            }
        };
    }

    /** Every fault's word. */
    public static List<String> words() {
        return Arrays.stream(Kind.values()).map(Kind::word).collect(Collectors.toList());
    }

    private static Duration healsAfter(String text) {
        Duration after = Durations.parse(text);
        if (after.isZero()) {
            throw new IllegalArgumentException("'blackhole:" + text + "': it must last; say blackhole:2s");
        }
        return after;
    }

    private static double share(String text, Optional<String> argument) {
        String percent = argument.map(given -> given.endsWith("%") ? given.substring(0, given.length() - 1) : given)
                .orElse("");
        double share;
        try {
            share = Double.parseDouble(percent) / 100;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "': how many percent are lost? Say loss:20", e);
        }
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("'" + text + "': the loss is above 0 and below 100 percent");
        }
        return share;
    }

    /** As it is typed. */
    public String word() {
        if (kind == Kind.LOSS) {
            double percent = Math.round(lossShare * 1e6) / 1e4;
            return "loss:" + (percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent));
        }
        return kind.word()
                + healsAfter.map(after -> ":" + Durations.print(after)).orElse("");
    }
}
