package hbprobe.probe;

import hbprobe.engine.FlowEngine;
import hbprobe.engine.Search;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Engines that run side by side on one event loop, until they are done, the deadline comes or the user has enough. */
final class FlowRuns {
    private final Approach.Reached reached;
    private final Optional<FaultStage> lab;
    private final Consumer<String> trace;
    private final EventLoop loop;
    private final TimerError timerError = new TimerError();
    private final List<FlowRun<?>> runs = new ArrayList<>();

    /** @param trace told of every event on a flow, in words */
    FlowRuns(Approach.Reached reached, Optional<FaultStage> lab, Consumer<String> trace) {
        this.reached = reached;
        this.lab = lab;
        this.trace = trace;
        this.loop = reached.network().loop();
    }

    /**
     * Starts one more.
     *
     * @param engineAt makes the engine, given the time
     */
    <E extends FlowEngine> CompletableFuture<E> start(LongFunction<E> engineAt) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            E engine = engineAt.apply(loop.ticker().nanoTime());
                            FlowRun<E> run = new FlowRun<>(
                                    engine,
                                    reached.remote(),
                                    reached.dialect(),
                                    reached.network(),
                                    lab,
                                    trace,
                                    timerError);
                            runs.add(run);
                            return run;
                        },
                        loop)
                .thenCompose(FlowRun::start);
    }

    /** Ends them all soon, with what is known. May be called from any thread. */
    void stop(Search.Conclusion how) {
        EngineLoop.unlessOver(loop, () -> runs.forEach(run -> run.stop(how)));
    }

    /** Ends them all when that time is over. */
    void stopAfter(Duration limit) {
        loop.schedule(
                () -> runs.forEach(run -> run.stop(Search.Conclusion.DEADLINE)), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits for one; a defect is thrown as what it is. */
    static <T> T join(CompletableFuture<T> done) {
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException defect) {
                throw defect;
            }
            if (e.getCause() instanceof Error defect) {
                throw defect;
            }
            throw e;
        }
    }

    TimerError timerError() {
        return timerError;
    }
}
