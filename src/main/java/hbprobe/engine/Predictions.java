package hbprobe.engine;

import hbprobe.model.Bounds;
import hbprobe.model.Durations;

/**
 * Detection times by formula: heartbeats come regularly, and the last one is as old at the crash as any moment of the
 * interval H makes it, A ~ U[0,H). A crash that finds its sender suspected already is detected after no time.
 */
final class Predictions {
    private Predictions() {}

    /** A deadline T since the last heartbeat: D = T - A, in (T-H, T], T - H/2 on average. */
    static Bounds ofDeadline(long deadlineNs, long intervalNs) {
        return bounds(deadlineNs - intervalNs, meanNs(deadlineNs, intervalNs), deadlineNs);
    }

    /**
     * A sweep every C: the last heartbeat's mark is taken by a sweep R ~ U[0,C) after it, and missed by the next. That
     * is a deadline T = R + C, so D = R + C - A, in (C-H, 2C), 1.5 C - H/2 on average.
     */
    static Bounds ofSweep(long everyNs, long intervalNs) {
        double integralNs2 = integralOfMeanNs2(2 * everyNs, intervalNs) - integralOfMeanNs2(everyNs, intervalNs);
        return bounds(everyNs - intervalNs, integralNs2 / everyNs, 2 * everyNs);
    }

    /** Of max(0, T - A). */
    private static double meanNs(long deadlineNs, long intervalNs) {
        double halfNs = intervalNs / 2.0;
        double share = (double) deadlineNs / intervalNs;
        return share >= 1 ? deadlineNs - halfNs : share * share * halfNs;
    }

    /** Of {@link #meanNs} over deadlines from 0 to this one. */
    private static double integralOfMeanNs2(long deadlineNs, long intervalNs) {
        double sixthNs2 = (double) intervalNs * intervalNs / 6;
        double share = (double) deadlineNs / intervalNs;
        return share >= 1
                ? sixthNs2 + (double) deadlineNs * (deadlineNs - intervalNs) / 2
                : share * share * share * sixthNs2;
    }

    private static Bounds bounds(long minNs, double meanNs, long maxNs) {
        return new Bounds(
                Durations.seconds(Math.max(0, minNs)), Durations.seconds(Math.round(meanNs)), Durations.seconds(maxNs));
    }
}
