package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import hbprobe.engine.Trial.State;
import hbprobe.model.Direction;
import hbprobe.model.IdleTest;
import hbprobe.model.Ladder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrialTest {
    /** A way to each state. */
    private static final Map<State, List<State>> WAYS = new EnumMap<>(Map.of(
            State.PLANNED, List.of(),
            State.OPENING, List.of(State.OPENING),
            State.SILENT, List.of(State.OPENING, State.SILENT),
            State.PROBED, List.of(State.OPENING, State.SILENT, State.PROBED),
            State.OVERDUE, List.of(State.OPENING, State.SILENT, State.OVERDUE),
            State.ALIVE, List.of(State.OPENING, State.SILENT, State.ALIVE),
            State.DEAD, List.of(State.OPENING, State.SILENT, State.OVERDUE, State.DEAD),
            State.REFRESHED, List.of(State.OPENING, State.SILENT, State.REFRESHED),
            State.VOID, List.of(State.OPENING, State.VOID),
            State.UNPROBED, List.of(State.UNPROBED)));

    private static Trial in(State state) {
        Trial trial = new Trial(7, new Ladder(IdleTest.TCP_1, Direction.CLIENT_FIRST), World.ns(3));
        WAYS.get(state).forEach(trial::become);
        return trial;
    }

    static Stream<Arguments> illegal() {
        return Stream.of(
                Arguments.of(State.PLANNED, State.SILENT),
                Arguments.of(State.PLANNED, State.ALIVE),
                Arguments.of(State.OPENING, State.DEAD),
                Arguments.of(State.OPENING, State.PROBED),
                Arguments.of(State.SILENT, State.DEAD),
                Arguments.of(State.SILENT, State.OPENING),
                Arguments.of(State.PROBED, State.SILENT),
                Arguments.of(State.DEAD, State.OVERDUE),
                Arguments.of(State.DEAD, State.REFRESHED));
    }

    @ParameterizedTest
    @MethodSource("illegal")
    void anIllegalTransitionNamesBothStates(State from, State to) {
        Trial trial = in(from);
        assertThatIllegalStateException()
                .isThrownBy(() -> trial.become(to))
                .withMessage("flow 7 is " + from + " and cannot become " + to);
        assertThat(trial.state()).isEqualTo(from);
    }

    @ParameterizedTest
    @EnumSource(names = {"ALIVE", "REFRESHED", "VOID", "UNPROBED"})
    void whatIsSettledStaysSo(State settled) {
        for (State next : State.values()) {
            assertThatIllegalStateException().isThrownBy(() -> in(settled).become(next));
        }
    }

    @Test
    void aLateAnswerShowsThatADeadOneWasAlive() {
        Trial trial = in(State.DEAD);
        trial.become(State.ALIVE);
        assertThat(trial.isSample()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatWasOpenedHoldsAConnection(State state) {
        boolean opened = state != State.PLANNED && state != State.UNPROBED;
        assertThat(in(state).isOpen()).isEqualTo(opened);
    }

    @Test
    void aClosedOneHoldsNoConnection() {
        Trial trial = in(State.DEAD);
        trial.closed = true;
        assertThat(trial.isOpen()).isFalse();
    }

    @Test
    void theSilenceIsBetweenTheLastSegmentSeenAndTheFirstPossible() {
        Trial trial = in(State.SILENT);
        trial.fallSilent(World.ns(10), World.ns(10.1));
        trial.stirAt(World.ns(10.2));
        trial.timeSilence(World.ns(12.9), World.ns(13));
        assertThat(trial.idleAtLeastNs).isEqualTo(World.ns(2.7));
        assertThat(trial.idleAtMostNs).isEqualTo(World.ns(3));
        assertThat(trial.dueNs()).isEqualTo(World.ns(13));
    }
}
