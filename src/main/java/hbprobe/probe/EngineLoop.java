package hbprobe.probe;

import hbprobe.engine.Decider;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Lets an engine act: tells it what happens, has its decisions carried out and wakes it when it wants. Used on the
 * event loop only. What carrying out a decision causes at once is told to the engine at once, and what the engine then
 * wants waits its turn.
 *
 * @param <A> what the engine can want
 * @param <E> the engine
 */
final class EngineLoop<A, E extends Decider<A>> {
    private final EventLoop loop;
    private final E engine;
    private final Consumer<A> hands;
    private final Runnable whenOver;
    private final Consumer<Throwable> onDefect;
    private final TimerError timerError;
    private long armedForNs;
    private boolean armed;
    private boolean acting;
    private boolean over;

    /**
     * A loop that has not begun.
     *
     * @param hands carries out what the engine wants
     * @param whenOver called once, when the engine has ended
     * @param onDefect told of what should never be thrown
     * @param timerError learns how late timers fire
     */
    EngineLoop(
            EventLoop loop,
            E engine,
            Consumer<A> hands,
            Runnable whenOver,
            Consumer<Throwable> onDefect,
            TimerError timerError) {
        this.loop = loop;
        this.engine = engine;
        this.hands = hands;
        this.whenOver = whenOver;
        this.onDefect = onDefect;
        this.timerError = timerError;
    }

    /** Has the loop do something, from any thread; a loop that is closed has nothing left to do it for. */
    static void unlessOver(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // What was to be ended has ended.
        }
    }

    long nowNs() {
        return loop.ticker().nanoTime();
    }

    /** Tells the engine something, then does what it wants done. */
    void tell(Consumer<E> event) {
        if (over) {
            return;
        }
        try {
            event.accept(engine);
            act();
        } catch (RuntimeException | Error defect) {
            over = true;
            onDefect.accept(defect);
        }
    }

    private void act() {
        if (acting) {
            return;
        }
        acting = true;
        try {
            for (Optional<A> next = engine.nextAction(); next.isPresent(); next = engine.nextAction()) {
                hands.accept(next.get());
            }
        } finally {
            acting = false;
        }
        if (engine.isOver()) {
            over = true;
            whenOver.run();
        } else {
            arm(engine.nextWakeNs());
        }
    }

    private void arm(OptionalLong wakeNs) {
        if (wakeNs.isEmpty() || (armed && armedForNs - wakeNs.getAsLong() <= 0)) {
            return;
        }
        armed = true;
        armedForNs = wakeNs.getAsLong();
        long dueNs = armedForNs;
        // Superseded timers are left to fire and find nothing to do.
        loop.schedule(() -> fire(dueNs), dueNs - nowNs(), TimeUnit.NANOSECONDS);
    }

    private void fire(long dueNs) {
        if (armed && armedForNs == dueNs) {
            armed = false;
        }
        long nowNs = nowNs();
        timerError.record(nowNs - dueNs);
        tell(woken -> woken.onTime(nowNs));
    }
}
