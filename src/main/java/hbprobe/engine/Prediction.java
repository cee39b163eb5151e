package hbprobe.engine;

import hbprobe.model.Bounds;
import hbprobe.model.Durations;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.HeartbeatSettings.Schedule;
import hbprobe.model.KernelTimers;
import hbprobe.model.Mechanism;
import java.time.Duration;
import java.util.Optional;

/**
 * How late a mechanism notices a drop. Every latency follows from the age that the last received segment has when the
 * drop comes; over a heartbeat's period that age is uniform, and so least, mean and most are those over all ages.
 *
 * <p>Application echo: ((m-1)E + t, mE + t] with interval E, timeout t, m misses; (mt, E + mt] where a missed echo is
 * repeated at once. Keepalive: (NV, max(I,V) + NV], RFC 1122, 4.2.3.6. What the kernel gives up because written data
 * stays unacknowledged follows Linux, net/ipv4/tcp_timer.c: both TCP_USER_TIMEOUT and the model time of tcp_retries2
 * are counted from the first retransmission, not from the first transmission.
 */
public final class Prediction {
    /** Ages looked at; what lies between two of them is linear. */
    private static final int AGES = 2_000;

    private static final Duration SHORTEST_RTO = Duration.ofMillis(200);

    private final Mechanism mechanism;
    private final HeartbeatSettings settings;
    private final KernelTimers timers;

    private Prediction(Mechanism mechanism, HeartbeatSettings settings, KernelTimers timers) {
        this.mechanism = mechanism;
        this.settings = settings;
        this.timers = timers;
    }

    /**
     * The bounds for a drop at a random moment.
     *
     * @param rttNs of the path: what is on its way when the drop comes is lost too
     * @param idleTimeout of the path, for {@link Fault.Kind#IDLE}, which comes at one age only
     * @return empty where the mechanism never notices, or nothing is dropped
     */
    public static Optional<Bounds> of(
            Mechanism mechanism,
            Fault fault,
            HeartbeatSettings settings,
            KernelTimers timers,
            long rttNs,
            Optional<Duration> idleTimeout) {
        Prediction prediction = new Prediction(mechanism, settings, timers);
        return switch (fault.kind()) {
            case BLACKHOLE, LINK_DOWN, HOST_GONE, NAT_FLUSH -> Optional.of(prediction.overAllAges(rttNs));
            case HANG, STOP ->
                mechanism == Mechanism.APP_ECHO ? Optional.of(prediction.overAllAges(rttNs)) : Optional.empty();
            case FIN, RST, KILL -> Optional.of(bounds(0, rttNs / 2.0, (double) rttNs));
            case IDLE ->
                idleTimeout
                        .filter(timeout -> timeout.compareTo(settings.period(mechanism)) < 0)
                        .map(timeout -> {
                            double ns = prediction.noticedAfterNs((double) timeout.toNanos());
                            return bounds(ns, ns, ns);
                        });
            case LOSS -> Optional.empty();
        };
    }

    private Bounds overAllAges(long rttNs) {
        double periodNs = settings.period(mechanism).toNanos();
        double stepNs = periodNs / AGES;
        double leastNs = Double.MAX_VALUE;
        double mostNs = 0;
        double sumNs = 0;
        for (int i = 0; i < AGES; i++) {
            double ns = noticedAfterNs((i + 0.5) * stepNs);
            leastNs = Math.min(leastNs, ns);
            mostNs = Math.max(mostNs, ns);
            sumNs += ns;
        }
        return bounds(
                Math.max(0, leastNs - stepNs / 2 - rttNs), Math.max(0, sumNs / AGES - rttNs), mostNs + stepNs / 2);
    }

    private static Bounds bounds(double leastNs, double meanNs, double mostNs) {
        return new Bounds(
                Durations.seconds(Math.round(leastNs)),
                Durations.seconds(Math.round(meanNs)),
                Durations.seconds(Math.round(mostNs)));
    }

    /** From the drop to its notice, where the last segment arrived so long before the drop. */
    private double noticedAfterNs(double ageNs) {
        return switch (mechanism) {
            case APP_ECHO -> untilNextWriteNs(ageNs) + echoNs();
            case OS_KEEPALIVE -> keepaliveNs() - ageNs;
            case WRITE_ONLY, USER_TIMEOUT -> untilNextWriteNs(ageNs) + giveUpNs();
            case OS_KEEPALIVE_WRITE, USER_TIMEOUT_KEEPALIVE -> whicheverIsFirstNs(ageNs);
        };
    }

    private double untilNextWriteNs(double ageNs) {
        return settings.interval().toNanos() - ageNs;
    }

    private double echoNs() {
        double timeoutNs = settings.echoTimeout().toNanos();
        return settings.schedule() == Schedule.RETRY_AT_ONCE
                ? settings.misses() * timeoutNs
                : (settings.misses() - 1) * (double) settings.interval().toNanos() + timeoutNs;
    }

    /** From the last segment received on an idle flow. */
    private double keepaliveNs() {
        return settings.keepalive().period().toNanos()
                + settings.keepalive().count()
                        * (double) settings.keepalive().interval().toNanos();
    }

    /**
     * Heartbeats and keepalive on one flow: as soon as a heartbeat is unacknowledged the kernel probes no more, so
     * keepalive notices only what it has noticed before the next heartbeat.
     */
    private double whicheverIsFirstNs(double ageNs) {
        double writeNs = settings.interval().toNanos();
        double idleNs = settings.keepalive().idle().toNanos();
        double stepNs = settings.keepalive().interval().toNanos();
        double heardNs = 0;
        double probeNs = idleNs;
        while (probeNs < ageNs) {
            heardNs = probeNs;
            probeNs += settings.keepalive().period().toNanos();
        }
        double abortNs = probeNs + settings.keepalive().count() * stepNs;
        if (mechanism.userTimeout()) {
            // With TCP_USER_TIMEOUT the count means nothing: the first tick from then on ends it.
            double limitNs = settings.userTimeout().toNanos();
            double ticks = Math.max(1, Math.ceil((heardNs + limitNs - probeNs) / stepNs));
            abortNs = probeNs + ticks * stepNs;
        }
        return abortNs < writeNs ? abortNs - ageNs : writeNs - ageNs + giveUpNs();
    }

    /** From the first transmission of what is never acknowledged to the kernel's giving up. */
    private double giveUpNs() {
        double rtoNs = timers.rto().toNanos();
        double firstAgainNs = timers.tailLossProbe() ? 2 * rtoNs : rtoNs;
        if (mechanism.userTimeout()) {
            return firstAgainNs + settings.userTimeout().toNanos();
        }
        double limitNs = modelNs();
        double backoffNs = 2 * rtoNs;
        double elapsedNs = 0;
        while (elapsedNs < limitNs) {
            elapsedNs += Math.min(backoffNs, (double) timers.longestRto().toNanos());
            backoffNs *= 2;
        }
        return firstAgainNs + elapsedNs;
    }

    /** What so many retransmissions would take a flow with the shortest timeout (tcp_model_timeout). */
    private double modelNs() {
        double sumNs = 0;
        double backoffNs = SHORTEST_RTO.toNanos();
        for (int i = 0; i <= timers.retries(); i++) {
            sumNs += Math.min(backoffNs, (double) timers.longestRto().toNanos());
            backoffNs *= 2;
        }
        return sumNs;
    }
}
