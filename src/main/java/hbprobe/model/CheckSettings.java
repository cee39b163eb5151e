package hbprobe.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the expectations of one target are tried.
 *
 * @param expected each is tried by itself, as many at the same time as the target takes
 * @param directions who speaks first after a silence
 * @param repeat idle flows of each direction
 * @param replyTimeout how long a probe waits for its answer; absent: adapts to what living flows needed
 * @param mechanism that has to notice the drop of {@code detect-within}
 * @param heartbeat how it is set, and the keepalive of {@code keepalive-holds}
 * @param trials of {@code detect-within}
 * @param idleTimeout of the path, as far as it is known
 * @param retries how often what does not hold is tried again
 */
public record CheckSettings(
        List<Expected> expected,
        List<Direction> directions,
        int repeat,
        Optional<Duration> replyTimeout,
        Mechanism mechanism,
        HeartbeatSettings heartbeat,
        int trials,
        Optional<Duration> idleTimeout,
        int retries) {

    /** Copies the lists. */
    public CheckSettings {
        expected = List.copyOf(expected);
        directions = List.copyOf(directions);
    }
}
