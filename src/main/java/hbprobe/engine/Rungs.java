package hbprobe.engine;

import hbprobe.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Which idle periods a ladder tries: 0.25 s apart at the low end, from there on geometric, and a pair hugging each
 * timeout that products really ship with, so that a common box is pinned to 1 % in one pass.
 *
 * @param idleNs the periods, ascending
 * @param ratio the widest gap between neighbours as a share of the lower one, beyond the quarter-second steps
 */
public record Rungs(List<Long> idleNs, double ratio) {
    /**
     * The defaults of products, the most common first: with few flows only the first ones are hugged.
     */
    private static final double[] SHIPPED_S = {60, 350, 300, 240, 600, 900, 120, 180, 30, 1800, 3600, 7200, 7440};

    private static final double HUG = 0.005;

    /** Rungs a little closer than asked, so that timers' jitter does not push the bracket over the width asked. */
    private static final double MARGIN = 0.92;

    /** At most this share of the rungs hugs known timeouts. */
    private static final int HUGGING_SHARE = 4;

    /** More than timers and schedulers are late, less than a tenth of the finest step. */
    private static final double CLEARANCE_NS = 20e6;

    private static final double WIDEST_RATIO = 1e6;

    /** Copies the list. */
    public Rungs {
        idleNs = List.copyOf(idleNs);
    }

    /**
     * As many rungs as the resolution asks for, or as the budget allows.
     *
     * @param minNs the first rung
     * @param maxNs the last rung
     * @param resolution width wanted of the bracket as a share of the timeout
     * @param budget most rungs; at least 1
     */
    public static Rungs over(long minNs, long maxNs, double resolution, int budget) {
        double finest = resolution * MARGIN;
        List<Long> rungs = withRatio(minNs, maxNs, finest, budget);
        if (rungs.size() <= budget) {
            return new Rungs(rungs, finest);
        }
        double tooFine = finest;
        double coarse = WIDEST_RATIO;
        for (int i = 0; i < 100 && coarse / tooFine > 1.0001; i++) {
            double middle = Math.sqrt(tooFine * coarse);
            if (withRatio(minNs, maxNs, middle, budget).size() <= budget) {
                coarse = middle;
            } else {
                tooFine = middle;
            }
        }
        List<Long> fitting = withRatio(minNs, maxNs, coarse, budget);
        return new Rungs(fitting.subList(0, Math.min(budget, fitting.size())), coarse);
    }

    /**
     * Timeouts are whole seconds: a rung that sits on one would be decided by a millisecond's jitter, now so, now so.
     */
    static long besideWholeSeconds(double at) {
        double wholeNs = Math.rint(at / 1e9) * 1e9;
        return Math.round(Math.abs(at - wholeNs) < CLEARANCE_NS ? wholeNs + 2 * CLEARANCE_NS : at);
    }

    private static List<Long> withRatio(long minNs, long maxNs, double ratio, int budget) {
        TreeSet<Long> rungs = new TreeSet<>();
        rungs.add(minNs);
        double finestNs = Limits.FINEST_STEP.toNanos();
        double startNs = minNs + Math.max(finestNs, minNs * ratio) / 2;
        for (double at = startNs; at < maxNs; at += Math.max(finestNs, at * ratio)) {
            rungs.add(besideWholeSeconds(at));
            if (rungs.size() > 4 * Limits.MAX_FLOWS) {
                break; // far beyond any budget: no need to know how far
            }
        }
        rungs.add(maxNs);
        int pairs = budget / HUGGING_SHARE / 2;
        for (int i = 0; i < Math.min(pairs, SHIPPED_S.length); i++) {
            for (double side : new double[] {1 - HUG, 1 + HUG}) {
                long hugging = Math.round(SHIPPED_S[i] * 1e9 * side);
                if (hugging > minNs && hugging < maxNs) {
                    rungs.add(hugging);
                }
            }
        }
        return new ArrayList<>(rungs);
    }
}
