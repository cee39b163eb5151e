package hbprobe.sim;

import static hbprobe.sim.SimTime.ns;

import hbprobe.dialect.Dialect;
import hbprobe.dialect.EchoUdpDialect;
import hbprobe.dialect.HbUdpDialect;
import hbprobe.engine.Verdict;
import hbprobe.model.IdleTest;
import hbprobe.model.MeasureSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A measurement over UDP, a NAT and the truth about it, all of it from one seed. */
final class UdpDraw {
    /** Timers of both ends, and the round trips between the two clocks of one silence. */
    private static final double GRAIN_S = 0.012;

    /** Each of them waits for the one before it. */
    private static final int BEATS = 5;

    private static final double PRIMING_S = IdleTest.UDP_2.priming().toNanos() / 1e9;

    private final Random random;
    private final List<String> words = new ArrayList<>();
    private final SimTime time;
    private final boolean echo;
    private final MeasureSettings settings;
    private final double longestS;
    private final double rttS;
    private final double jitterS;
    private final double soloS;
    private final double streamS;
    private final NatSettings nat;
    private double lateS;
    private boolean plain = true;
    private boolean lossy;

    UdpDraw(long seed) {
        random = new Random(seed);
        time = new SimTime(random.nextInt(4) == 0 ? (random.nextDouble() - 0.5) * 2e-4 : 0);
        echo = random.nextInt(6) == 0;
        words.add(dialect().name());
        settings = drawSettings();
        longestS = settings.max().toNanos() / 1e9;
        rttS = random.nextInt(4) == 0 ? 0.6 * random.nextDouble() : 0.0002 * Math.pow(500, random.nextDouble());
        jitterS = random.nextInt(3) == 0 ? rttS * random.nextDouble() : 0;
        soloS = settings.min().toNanos() / 1e9 + random.nextDouble() * longestS;
        streamS = random.nextInt(4) == 0 ? soloS : soloS * (1 + 2 * random.nextDouble());
        nat = drawNat();
        words.add("rtt " + rttS + ", jitter " + jitterS + ", " + nat);
    }

    private Dialect dialect() {
        return echo ? new EchoUdpDialect() : new HbUdpDialect(Optional.empty());
    }

    private MeasureSettings drawSettings() {
        double minS = 1 + random.nextDouble();
        MeasureSettings drawn = new MeasureSettings(
                Duration.ofNanos(ns(minS)),
                Duration.ofNanos(ns(minS + 5 + 30 * random.nextDouble())),
                List.of(),
                0.025 + 0.1 * random.nextDouble(),
                MeasureSettings.defaults().directions(),
                12 + random.nextInt(110),
                20 + 130 * random.nextDouble(),
                1 + random.nextInt(3),
                random.nextInt(5) == 0 ? 2 : 1,
                false,
                Optional.empty(),
                MeasureSettings.Strategy.LADDER);
        return drawn.within(dialect().abilities(true), drawn.maxFlows(), random.nextInt(3) == 0);
    }

    private NatSettings drawNat() {
        int table = random.nextInt(12) == 0 ? 50 : Integer.MAX_VALUE;
        plain &= table > 50;
        return new NatSettings(
                ns(soloS),
                ns(streamS),
                random.nextInt(4) == 0 ? ns(5 * random.nextDouble()) : 0,
                random.nextInt(4) != 0,
                random.nextBoolean(),
                table);
    }

    // ---- running it ------------------------------------------------------------------------------------------------

    SimMeasure measure(long seed) {
        double lossToServer = 0;
        double lossToClient = 0;
        if (random.nextInt(2) == 0) {
            lossToServer = 0.05 * random.nextDouble();
            lossToClient = 0.05 * random.nextDouble();
            words.add("loss " + lossToServer + " and " + lossToClient);
            plain = false;
            lossy = true;
        }
        return new SimMeasure(
                time,
                seed,
                new PathSettings(ns(rttS), ns(jitterS / 4), lossToServer, lossToClient),
                nat,
                echo ? FarEnds.echoOverUdp() : FarEnds.responderOverUdp(time));
    }

    /** What may go wrong meanwhile, then the measurement. */
    Verdict run(SimMeasure measure) {
        SimNetwork network = measure.network();
        double fromS = 2 + random.nextDouble() * longestS;
        double toS = fromS + 6 * random.nextDouble();
        boolean calm = false;
        switch (random.nextInt(16)) {
            case 0 -> {
                words.add("down from " + fromS + " to " + toS);
                time.after(ns(fromS), () -> network.down(true));
                time.after(ns(toS), () -> network.down(false));
            }
            case 1 -> {
                words.add("cut at " + fromS);
                time.after(ns(fromS), () -> network.down(true));
            }
            case 2 -> {
                words.add("server restarted at " + fromS);
                time.after(ns(fromS), network::killServer);
                time.after(ns(toS), network::startServer);
            }
            case 3 -> {
                lateS = random.nextDouble();
                words.add("server late by " + lateS);
                network.serverTimersLate(ns(lateS));
            }
            case 4 -> {
                words.add("wall clock set at " + fromS);
                time.after(ns(fromS), () -> time.step(Duration.ofSeconds(random.nextInt(200) - 100)));
            }
            case 5 -> {
                words.add("suspended at " + fromS);
                time.after(ns(fromS), () -> time.suspend(Duration.ofSeconds(3 + random.nextInt(100))));
            }
            default -> calm = true;
        }
        plain &= calm;
        return measure.run(settings, dialect());
    }

    // ---- the truth -------------------------------------------------------------------------------------------------

    /** The shortest silence after which a flow of a test may be dead. */
    double earliestS(IdleTest test) {
        if (echo) {
            return Double.MAX_VALUE; // what the client sends makes the mapping anew, and the server answers
        }
        return switch (test) {
            case UDP_1 -> soloS;
            case UDP_2 -> (lossy || !plain ? Math.min(soloS, streamS) : streamS) - sinceOutS();
            default -> streamS - (nat.inboundRefreshes() ? 0 : rttS);
        };
    }

    /** The longest after which one may be alive. */
    double latestS(IdleTest test) {
        if (echo) {
            return Double.MAX_VALUE;
        }
        double grainS = nat.granularityNs() / 1e9;
        return grainS
                + switch (test) {
                    case UDP_1 -> soloS;
                    // An order that had to be sent again keeps the mapping for so much longer.
                    case UDP_2 ->
                        (lossy || !plain ? Math.max(soloS, streamS) : streamS) - (lossy || !plain ? 0 : sinceOutS());
                    default -> streamS;
                };
    }

    private double sinceOutS() {
        return nat.inboundRefreshes() ? 0 : PRIMING_S + BEATS * lateS;
    }

    double slackS() {
        return GRAIN_S + 4 * jitterS;
    }

    boolean inboundRefreshes() {
        return nat.inboundRefreshes();
    }

    /** A NAT that looks only every few seconds, or a late far end, hides the seconds by which flows are told apart. */
    boolean tellsInbound() {
        return nat.granularityNs() < ns(1) && lateS == 0;
    }

    boolean newPorts() {
        return nat.newPorts();
    }

    boolean isPlain() {
        return plain;
    }

    MeasureSettings asked() {
        return settings;
    }

    /** Whether nothing is in the way of an answer, and the timeout well inside the range. */
    boolean mustBeFound() {
        return plain
                && !echo
                && nat.granularityNs() < nat.soloNs() / 5 // else one that is repeated alone may live by luck
                && rttS < 0.2
                && latestS(IdleTest.UDP_1) < longestS / 2
                && soloS > 1.5 * settings.min().toNanos() / 1e9
                && settings.maxFlows() > 40;
    }

    @Override
    public String toString() {
        return String.join(", ", words);
    }
}
