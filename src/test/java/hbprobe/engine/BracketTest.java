package hbprobe.engine;

import static hbprobe.engine.Trials.alive;
import static hbprobe.engine.Trials.dead;
import static hbprobe.engine.Trials.refreshed;
import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Direction;
import hbprobe.model.Ending;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BracketTest {
    private static final Direction CLIENT = Direction.CLIENT_FIRST;

    private static OptionalLong s(double seconds) {
        return OptionalLong.of(World.ns(seconds));
    }

    @Test
    void withoutSamplesNothingIsKnown() {
        Bracket bracket = Bracket.of(List.of(refreshed(CLIENT, 3)));
        assertThat(bracket.aliveNs()).isEmpty();
        assertThat(bracket.deadNs()).isEmpty();
        assertThat(bracket.widthNs()).isEmpty();
        assertThat(bracket.ending()).isEmpty();
        assertThat(bracket.samples()).isZero();
    }

    @Test
    void itLiesBetweenTheLastLivingAndTheFirstDead() {
        Bracket bracket = Bracket.of(List.of(alive(CLIENT, 1), dead(CLIENT, 4), alive(CLIENT, 2), dead(CLIENT, 3)));
        assertThat(bracket.aliveNs()).isEqualTo(s(2));
        assertThat(bracket.deadNs()).isEqualTo(s(3));
        assertThat(bracket.estimateNs()).isEqualTo(s(2.5));
        assertThat(bracket.widthNs()).isEqualTo(s(1));
        assertThat(bracket.ending()).contains(Ending.SILENT);
        assertThat(bracket.samples()).isEqualTo(4);
        assertThat(bracket.disagreeing()).isZero();
    }

    @Test
    void withOnlyDeadOnesAliveIsZero() {
        Bracket bracket = Bracket.of(List.of(dead(CLIENT, 1), dead(CLIENT, 2)));
        assertThat(bracket.aliveNs()).isEqualTo(s(0));
        assertThat(bracket.deadNs()).isEqualTo(s(1));
    }

    @Test
    void whatDisagreesIsAZone() {
        Bracket bracket = Bracket.of(
                List.of(alive(CLIENT, 1), dead(CLIENT, 2), alive(CLIENT, 3), dead(CLIENT, 4), dead(CLIENT, 5)));
        assertThat(bracket.aliveNs()).isEqualTo(s(1));
        assertThat(bracket.deadNs()).isEqualTo(s(4));
        assertThat(bracket.disagreeing()).isEqualTo(2);
    }

    @Test
    void aDeathBelowTheLongestLivingOneIsNoBracket() {
        Bracket bracket = Bracket.of(List.of(alive(CLIENT, 1), dead(CLIENT, 2), alive(CLIENT, 3)));
        assertThat(bracket.deadNs()).isEmpty();
        assertThat(bracket.estimateNs()).isEmpty();
        assertThat(bracket.ending()).contains(Ending.SILENT);
    }

    @Test
    void atTheSameSilenceLifeAndDeathDisagreeAndANanosecondAboveTheyDoNot() {
        Trial living = alive(CLIENT, 2);
        Trial dying = dead(CLIENT, 2);
        assertThat(Bracket.of(List.of(living, dying)).deadNs()).isEmpty();
        dying.idleAtMostNs++;
        assertThat(Bracket.of(List.of(living, dying)).deadNs()).hasValue(World.ns(2) + 1);
        dying.idleAtMostNs -= 2;
        assertThat(Bracket.of(List.of(living, dying)).deadNs()).isEmpty();
    }

    @Test
    void ofClosesTheSmallestAndTheLargestAgeCount() {
        Bracket bracket = Bracket.of(List.of(
                alive(CLIENT, 1),
                dead(CLIENT, 3, Ending.FIN_AT_EXPIRY),
                dead(CLIENT, 2, Ending.FIN_AT_EXPIRY),
                dead(CLIENT, 9)));
        assertThat(bracket.aliveNs()).isEqualTo(s(2));
        assertThat(bracket.deadNs()).isEqualTo(s(3));
        assertThat(bracket.estimateNs()).isEqualTo(s(2));
        assertThat(bracket.ending()).contains(Ending.FIN_AT_EXPIRY);
        assertThat(bracket.disagreeing()).isZero();
    }

    @Test
    void whatOutlivesEveryCloseDisagrees() {
        Bracket bracket = Bracket.of(List.of(dead(CLIENT, 2, Ending.RESET_AT_EXPIRY), alive(CLIENT, 3)));
        assertThat(bracket.disagreeing()).isEqualTo(1);
    }

    @Test
    void aProbeThatCrossedLateMakesItWider() {
        Bracket bracket = Bracket.of(List.of(alive(CLIENT, 2), dead(CLIENT, 3))).probedLate(World.ns(0.25));
        assertThat(bracket.aliveNs()).isEqualTo(s(2));
        assertThat(bracket.deadNs()).isEqualTo(s(3.25));
        assertThat(bracket.estimateNs()).isEqualTo(s(2.625));
        assertThat(bracket.ending()).contains(Ending.SILENT);
        assertThat(bracket.samples()).isEqualTo(2);
    }

    @Test
    void aCloseThatCameByItselfIsNotLate() {
        Bracket bracket = Bracket.of(List.of(alive(CLIENT, 2), dead(CLIENT, 3, Ending.FIN_AT_EXPIRY)));
        assertThat(bracket.probedLate(World.ns(0.25))).isEqualTo(bracket);
    }

    @Test
    void whatDidNotDieWasNotProbedLate() {
        Bracket bracket = Bracket.of(List.of(alive(CLIENT, 2)));
        assertThat(bracket.probedLate(World.ns(0.25))).isEqualTo(bracket);
        Bracket dead = Bracket.of(List.of(alive(CLIENT, 2), dead(CLIENT, 3)));
        assertThat(dead.probedLate(0)).isSameAs(dead);
    }

    @Test
    void whatIsExactlyAsOldAsTheFirstDeadDisagrees() {
        Bracket bracket = Bracket.of(List.of(alive(CLIENT, 3), dead(CLIENT, 3), dead(CLIENT, 4), alive(CLIENT, 2)));
        assertThat(bracket.aliveNs()).isEqualTo(s(2));
        assertThat(bracket.deadNs()).isEqualTo(s(4));
        assertThat(bracket.disagreeing()).isEqualTo(2);
    }
}
