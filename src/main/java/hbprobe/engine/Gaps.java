package hbprobe.engine;

import hbprobe.model.HeartbeatTrace;
import hbprobe.model.HeartbeatTrace.Arrival;
import java.util.List;

/**
 * Mean and spread of the gaps between arrivals.
 *
 * @param sdNs standard deviation
 */
record Gaps(long count, double meanNs, double sdNs) {

    static Gaps of(List<HeartbeatTrace> traces) {
        long count = 0;
        double meanNs = 0;
        double squaresNs2 = 0;
        for (HeartbeatTrace trace : traces) {
            List<Arrival> arrivals = trace.arrivals();
            for (int i = 1; i < arrivals.size(); i++) {
                long gapNs = arrivals.get(i).arrivedNs() - arrivals.get(i - 1).arrivedNs();
                // Welford's recurrence: the plain sum of squares loses its digits over a million gaps.
                count++;
                double fromMeanNs = gapNs - meanNs;
                meanNs += fromMeanNs / count;
                squaresNs2 += fromMeanNs * (gapNs - meanNs);
            }
        }
        return new Gaps(count, meanNs, count == 0 ? 0 : Math.sqrt(squaresNs2 / count));
    }
}
