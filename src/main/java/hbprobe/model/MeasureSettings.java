package hbprobe.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a {@code measure} run was asked to do.
 *
 * @param min shortest idle period of the range
 * @param max longest idle period of the range
 * @param intervals exactly these idle periods instead of the range; empty for the range
 * @param resolution width wanted of the bracket, as a share of the timeout: 0.025 is 2.5 %
 * @param directions who speaks first; one or both
 * @param maxFlows most flows open at once, both directions together
 * @param openRate flows opened a second
 * @param confirm further dead rungs above the first before the search ends
 * @param repeat flows a rung and direction
 * @param refine whether a second pass narrows a bracket that is wider than asked
 * @param replyTimeout how long a probe waits for its answer; absent: adapts to what living rungs needed
 * @param strategy how the rungs are visited
 */
public record MeasureSettings(
        Duration min,
        Duration max,
        List<Duration> intervals,
        double resolution,
        List<Direction> directions,
        int maxFlows,
        double openRate,
        int confirm,
        int repeat,
        boolean refine,
        Optional<Duration> replyTimeout,
        Strategy strategy) {

    /** How the rungs are visited. */
    public enum Strategy {
        /** All rungs at once, in ascending order. */
        LADDER,
        /** One flow at a time, for a path that tolerates one connection. */
        BISECT
    }

    /** Copies the lists: a record of settings never changes. */
    public MeasureSettings {
        intervals = List.copyOf(intervals);
        directions = List.copyOf(directions);
    }

    /** The same as far as a dialect can, with these settings whose default depends on it. */
    public MeasureSettings within(Abilities abilities, int flows, boolean refining) {
        return new MeasureSettings(
                min,
                max,
                intervals,
                resolution,
                directions.stream().filter(abilities::allows).toList(),
                flows,
                openRate,
                confirm,
                repeat,
                refining,
                replyTimeout,
                strategy);
    }

    /** Why they can't be had in a dialect, if they can't. */
    public Optional<String> unfit(String dialect, Abilities abilities) {
        Optional<Duration> shortest = Stream.concat(Stream.of(min), intervals.stream())
                .filter(idle -> idle.compareTo(abilities.shortestIdle()) < 0)
                .findFirst();
        if (shortest.isPresent()) {
            return Optional.of("an idle period of " + Durations.print(shortest.get()) + " is too short for " + dialect
                    + "://, which can't probe before " + Durations.print(abilities.shortestIdle()));
        }
        if (!abilities.serverFirst() && directions.equals(List.of(Direction.SERVER_FIRST))) {
            return Optional.of("--direction server-first: " + Abilities.WHO_SPEAKS_FIRST + ", and " + dialect
                    + ":// is none of them");
        }
        if (!abilities.allows(Direction.CLIENT_FIRST) && directions.equals(List.of(Direction.CLIENT_FIRST))) {
            return Optional.of(
                    "--direction client-first: over UDP the client's packet makes a new mapping where the old"
                            + " one has expired, and would call it alive; only the server's packet tells");
        }
        if (abilities.transport() == Transport.UDP && strategy == Strategy.BISECT) {
            return Optional.of("--strategy bisect is for paths that tolerate one connection, and UDP has none; a"
                    + " smaller --max-flows makes a smaller ladder");
        }
        return replyTimeout
                .filter(timeout -> !abilities.writes() && timeout.compareTo(abilities.shortestReply()) < 0)
                .map(timeout -> "--reply-timeout " + Durations.print(timeout) + " is below the least for " + dialect
                        + "://, " + Durations.print(abilities.shortestReply())
                        + ": one unanswered keepalive probe proves nothing");
    }

    /** The defaults of the command line. */
    public static MeasureSettings defaults() {
        return new MeasureSettings(
                Duration.ofSeconds(1),
                Duration.ofMinutes(15),
                List.of(),
                0.025,
                List.of(Direction.values()),
                512,
                100,
                2,
                1,
                false,
                Optional.empty(),
                Strategy.LADDER);
    }
}
