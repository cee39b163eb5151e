package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.EchoMonitor.Answer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Echoes every 10 s that may take 3 s, unless the test says otherwise. */
class EchoMonitorTest {
    private static final long S = 1_000_000_000;

    private static EchoMonitor monitor(int misses) {
        return new EchoMonitor(Beating.every(10).echo(3, misses).settings(), 0);
    }

    /** A clock may stand anywhere, even where it is about to overflow. */
    static LongStream starts() {
        return LongStream.of(0, -7 * S, Long.MAX_VALUE - 11 * S, Long.MAX_VALUE - 31 * S);
    }

    private static void speak(EchoMonitor monitor, long nowNs) {
        assertThat(monitor.hasAlarm(nowNs)).isFalse();
        assertThat(monitor.isDue(nowNs)).as("due at %d", nowNs).isTrue();
        monitor.onSpoken(nowNs);
    }

    // ---- when the next echo is due -------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("starts")
    void anEchoIsDueAnIntervalAfterTheStart(long startNs) {
        EchoMonitor monitor = new EchoMonitor(Beating.every(10).settings(), startNs);
        assertThat(monitor.isDue(startNs + 10 * S - 1)).isFalse();
        assertThat(monitor.isDue(startNs + 10 * S)).isTrue();
        assertThat(monitor.isDue(startNs + 10 * S + 1)).isTrue();
        assertThat(monitor.wakeNs()).isEqualTo(startNs + 10 * S);
    }

    @Test
    void onAFixedScheduleALateEchoDoesNotShiftTheNext() {
        EchoMonitor monitor = monitor(2);
        speak(monitor, 10 * S + S / 2);
        assertThat(monitor.isDue(20 * S - 1)).isFalse();
        assertThat(monitor.isDue(20 * S)).isTrue();
    }

    @Test
    void onAFixedScheduleAMissChangesNothing() {
        EchoMonitor monitor = monitor(3);
        speak(monitor, 10 * S);
        assertThat(monitor.hasAlarm(13 * S)).isFalse();
        assertThat(monitor.isDue(20 * S - 1)).isFalse();
        speak(monitor, 20 * S);
        speak(monitor, 30 * S);
        assertThat(monitor.hasAlarm(33 * S - 1)).isFalse();
        assertThat(monitor.hasAlarm(33 * S)).isTrue();
    }

    @Test
    void retryingAtOnceAMissedEchoIsRepeatedAtItsTimeout() {
        EchoMonitor monitor =
                new EchoMonitor(Beating.every(10).echo(3, 3).retryingAtOnce().settings(), 0);
        speak(monitor, 10 * S);
        assertThat(monitor.hasAlarm(13 * S - 1)).isFalse();
        assertThat(monitor.isDue(13 * S - 1)).isFalse();
        speak(monitor, 13 * S);
        speak(monitor, 16 * S);
        assertThat(monitor.hasAlarm(19 * S - 1)).isFalse();
        assertThat(monitor.hasAlarm(19 * S)).isTrue();
        assertThat(monitor.isDue(19 * S)).as("the alarm ends it").isFalse();
        monitor.restart();
        assertThat(monitor.isDue(26 * S - 1)).isFalse();
        assertThat(monitor.isDue(26 * S))
                .as("an interval after the last was due")
                .isTrue();
    }

    @Test
    void retryingAtOnceAnAnswerBringsTheScheduleBack() {
        EchoMonitor monitor =
                new EchoMonitor(Beating.every(10).echo(3, 3).retryingAtOnce().settings(), 0);
        speak(monitor, 10 * S);
        speak(monitor, 13 * S);
        monitor.onAnswered(14 * S);
        monitor.onAnswered(14 * S);
        assertThat(monitor.wakeNs()).isEqualTo(23 * S);
        assertThat(monitor.isDue(23 * S - 1)).isFalse();
        speak(monitor, 23 * S);
    }

    // ---- what is a miss, and what an alarm -----------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("starts")
    void anEchoIsMissedWhenItsTimeoutIsOver(long startNs) {
        EchoMonitor monitor = new EchoMonitor(Beating.every(10).echo(3, 1).settings(), startNs);
        monitor.onSpoken(startNs + 10 * S);
        assertThat(monitor.hasAlarm(startNs + 13 * S - 1)).isFalse();
        assertThat(monitor.hasAlarm(startNs + 13 * S)).isTrue();
        assertThat(monitor.hasAlarm(startNs + 13 * S + 1)).isTrue();
    }

    @Test
    void anAnswerIsInTimeUpToTheLastNanosecondBefore() {
        EchoMonitor inTime = monitor(1);
        speak(inTime, 10 * S);
        inTime.onAnswered(13 * S - 1);
        assertThat(inTime.hasAlarm(13 * S)).isFalse();

        EchoMonitor late = monitor(1);
        speak(late, 10 * S);
        late.onAnswered(13 * S);
        assertThat(late.hasAlarm(13 * S)).isTrue();
    }

    @Test
    void onlyMissesInARowCount() {
        EchoMonitor monitor = monitor(2);
        speak(monitor, 10 * S);
        speak(monitor, 20 * S);
        monitor.onAnswered(21 * S);
        monitor.onAnswered(21 * S);
        speak(monitor, 30 * S);
        assertThat(monitor.hasAlarm(33 * S)).isFalse();
        speak(monitor, 40 * S);
        assertThat(monitor.hasAlarm(43 * S - 1)).isFalse();
        assertThat(monitor.hasAlarm(43 * S)).isTrue();
    }

    @Test
    void aLateAnswerDoesNotUndoItsMiss() {
        EchoMonitor monitor = monitor(2);
        speak(monitor, 10 * S);
        monitor.onAnswered(14 * S);
        speak(monitor, 20 * S);
        assertThat(monitor.hasAlarm(23 * S)).isTrue();
    }

    @Test
    void aMissIsCountedOnce() {
        EchoMonitor monitor = monitor(2);
        speak(monitor, 10 * S);
        assertThat(monitor.hasAlarm(13 * S)).isFalse();
        assertThat(monitor.hasAlarm(14 * S)).isFalse();
        assertThat(monitor.hasAlarm(15 * S)).isFalse();
    }

    // ---- several on their way ------------------------------------------------------------------------------------

    @Test
    void withATimeoutBeyondTheIntervalEachEchoHasItsOwn() {
        EchoMonitor monitor = new EchoMonitor(Beating.every(10).echo(25, 2).settings(), 0);
        speak(monitor, 10 * S);
        speak(monitor, 20 * S);
        speak(monitor, 30 * S);
        assertThat(monitor.wakeNs()).as("the first one's timeout").isEqualTo(35 * S);
        assertThat(monitor.hasAlarm(35 * S)).isFalse();
        assertThat(monitor.wakeNs()).as("the next echo").isEqualTo(40 * S);
        speak(monitor, 40 * S);
        assertThat(monitor.wakeNs()).as("the second one's timeout").isEqualTo(45 * S);
        assertThat(monitor.hasAlarm(45 * S - 1)).isFalse();
        assertThat(monitor.hasAlarm(45 * S)).isTrue();
    }

    @Test
    void answersBelongToTheOldestAndOneInTimeResets() {
        EchoMonitor monitor = new EchoMonitor(Beating.every(10).echo(25, 2).settings(), 0);
        speak(monitor, 10 * S);
        speak(monitor, 20 * S);
        speak(monitor, 30 * S);
        assertThat(monitor.onAnswered(36 * S)).contains(new Answer(0, 10 * S));
        assertThat(monitor.onAnswered(37 * S)).contains(new Answer(1, 20 * S));
        speak(monitor, 40 * S);
        assertThat(monitor.hasAlarm(55 * S))
                .as("the third is the first in a row")
                .isFalse();
        assertThat(monitor.hasAlarm(65 * S)).isTrue();
    }

    @Test
    void anAnswerToNothingIsNone() {
        EchoMonitor monitor = monitor(1);
        assertThat(monitor.onAnswered(S)).isEmpty();
        speak(monitor, 10 * S);
        assertThat(monitor.onAnswered(11 * S)).contains(new Answer(0, 10 * S));
        assertThat(monitor.onAnswered(11 * S)).isEmpty();
    }

    // ---- after an alarm ------------------------------------------------------------------------------------------

    @Test
    void afterTheAlarmItBeginsAnew() {
        EchoMonitor monitor = monitor(2);
        speak(monitor, 10 * S);
        speak(monitor, 20 * S);
        assertThat(monitor.hasAlarm(23 * S)).isTrue();
        monitor.restart();
        assertThat(monitor.hasAlarm(23 * S)).isFalse();
        assertThat(monitor.onAnswered(24 * S)).contains(new Answer(0, 10 * S));
        speak(monitor, 30 * S);
        assertThat(monitor.hasAlarm(33 * S)).as("one in a row").isFalse();
        speak(monitor, 40 * S);
        assertThat(monitor.hasAlarm(43 * S)).isTrue();
    }

    @Test
    void whatWasOnItsWayAtTheAlarmCountsNoMore() {
        EchoMonitor monitor = new EchoMonitor(Beating.every(10).echo(25, 1).settings(), 0);
        speak(monitor, 10 * S);
        speak(monitor, 20 * S);
        speak(monitor, 30 * S);
        assertThat(monitor.hasAlarm(35 * S)).isTrue();
        monitor.restart();
        assertThat(monitor.wakeNs()).isEqualTo(40 * S);
        speak(monitor, 40 * S);
        assertThat(monitor.hasAlarm(64 * S)).isFalse();
        assertThat(monitor.hasAlarm(65 * S)).isTrue();
    }

    // ---- when to look again --------------------------------------------------------------------------------------

    @Test
    void itWakesForWhateverComesFirst() {
        EchoMonitor monitor = monitor(2);
        assertThat(monitor.wakeNs()).isEqualTo(10 * S);
        speak(monitor, 10 * S);
        assertThat(monitor.wakeNs()).isEqualTo(13 * S);
        monitor.onAnswered(11 * S);
        assertThat(monitor.wakeNs()).isEqualTo(20 * S);
        speak(monitor, 20 * S);
        assertThat(monitor.hasAlarm(23 * S)).isFalse();
        assertThat(monitor.wakeNs()).isEqualTo(30 * S);
    }

    // ---- over UDP, where an answer may overtake what was lost -----------------------------------------------------

    @Test
    void anOvertakenEchoIsMissedAtOnce() {
        EchoMonitor monitor = monitor(1);
        speak(monitor, 10 * S);
        assertThat(monitor.hasAlarm(10 * S + 1)).isFalse();
        monitor.onOvertaken(10 * S + 1);
        assertThat(monitor.hasAlarm(10 * S + 1)).isTrue();
        assertThat(monitor.onAnswered(10 * S + 1)).isEmpty();
    }

    @Test
    void oneThatWasMissedAlreadyCountsOnce() {
        EchoMonitor monitor = monitor(2);
        speak(monitor, 10 * S);
        assertThat(monitor.hasAlarm(13 * S)).isFalse();
        speak(monitor, 20 * S);
        monitor.onOvertaken(20 * S + 1);
        assertThat(monitor.hasAlarm(20 * S + 1)).isFalse();
        assertThat(monitor.onAnswered(20 * S + 1)).contains(new Answer(1, 20 * S));
        assertThat(monitor.hasAlarm(30 * S - 1)).isFalse();
        monitor.onOvertaken(30 * S - 1); // nothing waits
    }
}
