package hbprobe.model;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code measure} found, as it is written to JSON ({@code docs/schema/measure-1.json}). Every {@code …S} is in
 * seconds, every {@code …Ms} in milliseconds.
 *
 * @param schema always {@value #SCHEMA}
 * @param version of hbprobe
 * @param target what was measured
 * @param host the machine that measured
 * @param startedAt RFC 3339, UTC, from the wall clock
 * @param elapsedS monotonic
 * @param seed of every random choice
 * @param outcome in one word
 * @param settings what was asked
 * @param idleTimeout the answer: the direction that dies first speaks; null when nothing expired
 * @param directions one entry for each direction that was tried
 * @param revivedByClient whether client-first flows lived at idle periods at which server-first ones were dead; null
 *     when nothing expired or only one direction was tried
 * @param hiddenRefresh who sent segments during the silence; null when nobody did
 * @param udp what is known of the mappings of UDP flows; null over TCP
 * @param pathCheck whether the path itself was up when flows were found dead
 * @param likely products known to behave like this
 * @param advice the heartbeat to set; null when nothing expired
 * @param flows every flow of the search
 * @param warnings what the reader has to know to judge the finding
 * @param error why nothing could be measured; null otherwise
 * @param exitCode of the process
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record MeasureFinding(
        String schema,
        String version,
        Target target,
        HostInfo host,
        String startedAt,
        double elapsedS,
        long seed,
        Outcome outcome,
        Settings settings,
        @Nullable IdleTimeout idleTimeout,
        List<DirectionFinding> directions,
        @Nullable Boolean revivedByClient,
        @Nullable HiddenRefresh hiddenRefresh,
        @Nullable Udp udp,
        PathCheck pathCheck,
        List<Likely> likely,
        @Nullable Advice advice,
        List<Flow> flows,
        List<String> warnings,
        @Nullable Problem error,
        int exitCode) {

    /** Name and version of the format. */
    public static final String SCHEMA = "hbprobe/measure/1";

    /** What came of it, in one word. */
    public enum Outcome {
        /** A timeout was found. */
        EXPIRES("expires"),
        /** No expiry was seen in the range. */
        SURVIVES("survives"),
        /** What was seen does not allow an answer. */
        INCONCLUSIVE("inconclusive"),
        /** There was nothing to measure with. */
        UNREACHABLE("unreachable"),
        /** The run was ended before it was done. */
        INTERRUPTED("interrupted");

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

    /** What came of a flow. */
    public enum FlowOutcome {
        /** It carried traffic after the silence. */
        ALIVE("alive"),
        /** It did not, and the path itself was up. */
        DEAD("dead"),
        /** Somebody sent segments during the silence: it was never idle. */
        REFRESHED("refreshed"),
        /** The search ended before its time. */
        UNPROBED("unprobed"),
        /** It proves nothing: not opened, not primed, or void. */
        ERROR("error");

        private final String word;

        FlowOutcome(String word) {
            this.word = word;
        }

        /** The word used in JSON and in reports. */
        @Json.Value
        public String word() {
            return word;
        }
    }

    /**
     * The settings, echoed.
     *
     * @param intervalsS the idle periods asked for instead of a range; null for the range
     * @param resolution share of the timeout: 0.025 is 2.5 %
     * @param direction {@code both} or a direction's word
     * @param replyTimeoutS null: adaptive
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Settings(
            double minS,
            double maxS,
            @Nullable List<Double> intervalsS,
            double resolution,
            String direction,
            int maxFlows,
            double openRate,
            int confirm,
            int repeat,
            boolean refine,
            @Nullable Double replyTimeoutS,
            String strategy) {

        /** The settings of a run as they are echoed. */
        public static Settings of(MeasureSettings settings) {
            return new Settings(
                    Durations.seconds(settings.min()),
                    Durations.seconds(settings.max()),
                    settings.intervals().isEmpty()
                            ? null
                            : settings.intervals().stream()
                                    .map(Durations::seconds)
                                    .toList(),
                    settings.resolution(),
                    settings.directions().size() == 1
                            ? settings.directions().get(0).word()
                            : "both",
                    settings.maxFlows(),
                    settings.openRate(),
                    settings.confirm(),
                    settings.repeat(),
                    settings.refine(),
                    settings.replyTimeout().map(Durations::seconds).orElse(null),
                    settings.strategy().name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    /**
     * The answer.
     *
     * @param aliveS longest idle period such that every sample at it and below was alive
     * @param deadS shortest idle period such that every sample at it and above was dead
     * @param estimateS the middle of the two; for a close that arrives by itself the smallest age at which it came
     * @param direction the one that dies first
     * @param ending how it ends
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record IdleTimeout(double aliveS, double deadS, double estimateS, Direction direction, Ending ending) {}

    /**
     * One direction's answer.
     *
     * @param test what the flows carried before their silence
     * @param outcome {@code expires}, {@code survives} or {@code inconclusive}
     * @param aliveS null when no flow was probed
     * @param deadS null when no expiry was seen
     * @param flows that were probed
     * @param disagreeing flows inside the zone between {@code aliveS} and {@code deadS}
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record DirectionFinding(
            Direction direction,
            IdleTest test,
            Outcome outcome,
            @Nullable Double aliveS,
            @Nullable Double deadS,
            @Nullable Double estimateS,
            @Nullable Ending ending,
            int flows,
            int disagreeing) {

        /** What tells it from the others of its finding. */
        public String word() {
            return new Ladder(test, direction).word();
        }
    }

    /**
     * Somebody sends segments while the flow is idle.
     *
     * @param intervalS how often
     * @param flows that were refreshed
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record HiddenRefresh(double intervalS, int flows) {}

    /**
     * What a box does with the mappings of UDP flows.
     *
     * @param inboundRefreshes whether packets from outside keep a mapping: udp-2 against udp-1 and udp-3; null where
     *     that can't be told
     * @param samePort flows whose mapping had expired and came back with the same port when the client spoke
     * @param otherPort flows that came back with another address or port
     * @param portHeldS the longest silence after which the port was still the same; null when none came back
     * @param portLostS the shortest after which it was another; null when none was
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Udp(
            @Nullable Boolean inboundRefreshes,
            int samePort,
            int otherPort,
            @Nullable Double portHeldS,
            @Nullable Double portLostS) {}

    /**
     * Whether the path itself was up.
     *
     * @param freshFlow {@code ok}, {@code failed} or {@code not-needed}: whether a new flow worked after a dead one
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record PathCheck(String freshFlow) {}

    /** A product known to have this timeout. A hint, never a proof. */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Likely(
            String product, double idleTimeoutS, @Nullable Ending ending, String source) {}

    /**
     * The heartbeat that keeps this path open.
     *
     * @param heartbeatIntervalS of an application heartbeat sent by the client
     * @param toleratesLost beats that may be lost in a row
     * @param keepalive OS keepalive to the same end; null below its resolution of one second, and where a server or
     *     a proxy closes, which counts no keepalive probes
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Advice(
            double heartbeatIntervalS,
            int toleratesLost,
            @Nullable Keepalive keepalive,
            String why) {}

    /** OS keepalive in whole seconds, as the socket options take it. */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Keepalive(int idleS, int intervalS, int count) {}

    /**
     * One flow of the search.
     *
     * @param test what it carried before its silence
     * @param idleS the silence it had before its probe, planned for an unprobed one
     * @param openedAtS since the start of the run
     * @param probedAtS since the start of the run; null when it was not probed
     * @param farEnding how it ended as the responder saw it; null where nobody can say
     * @param rttMs of its priming
     * @param local address and port here
     * @param mapped address and port as the responder saw them
     * @param mappedAfter the same when the client had spoken on a flow found dead; null where it didn't, or in vain
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Flow(
            int id,
            Direction direction,
            IdleTest test,
            double idleS,
            @Nullable Double openedAtS,
            @Nullable Double probedAtS,
            FlowOutcome outcome,
            @Nullable Ending ending,
            @Nullable Ending farEnding,
            @Nullable Double rttMs,
            @Nullable String local,
            @Nullable String mapped,
            @Nullable String mappedAfter) {}
}
