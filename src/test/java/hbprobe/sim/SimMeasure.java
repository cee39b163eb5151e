package hbprobe.sim;

import hbprobe.dialect.Dialect;
import hbprobe.engine.Verdict;
import hbprobe.model.MeasureSettings;
import hbprobe.probe.MeasureRun;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One {@code measure} over a simulated network, from the first SYN to the verdict. */
final class SimMeasure {
    private final SimTime time;
    private final SimNetwork network;

    SimMeasure(SimTime time, long seed, PathSettings path, List<BoxSettings> boxes, SimNetwork.FarEnd farEnd) {
        this.time = time;
        this.network = new SimNetwork(time, new Random(seed), path, boxes, farEnd);
    }

    /** The same over UDP. */
    SimMeasure(SimTime time, long seed, PathSettings path, NatSettings nat, SimNetwork.FarEnd farEnd) {
        this.time = time;
        this.network = new SimNetwork(time, new Random(seed), path, nat, farEnd);
    }

    SimNetwork network() {
        return network;
    }

    SimTime time() {
        return time;
    }

    /** The settings as the dialect lets them be, and what comes of them. */
    Verdict run(MeasureSettings settings, Dialect dialect) {
        MeasureRun run = new MeasureRun(settings, SimNetwork.SERVER, dialect, network, time, event -> {});
        CompletableFuture<MeasureRun.Measured> done = run.start(Optional.empty());
        network.runUntil(done::isDone);
        try {
            return done.join().verdict();
        } catch (CompletionException e) {
            throw new AssertionError("a defect at " + time.nowNs() / 1e9 + " s", e.getCause());
        }
    }
}
