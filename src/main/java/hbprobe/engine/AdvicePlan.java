package hbprobe.engine;

import hbprobe.model.AdviceFinding.Advice;
import hbprobe.model.AdviceSettings;
import hbprobe.model.AdviceSettings.Power;
import hbprobe.model.Bounds;
import hbprobe.model.Cost;
import hbprobe.model.Durations;
import hbprobe.model.Ending;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.HeartbeatSettings.Schedule;
import hbprobe.model.KernelTimers;
import hbprobe.model.Limits;
import hbprobe.model.MeasureFinding;
import hbprobe.model.Mechanism;
import hbprobe.model.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The heartbeat that follows from a known idle timeout. Its interval is {@link Advisor}'s, shorter where loss or {@link
 * AdviceSettings#detectWithin} ask for it; how late it notices a drop is {@link Prediction}'s.
 *
 * <p>Losses are taken for independent. Then n + 1 heartbeats in a row, each sent once, are lost (1-p) p^(n+1) times a
 * heartbeat: at most that often the path forgets the flow, and less often where TCP sends them again. An echo that TCP
 * sends k times before its answer is overdue goes unanswered with (1-(1-p)^2)^k.
 */
public final class AdvicePlan {
    /** Rarer than this nobody asks what to do about it: once in thirty days. */
    private static final double SELDOM_PER_HOUR = 1.0 / (30 * 24);

    /** More would not be a heartbeat but a load. */
    private static final int MOST_TOLERATED = 8;

    private static final int MOST_MISSES = 5;

    /** Transmissions that an echo has before its answer is overdue: two losses in a row are no alarm. */
    private static final int TRANSMISSIONS = 3;

    /** Linux adds at least 200 ms to the round trip on a path at rest (tcp_input.c, tcp_rtt_estimator). */
    private static final Duration RTO_MARGIN = Duration.ofMillis(200);

    /** An echo's answer within a second is asked for on no path by {@code measure} either. */
    private static final Duration SHORTEST_ECHO_TIMEOUT = Duration.ofSeconds(1);

    /** The answer to a keepalive over TCP is due within 10 s: RFC 5626, 4.4.1. */
    private static final Duration USUAL_ECHO_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration LONGEST_ECHO_TIMEOUT = Duration.ofSeconds(30);

    private static final int PROBES = 3;

    /** One unanswered probe must not be taken for the end: RFC 1122, 4.2.3.6. */
    private static final int FEWEST_PROBES = 2;

    /** The shortest time between keepalives over UDP: RFC 8085, 3.5. */
    private static final Duration SHORTEST_OVER_UDP = Duration.ofSeconds(15);

    private static final double NS_PER_S = 1e9;
    private static final double S_PER_HOUR = 3_600;

    private final AdviceSettings settings;
    private final Duration rto;
    private final Duration interval;
    private final Duration echoTimeout;
    private final int misses;
    private final boolean keepsToTheWish;

    private AdvicePlan(AdviceSettings settings) {
        this.settings = settings;
        rto = settings.rtt().plus(RTO_MARGIN);
        Duration fitting = longestThatKeepsOpen();
        Duration wanted = echoTimeoutFor(fitting);
        Duration echo = wanted;
        int missed = missesFor(fitting, echo);
        Optional<Duration> wish = settings.detectWithin();
        keepsToTheWish =
                wish.isPresent() && fitting.multipliedBy(missed).plus(echo).compareTo(wish.get()) > 0;
        if (keepsToTheWish) {
            Duration within = wish.orElseThrow();
            echo = echoTimeoutWithin(within, echo);
            Duration left = within.minus(echo);
            missed = left.dividedBy(missed).compareTo(Limits.RESPONDER_SHORTEST_BEAT) < 0 ? 1 : missed;
            fitting = shorter(fitting, rounded(left.dividedBy(missed)));
            // What the round figure left over is the answer's.
            echo = longer(echo, shorter(wanted, rounded(within.minus(fitting.multipliedBy(missed)))));
        }
        interval = fitting;
        echoTimeout = echo;
        misses = missed;
    }

    /**
     * The plan.
     *
     * @throws IllegalArgumentException when there is none: {@link #obstacle} says why
     */
    public static AdvicePlan of(AdviceSettings settings) {
        obstacle(settings).ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
        return new AdvicePlan(settings);
    }

    /** Why no heartbeat can do what is asked, and what to change; empty where one can. */
    public static Optional<String> obstacle(AdviceSettings settings) {
        Duration again = again(settings.rtt());
        Duration leastTimeout = again.plus(Limits.RESPONDER_SHORTEST_BEAT);
        if (settings.idleTimeout().compareTo(leastTimeout) < 0) {
            return Optional.of("an idle timeout of " + Durations.print(settings.idleTimeout())
                    + " is over before a lost heartbeat is sent again, which takes " + Durations.print(again)
                    + " with --rtt " + Durations.print(settings.rtt()) + "; it must be " + Durations.print(leastTimeout)
                    + " or longer");
        }
        Duration leastWish = leastAnswer(settings.rtt()).plus(Limits.RESPONDER_SHORTEST_BEAT);
        return settings.detectWithin()
                .filter(within -> within.compareTo(leastWish) < 0)
                .map(within -> "--detect-within " + Durations.print(within) + ": with --rtt "
                        + Durations.print(settings.rtt()) + " no answer can be missed so early; ask for "
                        + Durations.print(leastWish) + " or more");
    }

    // ---- keeping it open -----------------------------------------------------------------------------------------

    private Duration longestThatKeepsOpen() {
        int tolerated = settings.power() == Power.BATTERY ? 0 : Advisor.TOLERATED;
        Duration fitting = intervalTolerating(tolerated);
        while (tolerated < MOST_TOLERATED && breaksPerHour(fitting, tolerated) > SELDOM_PER_HOUR) {
            tolerated++;
            fitting = intervalTolerating(tolerated);
        }
        return fitting;
    }

    private Duration intervalTolerating(int tolerated) {
        Duration longest = rounded(settings.idleTimeout().minus(again(settings.rtt())));
        return shorter(Advisor.intervalFor(settings.idleTimeout(), tolerated), longest);
    }

    private double breaksPerHour(Duration every, int tolerated) {
        return perHour(every) * (1 - settings.loss()) * Math.pow(settings.loss(), tolerated + 1.0);
    }

    /** A heartbeat that was lost once has arrived. */
    private static Duration again(Duration rtt) {
        return rtt.plus(RTO_MARGIN).plus(rtt.dividedBy(2));
    }

    // ---- noticing that it is not ---------------------------------------------------------------------------------

    private Duration echoTimeoutFor(Duration every) {
        double perHour = perHour(every);
        int transmissions = TRANSMISSIONS;
        while (span(transmissions).compareTo(LONGEST_ECHO_TIMEOUT) < 0
                && perHour * Math.pow(lostEcho(), transmissions) > SELDOM_PER_HOUR) {
            transmissions++;
        }
        Duration usual = shorter(USUAL_ECHO_TIMEOUT, rounded(every.dividedBy(3)));
        Duration least = longer(SHORTEST_ECHO_TIMEOUT, ofSeconds(Advisor.roundUp(seconds(span(transmissions)))));
        return longer(usual, shorter(least, longer(LONGEST_ECHO_TIMEOUT, span(TRANSMISSIONS))));
    }

    /** A third of what is left, for the rest is the interval; more where the path needs it. */
    private Duration echoTimeoutWithin(Duration within, Duration wanted) {
        Duration third = rounded(within.dividedBy(3));
        Duration needed = shorter(span(TRANSMISSIONS), within.dividedBy(2));
        Duration answer = longer(longer(shorter(wanted, third), needed), leastAnswer(settings.rtt()));
        return shorter(answer, within.minus(Limits.RESPONDER_SHORTEST_BEAT));
    }

    private int missesFor(Duration every, Duration echo) {
        int missed = 1;
        while (missed < MOST_MISSES && falseAlarmsPerHour(every, echo, missed) > SELDOM_PER_HOUR) {
            missed++;
        }
        return missed;
    }

    private double falseAlarmsPerHour(Duration every, Duration echo, int missed) {
        int transmissions = 1;
        while (transmissions < 64 && span(transmissions + 1).compareTo(echo) <= 0) {
            transmissions++;
        }
        return perHour(every) * Math.pow(lostEcho(), (double) transmissions * missed);
    }

    /** An echo or its answer is lost. */
    private double lostEcho() {
        double arrives = 1 - settings.loss();
        return 1 - arrives * arrives;
    }

    /** From an echo's first transmission to the answer to its n-th, each after twice the time of the one before. */
    private Duration span(int transmissions) {
        return rto.multipliedBy((1L << (transmissions - 1)) - 1).plus(settings.rtt());
    }

    private static Duration leastAnswer(Duration rtt) {
        return rtt.multipliedBy(3).dividedBy(2);
    }

    // ---- the advice ----------------------------------------------------------------------------------------------

    /** From one heartbeat to the next. */
    Duration interval() {
        return interval;
    }

    /** How long an echo's answer may take. */
    Duration echoTimeout() {
        return echoTimeout;
    }

    /** Echoes in a row without an answer that make a drop. */
    int misses() {
        return misses;
    }

    /** What was asked. */
    AdviceSettings settings() {
        return settings;
    }

    /** Whether an interval leaves half of itself for lateness before the path forgets. */
    boolean keepsOpen(double intervalS) {
        return intervalS * 1.5 <= seconds(settings.idleTimeout());
    }

    /** Heartbeats in a row that may be lost at such an interval. */
    int toleratedAt(double intervalS) {
        return Advisor.tolerated(settings.idleTimeout(), ofSeconds(intervalS));
    }

    /** In numbers. */
    public Advice advice() {
        HeartbeatSettings heartbeat = heartbeat();
        Cost cost = Costs.computed(Mechanism.APP_ECHO, Transport.TCP, interval);
        boolean counts = keepalive().isPresent();
        return new Advice(
                seconds(interval),
                Advisor.tolerated(settings.idleTimeout(), interval),
                seconds(echoTimeout),
                misses,
                bounds(Mechanism.APP_ECHO, heartbeat),
                tenth(cost.packetsPerHour()),
                tenth(cost.bytesPerHour()),
                significant(breaksPerHour(interval, Advisor.tolerated(settings.idleTimeout(), interval))),
                significant(falseAlarmsPerHour(interval, echoTimeout, misses)),
                keepalive()
                        .map(kernel -> new MeasureFinding.Keepalive(
                                (int) kernel.idle().toSeconds(),
                                (int) kernel.interval().toSeconds(),
                                kernel.count()))
                        .orElse(null),
                counts ? bounds(Mechanism.OS_KEEPALIVE, heartbeat) : null,
                seconds(userTimeout()),
                bounds(Mechanism.USER_TIMEOUT, heartbeat),
                bounds(Mechanism.WRITE_ONLY, heartbeat),
                settings.power() == Power.BATTERY ? battery() : null);
    }

    /** What the reader has to know to judge it. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (keepsToTheWish && interval.compareTo(longestThatKeepsOpen()) < 0) {
            warnings.add("the interval is as short as this because of --detect-within "
                    + settings.detectWithin().map(Durations::print).orElse("") + ": the path would stay open with "
                    + Durations.print(longestThatKeepsOpen()));
        }
        if (echoTimeout.compareTo(span(2)) < 0) {
            warnings.add("an echo timeout of " + Durations.print(echoTimeout) + " is over before a lost packet has been"
                    + " sent again and answered, which takes " + Durations.print(span(2))
                    + ": every loss is a false alarm");
        }
        double alarms = falseAlarmsPerHour(interval, echoTimeout, misses);
        if (alarms > SELDOM_PER_HOUR) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "at a loss of %.3g %% false alarms are to be expected, %.2g an hour",
                    settings.loss() * 100,
                    alarms));
        }
        double breaks = breaksPerHour(interval, Advisor.tolerated(settings.idleTimeout(), interval));
        if (breaks > SELDOM_PER_HOUR) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "at a loss of %.3g %% so many heartbeats may be lost in a row that the path forgets the flow, up to"
                            + " %.2g times an hour",
                    settings.loss() * 100,
                    breaks));
        }
        Optional<Duration> wish = settings.detectWithin();
        if (wish.isPresent()
                && keepalive()
                        .filter(kernel -> noticedAfter(kernel).compareTo(wish.get()) > 0)
                        .isPresent()) {
            warnings.add("OS keepalive counts whole seconds and needs " + FEWEST_PROBES
                    + " unanswered probes: it can't notice a drop within " + Durations.print(wish.get())
                    + ", and only keeps the path open");
        }
        if (isClosedByFarEnd()) {
            warnings.add("a FIN ended the flows: a server or a proxy closes them, which counts bytes and no keepalive"
                    + " probes");
        } else if (keepalive().isEmpty()) {
            warnings.add("OS keepalive counts whole seconds, which is too coarse here");
        }
        if (interval.compareTo(SHORTEST_OVER_UDP) < 0) {
            warnings.add("over UDP RFC 8085 asks for at least " + Durations.print(SHORTEST_OVER_UDP)
                    + " between keepalives, unless the path is known to need them");
        }
        return warnings;
    }

    private boolean isClosedByFarEnd() {
        return settings.ending().filter(Ending.FIN_AT_EXPIRY::equals).isPresent();
    }

    /** OS keepalive to the same end; empty where it can't be, or is nothing to the one who closes. */
    Optional<HeartbeatSettings.Keepalive> keepalive() {
        if (isClosedByFarEnd()) {
            return Optional.empty();
        }
        return kernelKeepalive();
    }

    /** The same, whoever closes. */
    Optional<HeartbeatSettings.Keepalive> kernelKeepalive() {
        if (interval.toSeconds() < 1 && !keepsOpen(1)) {
            return Optional.empty();
        }
        int longestS = (int) Math.max(1, interval.toSeconds());
        for (int idleS = longestS; idleS >= 1; idleS--) {
            HeartbeatSettings.Keepalive kernel = keepalive(idleS, PROBES);
            if (isInTime(kernel)) {
                return Optional.of(kernel);
            }
        }
        HeartbeatSettings.Keepalive hastiest = keepalive(1, FEWEST_PROBES);
        return Optional.of(isInTime(hastiest) ? hastiest : keepalive(longestS, PROBES));
    }

    private static HeartbeatSettings.Keepalive keepalive(int idleS, int probes) {
        return new HeartbeatSettings.Keepalive(
                Duration.ofSeconds(idleS), Duration.ofSeconds(Math.max(1, idleS / PROBES)), probes);
    }

    private boolean isInTime(HeartbeatSettings.Keepalive kernel) {
        return settings.detectWithin()
                .map(within -> noticedAfter(kernel).compareTo(within) <= 0)
                .orElse(true);
    }

    private static Duration noticedAfter(HeartbeatSettings.Keepalive kernel) {
        return kernel.period().plus(kernel.interval().multipliedBy(kernel.count()));
    }

    /**
     * With keepalive beside it, TCP_USER_TIMEOUT is best as long as that takes, since it takes the count's place; and
     * not so long that a heartbeat written in vain would be noticed later than wished.
     */
    Duration userTimeout() {
        Duration usual = kernelKeepalive().map(AdvicePlan::noticedAfter).orElse(interval.plus(echoTimeout));
        return settings.detectWithin()
                .map(within -> longer(
                        shorter(usual, within.minus(interval).minus(rto.multipliedBy(2))),
                        shorter(span(TRANSMISSIONS), usual)))
                .orElse(usual);
    }

    private HeartbeatSettings heartbeat() {
        HeartbeatSettings usual = HeartbeatSettings.defaults();
        return new HeartbeatSettings(
                interval,
                echoTimeout,
                misses,
                Schedule.FIXED,
                kernelKeepalive().orElse(usual.keepalive()),
                userTimeout());
    }

    private Bounds bounds(Mechanism mechanism, HeartbeatSettings heartbeat) {
        KernelTimers usual = KernelTimers.usual();
        return Prediction.of(
                        mechanism,
                        new Fault(Fault.Kind.BLACKHOLE, Optional.empty(), 0),
                        heartbeat,
                        new KernelTimers(rto, usual.retries(), usual.tailLossProbe(), usual.longestRto()),
                        settings.rtt().toNanos(),
                        Optional.empty())
                .orElseThrow();
    }

    private String battery() {
        return String.format(
                Locale.ROOT,
                "a silent flow wakes the radio %.0f times an hour; start the interval anew whenever anything is sent,"
                        + " send due heartbeats of several flows together, and keep one flow rather than many",
                perHour(interval));
    }

    // ---- figures -------------------------------------------------------------------------------------------------

    private static double perHour(Duration every) {
        return S_PER_HOUR / seconds(every);
    }

    /** The round figure below, where there is one that is no less than the least heartbeat. */
    private static Duration rounded(Duration duration) {
        return ofSeconds(Advisor.roundDown(seconds(duration)));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NS_PER_S;
    }

    private static Duration ofSeconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * NS_PER_S));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private static double tenth(double number) {
        return Math.round(10 * number) / 10.0;
    }

    /** Two digits: more would claim to know the loss. */
    private static double significant(double number) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.1e", number));
    }
}
