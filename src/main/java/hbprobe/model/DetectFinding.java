package hbprobe.model;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code detect} found, as it is written to JSON ({@code docs/schema/detect-1.json}).
 *
 * @param schema always {@value #SCHEMA}
 * @param version of hbprobe
 * @param target what was tried; null where a recorded trace was judged
 * @param host the machine that tried it
 * @param startedAt RFC 3339, UTC, from the wall clock
 * @param elapsedS monotonic
 * @param seed of every random choice
 * @param outcome in one word
 * @param mechanisms and how they were set
 * @param detection a row for each mechanism and fault
 * @param detectors a row for each failure detector
 * @param cost a row for each mechanism
 * @param terminatedBetween whether something terminates TCP in between; null where nothing tells
 * @param verdict in one line; null where there is none
 * @param warnings what the reader has to know to judge the finding
 * @param error why nothing could be found; null otherwise
 * @param exitCode of the process
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record DetectFinding(
        String schema,
        String version,
        @Nullable Target target,
        HostInfo host,
        String startedAt,
        double elapsedS,
        long seed,
        FaultOutcome outcome,
        List<MechanismUsed> mechanisms,
        List<Detection> detection,
        List<DetectorFinding> detectors,
        List<Cost> cost,
        @Nullable Boolean terminatedBetween,
        @Nullable String verdict,
        List<String> warnings,
        @Nullable Problem error,
        int exitCode) {

    /** Name and version of the format. */
    public static final String SCHEMA = "hbprobe/detect/1";

    /** Copies the lists. */
    public DetectFinding {
        mechanisms = List.copyOf(mechanisms);
        detection = List.copyOf(detection);
        detectors = List.copyOf(detectors);
        cost = List.copyOf(cost);
        warnings = List.copyOf(warnings);
    }
}
