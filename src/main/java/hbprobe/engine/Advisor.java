package hbprobe.engine;

import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding.Advice;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Keepalive;
import hbprobe.model.Transport;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What to do about an idle timeout. */
public final class Advisor {
    /** Intervals that people set; the advice is the longest that fits. */
    private static final double[] ROUND_S = {
        0.1, 0.2, 0.25, 0.5, 1, 2, 3, 4, 5, 8, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200,
        1800, 2700, 3600
    };

    /** Heartbeats that may be lost in a row, unless more is known of the path. */
    static final int TOLERATED = 1;

    /** Share of an interval that is left for lateness, beside the heartbeats that may be lost. */
    private static final double LATENESS = 0.5;

    private static final int PROBES = 3;

    private Advisor() {}

    /** The heartbeat that keeps this path open; empty where none would help. */
    public static Optional<Advice> advise(IdleTimeout timeout, Transport transport) {
        if (timeout.ending() == Ending.LIFETIME || timeout.aliveS() <= 0) {
            return Optional.empty();
        }
        double intervalS = roundDown(timeout.aliveS() / divisor(TOLERATED));
        int keepaliveS = (int) intervalS;
        // A FIN is sent by a server or a proxy, in whose eyes a keepalive probe is no activity.
        boolean keepaliveHelps =
                transport == Transport.TCP && timeout.ending() != Ending.FIN_AT_EXPIRY && keepaliveS >= 1;
        Keepalive keepalive =
                !keepaliveHelps ? null : new Keepalive(keepaliveS, Math.max(1, keepaliveS / PROBES), PROBES);
        return Optional.of(new Advice(
                intervalS,
                TOLERATED,
                keepalive,
                String.format(
                        Locale.ROOT,
                        "the path keeps an idle flow for %.4g s at least: %.4g s leaves room for %d lost heartbeat"
                                + " and half an interval of lateness",
                        timeout.aliveS(),
                        intervalS,
                        TOLERATED)));
    }

    /** The heartbeat that keeps a path with this idle timeout open. */
    static Duration intervalFor(Duration idleTimeout) {
        return intervalFor(idleTimeout, TOLERATED);
    }

    /** The same, with so many heartbeats in a row that may be lost. */
    static Duration intervalFor(Duration idleTimeout, int tolerated) {
        return Duration.ofNanos(Math.round(roundDown(idleTimeout.toNanos() / 1e9 / divisor(tolerated)) * 1e9));
    }

    /** How many heartbeats in a row may be lost at such an interval, with half an interval of lateness. */
    static int tolerated(Duration idleTimeout, Duration interval) {
        return Math.max(0, (int) Math.floor((double) idleTimeout.toNanos() / interval.toNanos() - 1 - LATENESS));
    }

    /**
     * An interval of T/(n + 1.5) survives n lost heartbeats and half an interval of lateness: with an integer instead
     * of a half, one loss would be a coin flip on jitter.
     */
    private static double divisor(int tolerated) {
        return tolerated + 1 + LATENESS;
    }

    /** The next round figure above. */
    static double roundUp(double seconds) {
        for (double round : ROUND_S) {
            if (round >= seconds) {
                return round;
            }
        }
        return seconds;
    }

    /** The next round figure below; what is less than the least stays. */
    static double roundDown(double seconds) {
        double fitting = seconds;
        for (double round : ROUND_S) {
            if (round <= seconds) {
                fitting = round;
            }
        }
        return fitting;
    }
}
