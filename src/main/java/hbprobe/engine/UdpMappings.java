package hbprobe.engine;

import hbprobe.engine.Trial.State;
import hbprobe.model.Durations;
import hbprobe.model.IdleTest;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureFinding.Udp;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the flows of a search tell of a box's UDP mappings, beside their timeouts. */
final class UdpMappings {
    /** Late timers, and round trips that differ. */
    private static final double MARGIN_S = 0.25;

    private UdpMappings() {}

    static Udp of(List<Trial> trials, List<DirectionFinding> findings) {
        List<Trial> back = trials.stream()
                .filter(trial -> trial.is(State.DEAD) && trial.mappedAfter != null && trial.mapped != null)
                .filter(trial -> expired(findings, trial.ladder.test())
                        .filter(found -> Durations.seconds(trial.idleAtMostNs) >= orZero(found.deadS()))
                        .isPresent())
                .toList();
        return new Udp(
                inboundRefreshes(findings),
                (int) back.stream().filter(trial -> !trial.hasMoved()).count(),
                (int) back.stream().filter(Trial::hasMoved).count(),
                orNull(silences(back, trial -> !trial.hasMoved()).max()),
                orNull(silences(back, Trial::hasMoved).min()));
    }

    /**
     * Flows that had packets in last are measured against the two timers of those that had packets out last: they die
     * after one of them, counted from the packets in if those refresh and else from the one out. Told only where one of
     * the two fits.
     */
    private static @Nullable Boolean inboundRefreshes(List<DirectionFinding> findings) {
        Optional<DirectionFinding> inboundLast = expired(findings, IdleTest.UDP_2);
        List<DirectionFinding> outboundLast = Stream.of(IdleTest.UDP_1, IdleTest.UDP_3)
                .flatMap(test -> expired(findings, test).stream())
                .toList();
        double sinceOutS = Durations.seconds(IdleTest.UDP_2.priming());
        boolean outlivePriming = outboundLast.stream().allMatch(timer -> orZero(timer.aliveS()) > sinceOutS + MARGIN_S);
        if (inboundLast.isEmpty() || outboundLast.size() < 2 || !outlivePriming) {
            return null;
        }
        boolean fromIn = outboundLast.stream().anyMatch(timer -> overlap(inboundLast.get(), timer, 0));
        boolean fromOut = outboundLast.stream()
                .anyMatch(timer -> overlap(inboundLast.get(), timer, Durations.seconds(IdleTest.UDP_2.priming())));
        return fromIn == fromOut ? null : fromIn;
    }

    private static Optional<DirectionFinding> expired(List<DirectionFinding> findings, IdleTest test) {
        return findings.stream()
                .filter(found -> found.test() == test && found.outcome() == Outcome.EXPIRES)
                .findFirst();
    }

    /** Whether both can be of one timer, give or take a little, one of them counted from so much earlier. */
    private static boolean overlap(DirectionFinding one, DirectionFinding other, double earlierS) {
        return orZero(one.aliveS()) + earlierS <= orZero(other.deadS()) + MARGIN_S
                && orZero(other.aliveS()) <= orZero(one.deadS()) + earlierS + MARGIN_S;
    }

    private static double orZero(@Nullable Double seconds) {
        return seconds == null ? 0 : seconds;
    }

    private static DoubleStream silences(List<Trial> trials, Predicate<Trial> which) {
        return trials.stream().filter(which).mapToDouble(trial -> Durations.seconds(trial.idleAtMostNs));
    }

    private static @Nullable Double orNull(OptionalDouble seconds) {
        return seconds.isPresent() ? seconds.getAsDouble() : null;
    }
}
