package hbprobe.model;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code compare} found, as it is written to JSON ({@code docs/schema/compare-1.json}).
 *
 * @param schema always {@value #SCHEMA}
 * @param version of hbprobe
 * @param target what was tried
 * @param host the machine that tried it
 * @param startedAt RFC 3339, UTC, from the wall clock
 * @param elapsedS monotonic
 * @param seed of every random choice
 * @param outcome in one word
 * @param mechanisms and how they were set
 * @param keepOpen a row for each kind of heartbeat
 * @param detection a row for each mechanism and fault
 * @param cost a row for each mechanism
 * @param terminatedBetween whether something terminates TCP in between; null where nothing tells
 * @param verdict in one line; null where there is none
 * @param warnings what the reader has to know to judge the finding
 * @param error why nothing could be found; null otherwise
 * @param exitCode of the process
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record CompareFinding(
        String schema,
        String version,
        Target target,
        HostInfo host,
        String startedAt,
        double elapsedS,
        long seed,
        FaultOutcome outcome,
        List<MechanismUsed> mechanisms,
        List<KeepOpen> keepOpen,
        List<Detection> detection,
        List<Cost> cost,
        @Nullable Boolean terminatedBetween,
        @Nullable String verdict,
        List<String> warnings,
        @Nullable Problem error,
        int exitCode) {

    /** Name and version of the format. */
    public static final String SCHEMA = "hbprobe/compare/1";

    /** Copies the lists. */
    public CompareFinding {
        mechanisms = List.copyOf(mechanisms);
        keepOpen = List.copyOf(keepOpen);
        detection = List.copyOf(detection);
        cost = List.copyOf(cost);
        warnings = List.copyOf(warnings);
    }
}
