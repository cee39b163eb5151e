package hbprobe.engine;

import hbprobe.model.HeartbeatSettings;
import hbprobe.model.HeartbeatSettings.Schedule;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The application's own check of one flow: an echo every interval, and an alarm when several in a row had no answer in
 * time. An answer that comes late does not undo its miss.
 */
final class EchoMonitor {
    private final long intervalNs;
    private final long timeoutNs;
    private final int misses;
    private final Schedule schedule;
    private final Deque<Echo> waiting = new ArrayDeque<>();
    private long dueNs;
    private long spoken;
    private int missed;

    /** An echo on its way. */
    private static final class Echo {
        final long seq;
        final long sentNs;
        boolean missed;

        Echo(long seq, long sentNs) {
            this.seq = seq;
            this.sentNs = sentNs;
        }
    }

    /**
     * An echo that was answered.
     *
     * @param seq counts echoes from 0
     */
    record Answer(long seq, long sentNs) {}

    /** The first echo is due an interval after this start. */
    EchoMonitor(HeartbeatSettings settings, long startNs) {
        this.intervalNs = settings.interval().toNanos();
        this.timeoutNs = settings.echoTimeout().toNanos();
        this.misses = settings.misses();
        this.schedule = settings.schedule();
        this.dueNs = startNs + intervalNs;
    }

    /** Whether an echo is to be written now; then {@link #onSpoken} is told. */
    boolean isDue(long nowNs) {
        return dueNs - nowNs <= 0;
    }

    void onSpoken(long nowNs) {
        waiting.add(new Echo(spoken++, nowNs));
        dueNs += intervalNs;
    }

    /** The answer to the oldest echo that has none; empty when nothing was asked. */
    Optional<Answer> onAnswered(long nowNs) {
        expire(nowNs);
        Echo echo = waiting.poll();
        if (echo == null) {
            return Optional.empty();
        }
        if (!echo.missed) {
            missed = 0;
        }
        return Optional.of(new Answer(echo.seq, echo.sentNs));
    }

    /** Over UDP: an echo was answered before an older one, which is not going to be. */
    void onOvertaken(long nowNs) {
        expire(nowNs);
        Echo echo = waiting.poll();
        if (echo != null && !echo.missed) {
            missed++;
        }
    }

    /** Whether so many echoes in a row were missed by now. */
    boolean hasAlarm(long nowNs) {
        expire(nowNs);
        return missed >= misses;
    }

    private void expire(long nowNs) {
        for (Echo echo : waiting) {
            if (!echo.missed && echo.sentNs + timeoutNs - nowNs <= 0) {
                echo.missed = true;
                missed++;
                if (schedule == Schedule.RETRY_AT_ONCE && missed < misses) {
                    dueNs = nowNs;
                }
            }
        }
    }

    /** After an alarm the application begins anew, as on a new connection: what is late no longer counts. */
    void restart() {
        missed = 0;
        waiting.forEach(echo -> echo.missed = true);
    }

    /** When to look again. */
    long wakeNs() {
        return waiting.stream()
                .filter(echo -> !echo.missed)
                .mapToLong(echo -> echo.sentNs + timeoutNs)
                .filter(expiryNs -> expiryNs - dueNs < 0)
                .findFirst()
                .orElse(dueNs);
    }
}
