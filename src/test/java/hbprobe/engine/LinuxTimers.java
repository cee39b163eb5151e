package hbprobe.engine;

import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.KernelTimers;
import java.time.Duration;
import java.util.Optional;

/**
 * The timers of one TCP connection as Linux runs them (net/ipv4/tcp_timer.c), step by step, on a path without delay: an
 * independent double against which formulas are held.
 */
final class LinuxTimers {
    private static final long SHORTEST_RTO_NS = World.ns(0.2);

    private final long idleNs;
    private final long intervalNs;
    private final int count;
    private final long userTimeoutNs;
    private final KernelTimers timers;
    private boolean cut;
    private long heardNs;
    private long keepaliveDueNs;
    private int probesOut;
    private boolean unacknowledged;
    private long resendDueNs;
    private boolean lossProbe;
    private boolean retransmitted;
    private long firstAgainNs;
    private long rtoNs;

    LinuxTimers(Optional<Keepalive> keepalive, Optional<Duration> userTimeout, KernelTimers timers, long nowNs) {
        this.idleNs = keepalive.map(Keepalive::idle).map(Duration::toNanos).orElse(0L);
        this.intervalNs =
                keepalive.map(Keepalive::interval).map(Duration::toNanos).orElse(0L);
        this.count = keepalive.map(Keepalive::count).orElse(0);
        this.userTimeoutNs = userTimeout.map(Duration::toNanos).orElse(0L);
        this.timers = timers;
        this.heardNs = nowNs;
        this.keepaliveDueNs = idleNs > 0 ? nowNs + idleNs : World.NEVER;
    }

    /** From now on nothing arrives, or everything again. */
    void cut(boolean isCut) {
        cut = isCut;
    }

    /** A lone segment is written; where one is unacknowledged already, it waits behind it. */
    void write(long nowNs) {
        if (unacknowledged) {
            return;
        }
        if (!cut) {
            heard(nowNs);
            return;
        }
        unacknowledged = true;
        retransmitted = false;
        lossProbe = timers.tailLossProbe();
        rtoNs = timers.rto().toNanos();
        resendDueNs = nowNs + rtoNs;
    }

    boolean isUnacknowledged() {
        return unacknowledged;
    }

    private void heard(long nowNs) {
        heardNs = nowNs;
        probesOut = 0;
        unacknowledged = false;
    }

    long dueNs() {
        return unacknowledged ? Math.min(keepaliveDueNs, resendDueNs) : keepaliveDueNs;
    }

    /** What is due now. Whether it gives the connection up. */
    boolean fire(long nowNs) {
        return unacknowledged && resendDueNs <= nowNs ? resend(nowNs) : keepaliveDueNs <= nowNs && keepalive(nowNs);
    }

    /** tcp_keepalive_timer. */
    private boolean keepalive(long nowNs) {
        long silentNs = nowNs - heardNs;
        if (unacknowledged) {
            keepaliveDueNs = nowNs + idleNs;
        } else if (silentNs < idleNs) {
            keepaliveDueNs = heardNs + idleNs;
        } else if (userTimeoutNs > 0 ? silentNs >= userTimeoutNs && probesOut > 0 : probesOut >= count) {
            return true;
        } else {
            probesOut++;
            keepaliveDueNs = nowNs + intervalNs;
            if (!cut) {
                heard(nowNs);
            }
        }
        return false;
    }

    /** tcp_send_loss_probe, and tcp_retransmit_timer with tcp_write_timeout. */
    private boolean resend(long nowNs) {
        if (!cut) {
            heard(nowNs);
            return false;
        }
        if (lossProbe) {
            lossProbe = false;
            resendDueNs = nowNs + rtoNs;
            return false;
        }
        if (!retransmitted) {
            retransmitted = true;
            firstAgainNs = nowNs;
        } else if (nowNs - firstAgainNs >= (userTimeoutNs > 0 ? userTimeoutNs : modelNs())) {
            return true;
        }
        rtoNs = Math.min(2 * rtoNs, timers.longestRto().toNanos());
        resendDueNs = nowNs + rtoNs;
        if (userTimeoutNs > 0) {
            resendDueNs = Math.min(resendDueNs, firstAgainNs + userTimeoutNs);
        }
        return false;
    }

    /** tcp_model_timeout. */
    private long modelNs() {
        long longestNs = timers.longestRto().toNanos();
        int doublings = 63 - Long.numberOfLeadingZeros(longestNs / SHORTEST_RTO_NS);
        return timers.retries() <= doublings
                ? ((2L << timers.retries()) - 1) * SHORTEST_RTO_NS
                : ((2L << doublings) - 1) * SHORTEST_RTO_NS + (timers.retries() - doublings) * longestNs;
    }
}
