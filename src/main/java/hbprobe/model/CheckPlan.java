package hbprobe.model;

import java.time.Duration;
import java.util.List;

/**
 * What {@code check} would do.
 *
 * @param rows one for each target and expectation, all at the same time
 */
public record CheckPlan(List<Row> rows) {
    /** Copies the list. */
    public CheckPlan {
        rows = List.copyOf(rows);
    }

    /**
     * One expectation of one target.
     *
     * @param flows open at once, at most
     * @param worstCase what it takes at most
     */
    public record Row(String target, String name, String expected, int flows, Duration worstCase) {}

    /** The longest of them. */
    public Duration worstCase() {
        return rows.stream().map(Row::worstCase).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Of all of them together. */
    public int flows() {
        return rows.stream().mapToInt(Row::flows).sum();
    }
}
