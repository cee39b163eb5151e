package hbprobe.model;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code doctor} found, as it is written to JSON ({@code docs/schema/doctor-1.json}).
 *
 * @param schema always {@value #SCHEMA}
 * @param version of hbprobe
 * @param host this machine
 * @param startedAt RFC 3339, UTC
 * @param elapsedS monotonic, seconds
 * @param outcome in one word
 * @param checks in the order of their weight
 * @param error null unless hbprobe failed
 * @param exitCode of the process
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record DoctorFinding(
        String schema,
        String version,
        HostInfo host,
        String startedAt,
        double elapsedS,
        Outcome outcome,
        List<Check> checks,
        @Nullable Problem error,
        int exitCode) {

    /** Name and version of the format. */
    public static final String SCHEMA = "hbprobe/doctor/1";

    /** Copies the list. */
    public DoctorFinding {
        checks = List.copyOf(checks);
    }

    /** What came of it, in one word. */
    public enum Outcome {
        /** Everything that hbprobe claims can be measured here. */
        ABLE("able"),
        /** Some of it can't. */
        LIMITED("limited");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        /** The word used in JSON. */
        @Json.Value
        public String word() {
            return word;
        }
    }

    /** How one thing stands. */
    public enum State {
        /** As it should be. */
        OK("ok"),
        /** It is not, with the consequence told. */
        LIMITED("limited");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /** The word used in JSON and in reports. */
        @Json.Value
        public String word() {
            return word;
        }
    }

    /**
     * One thing that was looked at.
     *
     * @param name of what was looked at
     * @param seen what it is like here
     * @param consequence what that does to measurements; null when nothing
     * @param remedy the way out; null when there is nothing to do
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Check(
            String name,
            State state,
            String seen,
            @Nullable String consequence,
            @Nullable String remedy) {

        /** As it should be. */
        public static Check ok(String name, String seen) {
            return new Check(name, State.OK, seen, null, null);
        }

        /** Not as it should be. */
        public static Check limited(String name, String seen, String consequence, String remedy) {
            return new Check(name, State.LIMITED, seen, consequence, remedy);
        }
    }
}
