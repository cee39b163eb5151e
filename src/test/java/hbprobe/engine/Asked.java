package hbprobe.engine;

import hbprobe.model.Direction;
import hbprobe.model.MeasureSettings;
import hbprobe.model.MeasureSettings.Strategy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Settings of a measurement, the defaults but for what a test is about. */
final class Asked {
    private Duration min = Duration.ofSeconds(1);
    private Duration max = Duration.ofSeconds(60);
    private List<Duration> intervals = List.of();
    private double resolution = 0.025;
    private List<Direction> directions = List.of(Direction.values());
    private int maxFlows = 128;
    private double openRate = 100;
    private int confirm = 2;
    private int repeat = 1;
    private boolean refine;
    private Optional<Duration> replyTimeout = Optional.empty();
    private Strategy strategy = Strategy.LADDER;

    private Asked() {}

    static Asked range(double minS, double maxS) {
        Asked asked = new Asked();
        asked.min = seconds(minS);
        asked.max = seconds(maxS);
        return asked;
    }

    static Asked intervals(double... seconds) {
        Asked asked = new Asked();
        asked.intervals = Arrays.stream(seconds).mapToObj(Asked::seconds).toList();
        return asked;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(World.ns(seconds));
    }

    Asked resolution(double share) {
        resolution = share;
        return this;
    }

    Asked only(Direction direction) {
        directions = List.of(direction);
        return this;
    }

    Asked maxFlows(int flows) {
        maxFlows = flows;
        return this;
    }

    Asked openRate(double aSecond) {
        openRate = aSecond;
        return this;
    }

    Asked confirm(int times) {
        confirm = times;
        return this;
    }

    Asked repeat(int flowsARung) {
        repeat = flowsARung;
        return this;
    }

    Asked refine() {
        refine = true;
        return this;
    }

    Asked replyTimeout(double seconds) {
        replyTimeout = Optional.of(seconds(seconds));
        return this;
    }

    Asked bisect() {
        strategy = Strategy.BISECT;
        return this;
    }

    MeasureSettings settings() {
        return new MeasureSettings(
                min,
                max,
                intervals,
                resolution,
                directions,
                maxFlows,
                openRate,
                confirm,
                repeat,
                refine,
                replyTimeout,
                strategy);
    }
}
