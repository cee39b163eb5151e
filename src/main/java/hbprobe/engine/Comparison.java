package hbprobe.engine;

import hbprobe.engine.FaultFindings.RoundTrips;
import hbprobe.model.Detection;
import hbprobe.model.Durations;
import hbprobe.model.Fault;
import hbprobe.model.KeepOpen;
import hbprobe.model.KeepOpen.Keeper;
import hbprobe.model.KeepOpen.Outcome;
import hbprobe.model.Mechanism;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code compare} makes of its rows: who answered, and what to use. */
public final class Comparison {
    private final List<KeepOpen> keepOpen;
    private final List<Detection> detections;
    private final Optional<RoundTrips> roundTrips;
    private final Optional<Duration> idleTimeout;
    private final Duration interval;
    private final boolean endsWithPing;

    /**
     * Of what was found.
     *
     * @param endsWithPing whether the far end could not be told to speak: it may have ended idle flows itself, and the
     *     ping that asked may have revived what had expired
     * @param interval of the heartbeats that were tried
     */
    public Comparison(
            List<KeepOpen> keepOpen,
            boolean endsWithPing,
            FaultFindings faults,
            Optional<Duration> idleTimeout,
            Duration interval) {
        this(keepOpen, endsWithPing, faults.detections(), faults.roundTrips(), idleTimeout, interval);
    }

    Comparison(
            List<KeepOpen> keepOpen,
            boolean endsWithPing,
            List<Detection> detections,
            Optional<RoundTrips> roundTrips,
            Optional<Duration> idleTimeout,
            Duration interval) {
        this.keepOpen = keepOpen;
        this.endsWithPing = endsWithPing;
        this.detections = detections;
        this.roundTrips = roundTrips;
        this.idleTimeout = idleTimeout;
        this.interval = interval;
    }

    private Outcome outcome(Keeper keeper) {
        return keepOpen.stream()
                .filter(row -> row.mechanism() == keeper)
                .map(KeepOpen::outcome)
                .findFirst()
                .orElse(Outcome.NOT_TESTED);
    }

    /**
     * Whether something terminates TCP in between; empty when nothing tells. It counts bytes and forgets flows that
     * only keepalive probes cross, or its kernel answers long before the far application does. A server that was idle
     * itself may have ended them as a proxy would.
     */
    public Optional<Boolean> terminatedBetween() {
        Outcome echo = outcome(Keeper.APP_ECHO);
        Outcome keepalive = outcome(Keeper.OS_KEEPALIVE);
        boolean expires = outcome(Keeper.NONE) == Outcome.LOST;
        boolean farther = roundTrips.filter(RoundTrips::isEchoFarther).isPresent();
        if (farther || (expires && !endsWithPing && echo == Outcome.KEPT && keepalive == Outcome.LOST)) {
            return Optional.of(true);
        }
        return expires && echo == Outcome.KEPT && keepalive == Outcome.KEPT ? Optional.of(false) : Optional.empty();
    }

    /** What to use here, in one line. */
    public String verdict() {
        boolean proxy = terminatedBetween().orElse(false);
        boolean echoKeeps = outcome(Keeper.APP_ECHO) == Outcome.KEPT;
        boolean keepaliveKeeps = outcome(Keeper.OS_KEEPALIVE) == Outcome.KEPT;
        boolean tried = outcome(Keeper.APP_ECHO) != Outcome.NOT_TESTED;
        String echo = "an application echo every " + Durations.print(advised());
        if (proxy) {
            return "Something between terminates TCP and answers keepalive itself: use " + echo + ".";
        }
        if (tried && !echoKeeps && !keepaliveKeeps) {
            return "Neither echo nor keepalive kept the path open: it may be an age limit"
                    + (endsWithPing ? ", or the server's" : "") + "; see the rows.";
        }
        if (tried && echoKeeps && !keepaliveKeeps && outcome(Keeper.OS_KEEPALIVE) == Outcome.LOST) {
            return "Only an application echo keeps the path open: use " + echo + ".";
        }
        if (tried && !echoKeeps) {
            return "Keepalive kept the path open and an application echo did not: see the rows.";
        }
        if (!tried
                && outcome(Keeper.OS_KEEPALIVE) == Outcome.NOT_TESTED
                && detections.stream().allMatch(row -> row.trials() == 0)) {
            return "Nothing could be compared here; the rows say why.";
        }
        return kept(tried, keepaliveKeeps) + "; " + hang().orElse("only an echo would notice a hung application")
                + ": use " + echo
                + noticed()
                        .map(within -> ", which noticed a drop within " + within)
                        .orElse("") + ".";
    }

    private String kept(boolean tried, boolean keepaliveKeeps) {
        if (!tried && outcome(Keeper.OS_KEEPALIVE) == Outcome.NOT_TESTED) {
            return "What keeps the path open was not tested";
        }
        if (outcome(Keeper.NONE) == Outcome.NOT_TESTED) {
            return "Whether the path needs a heartbeat was not tested";
        }
        if (outcome(Keeper.NONE) == Outcome.KEPT) {
            return endsWithPing
                    ? "Nothing expired that a ping would not revive"
                    : "Nothing expired that a heartbeat would have to keep open";
        }
        if (!tried) {
            return keepaliveKeeps
                    ? "OS keepalive keeps the path open"
                    : "OS keepalive does not keep the path open, or the server itself ends what is idle";
        }
        return keepaliveKeeps ? "Both keep the path open" : "An application echo keeps the path open";
    }

    private Duration advised() {
        return idleTimeout
                .map(timeout -> Advisor.intervalFor(timeout))
                .filter(fitting -> fitting.compareTo(interval) < 0)
                .orElse(interval);
    }

    /** What the rows say of a hung application. */
    private Optional<String> hang() {
        List<Detection> hung = detections.stream()
                .filter(row -> row.fault().equals(Fault.Kind.HANG.word()) && row.trials() > 0)
                .toList();
        boolean echoNotices =
                hung.stream().anyMatch(row -> row.mechanism() == Mechanism.APP_ECHO && row.detected() > 0);
        boolean onlyEcho = hung.stream().noneMatch(row -> row.mechanism() != Mechanism.APP_ECHO && row.detected() > 0);
        return echoNotices && onlyEcho && hung.size() > 1
                ? Optional.of("only the echo notices a hung application")
                : Optional.empty();
    }

    private Optional<String> noticed() {
        return detections.stream()
                .filter(row -> row.mechanism() == Mechanism.APP_ECHO)
                .filter(row -> row.fault().equals(Fault.Kind.BLACKHOLE.word()) && row.latencyS() != null)
                .findFirst()
                .map(row -> row.latencyS() == null ? "" : seconds(row.latencyS().max()));
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 1000 ? "%.3g s" : "%.0f s", seconds);
    }
}
