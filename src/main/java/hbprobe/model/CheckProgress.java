package hbprobe.model;

import hbprobe.model.CheckFinding.Held;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How far a check has come.
 *
 * @param elapsed since it began
 * @param atMost how much longer it can take
 * @param rows one for each target and expectation
 */
public record CheckProgress(Duration elapsed, Duration atMost, List<Row> rows) {
    /** Copies the list. */
    public CheckProgress {
        rows = List.copyOf(rows);
    }

    /**
     * One expectation of one target.
     *
     * @param takes at most
     * @param held empty while it is being tried
     */
    public record Row(String target, String name, String expected, Duration takes, Optional<Held> held) {}
}
