package hbprobe.tui;

import hbprobe.model.Direction;
import hbprobe.model.IdleTest;
import hbprobe.model.Ladder;
import hbprobe.model.MeasureProgress;
import hbprobe.model.MeasureProgress.Rung;
import hbprobe.model.MeasureProgress.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measurements on their way, for tests of how they look. */
final class Progresses {
    private Progresses() {}

    /** Nothing has died yet. */
    static MeasureProgress halfWay() {
        return progress(100, 14.2, 1e9);
    }

    /** Server-first flows have died, client-first ones live; one is refreshed, one proves nothing. */
    static MeasureProgress further() {
        return progress(253, 31.5, 29.9);
    }

    private static MeasureProgress progress(int rungsEach, double elapsedS, double deadS) {
        List<Rung> rungs = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            double idleS = 1;
            for (int i = 0; i < rungsEach; i++) {
                boolean mayDie = direction == Direction.SERVER_FIRST;
                Standing standing = i == 3
                        ? Standing.REFRESHED
                        : i == 5
                                ? Standing.VOID
                                : idleS > elapsedS
                                        ? (i > rungsEach - 4 ? Standing.PLANNED : Standing.WAITING)
                                        : idleS > elapsedS - 1
                                                ? Standing.PROBED
                                                : mayDie && idleS > deadS ? Standing.DEAD : Standing.ALIVE;
                rungs.add(new Rung(
                        new Ladder(IdleTest.TCP_1, direction), Duration.ofMillis(Math.round(1e3 * idleS)), standing));
                idleS = Math.max(idleS + 0.25, idleS * 1.023);
            }
        }
        return new MeasureProgress(
                Duration.ofMillis(Math.round(1e3 * elapsedS)),
                "ladder",
                2 * rungsEach - 6,
                2 * rungsEach,
                rungsEach,
                Duration.ofSeconds(13),
                0,
                Duration.ofMinutes(14),
                rungs);
    }
}
