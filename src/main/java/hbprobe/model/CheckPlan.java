package hbprobe.model;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingInt;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What {@code check} would do.
 *
 * @param rows one for each target and expectation; all of one turn at the same time
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
     * @param turn of its target's; there is more than one where the target takes too few flows at once
     * @param worstCase when it is over at the latest
     */
    public record Row(String target, String name, String expected, int flows, int turn, Duration worstCase) {}

    /** In how many turns at most a target is tried. */
    public int turns() {
        return rows.stream().mapToInt(Row::turn).max().orElse(0);
    }

    /** The latest of them. */
    public Duration worstCase() {
        return rows.stream().map(Row::worstCase).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Open at once, at most, to all targets together. */
    public int flows() {
        Map<String, Map<Integer, Integer>> byTurn =
                rows.stream().collect(groupingBy(Row::target, groupingBy(Row::turn, summingInt(Row::flows))));
        return byTurn.values().stream()
                .map(Map::values)
                .mapToInt(CheckPlan::most)
                .sum();
    }

    private static int most(Collection<Integer> flows) {
        return Collections.max(flows);
    }
}
