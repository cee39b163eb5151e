package hbprobe.model;

import hbprobe.model.MeasureFinding.Keepalive;
import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finding of the command advise, as it is written to JSON ({@code docs/schema/advise-1.json}). Every {@code …S} is in
 * seconds.
 *
 * @param schema always {@value #SCHEMA}
 * @param version of hbprobe
 * @param startedAt RFC 3339, UTC, from the wall clock
 * @param elapsedS monotonic
 * @param outcome in one word
 * @param settings what was asked
 * @param advice null where no heartbeat helps
 * @param snippets settings of each stack that was asked for, in the order of {@link Stacks}
 * @param warnings what the reader has to know to judge the advice
 * @param error why nothing could be advised; null otherwise
 * @param exitCode of the process
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record AdviceFinding(
        String schema,
        String version,
        String startedAt,
        double elapsedS,
        Outcome outcome,
        Settings settings,
        @Nullable Advice advice,
        List<Snippet> snippets,
        List<String> warnings,
        @Nullable Problem error,
        int exitCode) {

    /** Name and version of the format. */
    public static final String SCHEMA = "hbprobe/advise/1";

    /** Copies the lists. */
    public AdviceFinding {
        snippets = List.copyOf(snippets);
        warnings = List.copyOf(warnings);
    }

    /** What came of it, in one word. */
    public enum Outcome {
        /** A heartbeat keeps the path open. */
        ADVISED("advised"),
        /** Nothing expired up to the longest silence tried: the heartbeat is for silences beyond it. */
        NOT_NEEDED("not-needed"),
        /** The path ends flows by their age, which no heartbeat moves. */
        NO_USE("no-use");

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

    /**
     * What was asked, echoed.
     *
     * @param from the file with the measurement; null where the timeout was typed
     * @param ending how the path ends a flow; null where that is not known
     * @param loss share of packets, one way
     * @param detectWithinS null for no such wish
     * @param mobile whether heartbeats are to be few
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Settings(
            double idleTimeoutS,
            @Nullable String from,
            @Nullable Ending ending,
            double rttS,
            double loss,
            @Nullable Double detectWithinS,
            boolean mobile,
            List<String> stacks) {

        /** Copies the list. */
        public Settings {
            stacks = List.copyOf(stacks);
        }

        /** The settings as they are echoed. */
        public static Settings of(AdviceSettings settings) {
            return new Settings(
                    Durations.seconds(settings.idleTimeout()),
                    settings.from().orElse(null),
                    settings.ending().orElse(null),
                    Durations.seconds(settings.rtt()),
                    settings.loss(),
                    settings.detectWithin().map(Durations::seconds).orElse(null),
                    settings.power() == AdviceSettings.Power.BATTERY,
                    settings.stacks());
        }
    }

    /**
     * The heartbeat and what it is worth.
     *
     * @param toleratesLost heartbeats that may be lost in a row, with half an interval left for lateness
     * @param echoTimeoutS how long an echo's answer may take
     * @param misses echoes in a row without an answer that make a drop
     * @param detectionS how late the echo notices that the path swallows everything
     * @param packetsPerHour both ways
     * @param bytesPerHour both ways, headers of IP and TCP included, without payload
     * @param breaksPerHour how often so many heartbeats in a row are lost that the path forgets the flow, if losses are
     *     independent and nothing is sent again
     * @param falseAlarmsPerHour how often an echo goes unanswered on a path that is up, if losses are independent
     * @param keepalive OS keepalive to the same end; null below its resolution of one second, and where a server or a
     *     proxy closes, which counts no keepalive probes
     * @param keepaliveDetectionS the same of OS keepalive alone
     * @param userTimeoutS for TCP_USER_TIMEOUT: how long written data may stay unacknowledged
     * @param userTimeoutDetectionS how late heartbeats written with it notice the same
     * @param writeOnlyDetectionS how late Linux notices without any of these, by data that stays unacknowledged
     * @param battery a hint for devices that run on one; null unless asked for
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Advice(
            double heartbeatIntervalS,
            int toleratesLost,
            double echoTimeoutS,
            int misses,
            Bounds detectionS,
            double packetsPerHour,
            double bytesPerHour,
            double breaksPerHour,
            double falseAlarmsPerHour,
            @Nullable Keepalive keepalive,
            @Nullable Bounds keepaliveDetectionS,
            double userTimeoutS,
            Bounds userTimeoutDetectionS,
            Bounds writeOnlyDetectionS,
            @Nullable String battery) {}

    /**
     * Settings of one stack, ready to be pasted.
     *
     * @param stack its name on the command line
     * @param title what is set, and where
     * @param format of the text: {@code java}, {@code yaml}, {@code nginx}, …
     * @param text the settings; null where this stack can't do it, which the notes explain
     * @param why these values, and what they don't do
     * @param source manual page
     * @param notes where a limit of the stack changed a value
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Snippet(
            String stack,
            String title,
            String format,
            @Nullable String text,
            String why,
            String source,
            List<String> notes) {

        /** Copies the list. */
        public Snippet {
            notes = List.copyOf(notes);
        }
    }
}
