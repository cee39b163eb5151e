package hbprobe.engine;

import hbprobe.model.Abilities;
import hbprobe.model.MeasurePlan;
import hbprobe.model.MeasureSettings;
import hbprobe.model.MeasureSettings.Strategy;
import java.time.Duration;
import java.util.List;

/** What a search would do, without doing it. */
public final class Plan {
    /** Handshake, hello, welcome, perhaps an order, probe, answer, close, with acknowledgements; over UDP as many. */
    private static final int PACKETS_A_FLOW = 16;

    /** Two beats a second: beat, answer, acknowledgement. */
    private static final int BUSY_PACKETS_A_SECOND = 6;

    /** Doubling up to the longest period, then halving between its half and itself. */
    private static final int HALVINGS = 6;

    private Plan() {}

    /** The worst case: nothing expires, every rung has to be waited for. */
    public static MeasurePlan of(MeasureSettings settings, Abilities abilities) {
        PassPlanner planner = new PassPlanner(settings, abilities);
        PassPlanner.Pass first = planner.first();
        Duration reply = settings.replyTimeout().orElse(Duration.ofSeconds(1));
        boolean bisect = settings.strategy() == Strategy.BISECT;
        List<Long> idleNs = first.rungs().stream()
                .map(PassPlanner.Rung::idleNs)
                .distinct()
                .sorted()
                .toList();
        long minNs = bisect ? settings.min().toNanos() : idleNs.get(0);
        long maxNs = bisect ? settings.max().toNanos() : idleNs.get(idleNs.size() - 1);
        int doublings = (int) Math.ceil(Math.log((double) maxNs / minNs) / Math.log(2)) + 1;
        int flows = bisect
                ? doublings + HALVINGS + planner.ladders().size()
                : first.rungs().size();
        long worstNs = bisect
                ? 2 * maxNs + (HALVINGS + planner.ladders().size()) * (maxNs + reply.toNanos())
                : planner.lengthNs(first) + reply.toNanos();
        double worstS = worstNs / 1e9;
        return new MeasurePlan(
                flows,
                bisect ? 1 : Math.min(settings.maxFlows(), flows + planner.busyFlows() + 1),
                bisect ? doublings + HALVINGS : idleNs.size(),
                Duration.ofNanos(minNs),
                Duration.ofNanos(maxNs),
                Duration.ofNanos(worstNs),
                (long) flows * PACKETS_A_FLOW + (long) (planner.busyFlows() * worstS * BUSY_PACKETS_A_SECOND),
                first.warning());
    }
}
