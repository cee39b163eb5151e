package hbprobe.model;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code check} found, as it is written to JSON ({@code docs/schema/check-1.json}).
 *
 * @param schema always {@value #SCHEMA}
 * @param version of hbprobe
 * @param host the machine that checked
 * @param startedAt RFC 3339, UTC, from the wall clock
 * @param elapsedS monotonic
 * @param seed of every random choice
 * @param outcome the worst of the targets' outcomes
 * @param targets in the order in which they were given
 * @param warnings what the reader has to know to judge the finding
 * @param exitCode of the process
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record CheckFinding(
        String schema,
        String version,
        HostInfo host,
        String startedAt,
        double elapsedS,
        long seed,
        Outcome outcome,
        List<CheckedTarget> targets,
        List<String> warnings,
        int exitCode) {

    /** Name and version of the format. */
    public static final String SCHEMA = "hbprobe/check/1";

    /** Copies the lists. */
    public CheckFinding {
        targets = List.copyOf(targets);
        warnings = List.copyOf(warnings);
    }

    /** What came of a target or of the whole, in one word; the worse one stands first. */
    public enum Outcome {
        /** An expectation does not hold. */
        FAIL("fail"),
        /** There was nothing to check with. */
        UNREACHABLE("unreachable"),
        /** The run was ended before it was done. */
        INTERRUPTED("interrupted"),
        /** What was seen does not allow an answer. */
        INCONCLUSIVE("inconclusive"),
        /** Every expectation holds. */
        PASS("pass");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        /** The word used in JSON and in reports. */
        @Json.Value
        public String word() {
            return word;
        }
    }

    /** What came of an expectation. */
    public enum Held {
        /** It holds. */
        PASS("pass"),
        /** It does not. */
        FAIL("fail"),
        /** It could not be decided. */
        INCONCLUSIVE("inconclusive"),
        /** It could not be tried. */
        ERROR("error");

        private final String word;

        Held(String word) {
            this.word = word;
        }

        /** The word used in JSON and in reports. */
        @Json.Value
        public String word() {
            return word;
        }
    }

    /**
     * A target and what was expected of it.
     *
     * @param outcome the worst of its expectations' outcomes
     * @param error why it could not be checked; null otherwise
     * @param expectations in the order of {@code hbprobe check --help}
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record CheckedTarget(
            Target target, Outcome outcome, @Nullable Problem error, List<Expectation> expectations) {

        /** Copies the list. */
        public CheckedTarget {
            expectations = List.copyOf(expectations);
        }
    }

    /**
     * One expectation.
     *
     * @param name of the option: {@code idle-at-least}
     * @param expected the option's value: {@code 300s}
     * @param observed in the same terms, {@code 298.2s}; null where nothing was seen
     * @param outcome whether it holds
     * @param why in a sentence, for a person
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Expectation(
            String name, String expected, @Nullable String observed, Held outcome, String why) {}
}
