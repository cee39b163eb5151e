package hbprobe.engine;

import hbprobe.model.Distribution;
import hbprobe.model.Durations;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Measured times and their distribution. */
final class Latencies {
    private static final long LONGEST_NS = TimeUnit.DAYS.toNanos(8);
    private static final int DIGITS = 3;

    private final Histogram histogram = new Histogram(LONGEST_NS, DIGITS);
    private long minNs = Long.MAX_VALUE;
    private long maxNs;
    private double sumNs;

    void record(long latencyNs) {
        long ns = Math.max(0, Math.min(LONGEST_NS, latencyNs));
        histogram.recordValue(ns);
        minNs = Math.min(minNs, ns);
        maxNs = Math.max(maxNs, ns);
        sumNs += ns;
    }

    long count() {
        return histogram.getTotalCount();
    }

    /** Empty when nothing was recorded. */
    Optional<Distribution> distribution() {
        return count() == 0
                ? Optional.empty()
                : Optional.of(new Distribution(
                        Durations.seconds(minNs),
                        percentile(50),
                        percentile(90),
                        percentile(99),
                        Durations.seconds(maxNs),
                        Durations.seconds(Math.round(sumNs / count()))));
    }

    /** The so manieth of them by length, counted from 1, in seconds; to three significant digits. */
    double ofRank(long rank) {
        return percentile(100.0 * rank / count());
    }

    private double percentile(double percent) {
        return Durations.seconds(Math.max(minNs, Math.min(maxNs, histogram.getValueAtPercentile(percent))));
    }
}
