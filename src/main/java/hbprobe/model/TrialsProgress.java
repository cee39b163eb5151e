package hbprobe.model;

import java.time.Duration;
import java.util.List;

/**
 * How far the trials have come.
 *
 * @param elapsed since they began
 * @param atMost how much longer they can take
 * @param phase what is going on, in words
 * @param cells one for each mechanism and fault
 */
public record TrialsProgress(Duration elapsed, Duration atMost, String phase, List<Cell> cells) {
    /** Copies the list. */
    public TrialsProgress {
        cells = List.copyOf(cells);
    }

    /** The same beside something else that goes on, for so much longer. */
    public TrialsProgress beside(String other, Duration otherAtMost) {
        boolean outlasts = otherAtMost.compareTo(atMost) > 0;
        boolean done = cells.stream().allMatch(cell -> cell.waiting() + cell.faulty() == 0);
        return outlasts ? new TrialsProgress(elapsed, otherAtMost, done ? other : phase, cells) : this;
    }

    /**
     * How far one mechanism and fault have come.
     *
     * @param waiting before the fault
     * @param faulty the fault is there
     * @param noticed by the mechanism
     * @param over without a notice
     */
    public record Cell(String mechanism, String fault, int waiting, int faulty, int noticed, int over) {}
}
