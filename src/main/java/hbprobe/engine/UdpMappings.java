package hbprobe.engine;

import hbprobe.engine.Trial.State;
import hbprobe.model.Durations;
import hbprobe.model.IdleTest;
import hbprobe.model.MeasureFinding.Udp;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the flows of a search tell of a box's UDP mappings, beside their timeouts. */
final class UdpMappings {
    private UdpMappings() {}

    static Udp of(List<Trial> trials) {
        List<Trial> back = trials.stream()
                .filter(trial -> trial.is(State.DEAD) && trial.mappedAfter != null && trial.mapped != null)
                .toList();
        return new Udp(
                inboundRefreshes(trials),
                (int) back.stream().filter(trial -> !trial.hasMoved()).count(),
                (int) back.stream().filter(Trial::hasMoved).count(),
                orNull(silences(back, trial -> !trial.hasMoved()).max()),
                orNull(silences(back, Trial::hasMoved).min()));
    }

    /**
     * A flow that lived although its last packet out was longer ago than any flow survives on that alone owes it to the
     * packets in. One that died sooner after those than flows do on the packet out alone shows that they didn't count.
     */
    private static @Nullable Boolean inboundRefreshes(List<Trial> trials) {
        OptionalDouble aloneDeadNs = of(trials, IdleTest.UDP_1, State.DEAD)
                .mapToDouble(trial -> trial.idleAtMostNs)
                .min();
        if (aloneDeadNs.isEmpty()) {
            return null;
        }
        double sinceOutNs = IdleTest.UDP_2.priming().toNanos();
        boolean anyOwesItsLife = of(trials, IdleTest.UDP_2, State.ALIVE)
                .anyMatch(trial -> trial.idleAtLeastNs + sinceOutNs > aloneDeadNs.getAsDouble());
        double aloneAliveNs = of(trials, IdleTest.UDP_1, State.ALIVE)
                .mapToDouble(trial -> trial.idleAtLeastNs)
                .filter(idleNs -> idleNs < aloneDeadNs.getAsDouble())
                .max()
                .orElse(0);
        boolean anyDiedEarly =
                of(trials, IdleTest.UDP_2, State.DEAD).anyMatch(trial -> trial.idleAtMostNs <= aloneAliveNs);
        return anyOwesItsLife ? Boolean.TRUE : anyDiedEarly ? Boolean.FALSE : null;
    }

    private static Stream<Trial> of(List<Trial> trials, IdleTest test, State state) {
        return trials.stream().filter(trial -> trial.ladder.test() == test && trial.is(state));
    }

    private static DoubleStream silences(List<Trial> trials, Predicate<Trial> which) {
        return trials.stream().filter(which).mapToDouble(trial -> Durations.seconds(trial.idleAtMostNs));
    }

    private static @Nullable Double orNull(OptionalDouble seconds) {
        return seconds.isPresent() ? seconds.getAsDouble() : null;
    }
}
