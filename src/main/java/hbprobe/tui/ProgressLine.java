package hbprobe.tui;

import hbprobe.model.Durations;
import hbprobe.model.MeasureProgress;
import java.time.Duration;

/** A measurement's progress in one line. */
final class ProgressLine {
    private ProgressLine() {}

    /** The line, cut to the width. */
    static String of(MeasureProgress progress, int width) {
        String text = whole(progress.elapsed()) + "  " + progress.pass() + ": "
                + progress.opened() + "/" + progress.planned() + " opened, "
                + progress.waiting() + " waiting, "
                + (progress.alive().isZero() ? "none answered yet" : "alive at " + rounded(progress.alive()))
                + (progress.dead() == 0 ? "" : ", " + progress.dead() + " dead")
                + ", at most " + whole(progress.atMost()) + " more";
        return text.length() <= width ? text : text.substring(0, width);
    }

    private static String whole(Duration duration) {
        return Durations.print(Duration.ofSeconds(duration.toSeconds()));
    }

    private static String rounded(Duration duration) {
        long ms = duration.toMillis();
        return Durations.print(Duration.ofMillis(ms < 10_000 ? ms / 10 * 10 : ms / 100 * 100));
    }
}
