package hbprobe.engine;

import static hbprobe.engine.Trials.alive;
import static hbprobe.engine.Trials.dead;
import static hbprobe.engine.Trials.refreshed;
import static hbprobe.engine.Trials.silent;
import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Direction;
import hbprobe.model.IdleTest;
import hbprobe.model.Ladder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final Direction CLIENT = Direction.CLIENT_FIRST;
    private static final Ladder LADDER = new Ladder(IdleTest.TCP_1, CLIENT);

    private static Standing of(int confirm, Trial... trials) {
        return Standing.of(List.of(trials), LADDER, confirm);
    }

    @Test
    void oneDeathIsDoubtfulWhileRungsAboveArePending() {
        Standing standing = of(2, alive(CLIENT, 1), dead(CLIENT, 2), silent(CLIENT, 3));
        assertThat(standing.expired()).isFalse();
        assertThat(standing.doubtful()).isTrue();
    }

    @Test
    void theConfirmationsAskedForDecide() {
        Standing standing =
                of(2, alive(CLIENT, 1), dead(CLIENT, 2), dead(CLIENT, 3), dead(CLIENT, 4), silent(CLIENT, 5));
        assertThat(standing.expired()).isTrue();
        assertThat(standing.confirmations()).isEqualTo(2);
        assertThat(standing.decidingNs()).isEqualTo(World.ns(4));
    }

    @Test
    void oneConfirmationLessDoesNot() {
        assertThat(of(2, alive(CLIENT, 1), dead(CLIENT, 2), dead(CLIENT, 3), silent(CLIENT, 5))
                        .expired())
                .isFalse();
    }

    @Test
    void theDecidingRungStaysTheSameWhileMoreDie() {
        Standing standing =
                of(1, dead(CLIENT, 2), dead(CLIENT, 3), dead(CLIENT, 4), dead(CLIENT, 5), silent(CLIENT, 6));
        assertThat(standing.decidingNs()).isEqualTo(World.ns(3));
    }

    @Test
    void flowsOfOneRungConfirmNothing() {
        assertThat(of(1, dead(CLIENT, 2), dead(CLIENT, 2), silent(CLIENT, 3)).expired())
                .isFalse();
    }

    @Test
    void anUndecidedRungInBetweenIsWaitedFor() {
        assertThat(of(1, dead(CLIENT, 2), silent(CLIENT, 3), dead(CLIENT, 4), silent(CLIENT, 5))
                        .expired())
                .isFalse();
    }

    @Test
    void withNothingLeftAboveWhatThereIsDecides() {
        Standing standing = of(2, alive(CLIENT, 1), dead(CLIENT, 2));
        assertThat(standing.expired()).isTrue();
        assertThat(standing.confirmations()).isZero();
    }

    @Test
    void threeRefreshedRungsAreEnough() {
        assertThat(of(2, alive(CLIENT, 1), refreshed(CLIENT, 2), refreshed(CLIENT, 3))
                        .exhausted())
                .isFalse();
        assertThat(of(2, alive(CLIENT, 1), refreshed(CLIENT, 2), refreshed(CLIENT, 3), refreshed(CLIENT, 4))
                        .exhausted())
                .isTrue();
    }

    @Test
    void theOtherDirectionDoesNotCount() {
        Standing standing = of(0, dead(Direction.SERVER_FIRST, 2), alive(CLIENT, 3));
        assertThat(standing.expired()).isFalse();
        assertThat(standing.doubtful()).isFalse();
    }

    @Test
    void inAMixedPoolMoreDeathsAreNeeded() {
        // Half of those inside the zone died: ten in a row have a chance of one in a thousand.
        List<Trial> trials = new ArrayList<>(List.of(dead(CLIENT, 2), alive(CLIENT, 3), silent(CLIENT, 99)));
        IntStream.rangeClosed(1, 10).forEach(i -> trials.add(dead(CLIENT, 3 + i)));
        assertThat(Standing.of(trials, LADDER, 2).expired()).isFalse();
        assertThat(Standing.of(trials, LADDER, 2).doubtful()).isTrue();
        trials.add(dead(CLIENT, 14));
        assertThat(Standing.of(trials, LADDER, 2).expired()).isTrue();
    }

    @Test
    void aDeathFarBelowALongRunOfLivingOnesIsNoDoubtAnyMore() {
        List<Trial> trials = new ArrayList<>(Stream.of(dead(CLIENT, 2)).toList());
        IntStream.rangeClosed(1, 29).forEach(i -> trials.add(alive(CLIENT, 2 + i)));
        assertThat(Standing.of(trials, LADDER, 2).doubtful()).isTrue();
        trials.add(alive(CLIENT, 40));
        assertThat(Standing.of(trials, LADDER, 2).doubtful()).isFalse();
    }
}
