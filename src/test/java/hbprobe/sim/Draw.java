package hbprobe.sim;

import static hbprobe.sim.SimTime.NEVER;
import static hbprobe.sim.SimTime.ns;

import hbprobe.dialect.Dialect;
import hbprobe.dialect.EchoDialect;
import hbprobe.dialect.HbDialect;
import hbprobe.dialect.TcpDialect;
import hbprobe.engine.Verdict;
import hbprobe.model.Direction;
import hbprobe.model.MeasureSettings;
import hbprobe.sim.BoxSettings.AtExpiry;
import hbprobe.sim.BoxSettings.Refresh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A measurement, a network and the truth about it, all of it from one seed. */
final class Draw {
    private static final double FOREVER_S = Double.POSITIVE_INFINITY;

    /** The kernel's ages have this grain, and so has what is measured by them; a held-back acknowledgement adds 40 ms. */
    private static final double GRAIN_S = 0.012;

    /** A lost SYN is sent again after a second, others soon. */
    private static final double RETRANSMISSIONS_S = 1.5;

    private final Random random;
    private final List<String> words = new ArrayList<>();
    private final SimTime time;
    private final Dialect dialect;
    private final MeasureSettings settings;
    private final double longestS;
    private final double rttS;
    private final double jitterS;
    private final List<BoxSettings> boxes = new ArrayList<>();
    private SimNetwork.FarEnd farEnd;
    private double timeoutS;
    private double clientFirstS = FOREVER_S;
    private double serverFirstS = FOREVER_S;
    private double spreadS;
    private double slackS;
    private double lifetimeS = FOREVER_S;
    private boolean plain = true;
    private boolean lossy;
    private boolean probing;

    Draw(long seed) {
        random = new Random(seed);
        time = new SimTime(random.nextInt(4) == 0 ? (random.nextDouble() - 0.5) * 2e-4 : 0);
        farEnd = FarEnds.responder(time);
        dialect = drawDialect();
        settings = drawSettings();
        longestS = settings.max().toNanos() / 1e9;
        rttS = random.nextInt(4) == 0 ? 0.6 * random.nextDouble() : 0.0002 * Math.pow(500, random.nextDouble());
        jitterS = random.nextInt(3) == 0 ? rttS * random.nextDouble() : 0;
        slackS = GRAIN_S + 4 * jitterS;
        timeoutS = settings.min().toNanos() / 1e9 + random.nextDouble() * longestS;
        drawBox();
    }

    private Dialect drawDialect() {
        switch (random.nextInt(5)) {
            case 0 -> {
                farEnd = FarEnds.echo();
                words.add("echo");
                return new EchoDialect();
            }
            case 1 -> {
                farEnd = new FarEnds.Silent(0, 0, 0, random.nextBoolean() ? "220 ready\r\n" : "", "");
                words.add("tcp");
                return new TcpDialect();
            }
            default -> {
                words.add("hb");
                return new HbDialect(Optional.empty());
            }
        }
    }

    private MeasureSettings drawSettings() {
        double minS = 1 + random.nextDouble();
        MeasureSettings drawn = new MeasureSettings(
                Duration.ofNanos(ns(minS)),
                Duration.ofNanos(ns(minS + 5 + 30 * random.nextDouble())),
                List.of(),
                0.025 + 0.1 * random.nextDouble(),
                List.of(Direction.values()),
                8 + random.nextInt(80),
                20 + 130 * random.nextDouble(),
                1 + random.nextInt(3),
                random.nextInt(5) == 0 ? 2 : 1,
                false,
                Optional.empty(),
                MeasureSettings.Strategy.LADDER);
        return drawn.within(dialect.abilities(true), drawn.maxFlows(), random.nextInt(3) == 0);
    }

    // ---- the box ---------------------------------------------------------------------------------------------------

    private void drawBox() {
        long grainNs = random.nextInt(4) == 0 ? ns(5 * random.nextDouble()) : 0;
        spreadS = grainNs / 1e9;
        switch (random.nextInt(12)) {
            case 0, 1 -> forgets(grainNs, true, false, false, false, "picked up by the client");
            case 2, 3 -> forgets(grainNs, false, false, false, false, "silent");
            case 4 -> forgets(grainNs, false, false, true, random.nextBoolean(), "RST to the client");
            case 5 -> forgets(grainNs, random.nextBoolean(), false, false, true, "RST to the server");
            case 6 -> forgets(grainNs, false, true, false, false, "picked up by the server");
            case 7 -> closes(grainNs);
            case 8 -> twoBoxes();
            case 9 -> agesOut();
            case 10 -> probes();
            default -> oneWay();
        }
        words.add("timeout " + timeoutS + ", rtt " + rttS + ", jitter " + jitterS + ", granularity " + spreadS);
    }

    private BoxSettings boxed(double clientS, double serverS, long grainNs, Refresh refresh, AtExpiry atExpiry) {
        int table = random.nextInt(12) == 0 ? 50 : Integer.MAX_VALUE;
        if (table == 50) {
            words.add("table of 50");
            plain = false;
        }
        return new BoxSettings(
                ns(clientS), ns(serverS), grainNs, refresh, atExpiry, false, false, false, false, NEVER, table);
    }

    private void forgets(
            long grainNs,
            boolean clientPickUp,
            boolean serverPickUp,
            boolean resetsClient,
            boolean resetsServer,
            String what) {
        words.add(what);
        BoxSettings box = boxed(timeoutS, timeoutS, grainNs, Refresh.BOTH, AtExpiry.FORGETS);
        boxes.add(new BoxSettings(
                box.clientTimeoutNs(),
                box.serverTimeoutNs(),
                grainNs,
                box.refresh(),
                box.atExpiry(),
                clientPickUp,
                serverPickUp,
                resetsClient,
                resetsServer,
                NEVER,
                box.tableSize()));
        clientFirstS = clientPickUp ? FOREVER_S : timeoutS;
        serverFirstS = serverPickUp ? FOREVER_S : timeoutS;
    }

    private void closes(long grainNs) {
        AtExpiry how = random.nextBoolean() ? AtExpiry.RESETS : AtExpiry.FINISHES;
        words.add(how + " at expiry");
        boxes.add(boxed(timeoutS, timeoutS, grainNs, Refresh.BOTH, how));
        clientFirstS = timeoutS;
        serverFirstS = timeoutS;
        spreadS += rttS;
    }

    private void twoBoxes() {
        double otherS = timeoutS * (0.3 + 0.7 * random.nextDouble());
        words.add("a second box with " + otherS);
        boxes.add(boxed(timeoutS, timeoutS, 0, Refresh.BOTH, AtExpiry.FORGETS));
        boxes.add(boxed(otherS, otherS, 0, Refresh.BOTH, AtExpiry.FORGETS));
        clientFirstS = otherS;
        serverFirstS = otherS;
        spreadS = timeoutS - otherS;
        plain = false;
    }

    private void agesOut() {
        lifetimeS = 3 + random.nextDouble() * longestS;
        words.add("lifetime " + lifetimeS);
        boxes.add(new BoxSettings(
                NEVER,
                NEVER,
                0,
                Refresh.BOTH,
                AtExpiry.FORGETS,
                false,
                false,
                random.nextBoolean(),
                random.nextBoolean(),
                ns(lifetimeS),
                Integer.MAX_VALUE));
        plain = false;
    }

    private void probes() {
        words.add("probes at expiry");
        boxes.add(boxed(timeoutS, timeoutS, 0, Refresh.BOTH, AtExpiry.PROBES));
        probing = true;
        plain = false;
    }

    private void oneWay() {
        double serverS = timeoutS * (0.5 + random.nextDouble());
        Refresh refresh = Refresh.values()[random.nextInt(Refresh.values().length)];
        words.add("server's packets after " + serverS + ", refreshed by " + refresh);
        boxes.add(boxed(timeoutS, serverS, 0, refresh, AtExpiry.FORGETS));
        // Where only the server's packets refresh, the client's don't make way for the answer.
        clientFirstS = refresh == Refresh.INBOUND ? Math.min(timeoutS, serverS) : timeoutS;
        serverFirstS = serverS;
        spreadS = 0;
        // What doesn't refresh crossed the box up to a round trip, and an acknowledgement held back, after what does.
        slackS += refresh == Refresh.BOTH ? 0 : rttS + 0.04;
        plain = false;
    }

    // ---- running it ------------------------------------------------------------------------------------------------

    /** What may go wrong meanwhile, then the measurement. */
    Verdict run(SimMeasure measure) {
        SimNetwork network = measure.network();
        boolean calm = false;
        double fromS = 2 + random.nextDouble() * longestS;
        switch (random.nextInt(16)) {
            case 0 -> {
                double toS = fromS + 6 * random.nextDouble();
                words.add("down from " + fromS + " to " + toS);
                time.after(ns(fromS), () -> network.down(true));
                time.after(ns(toS), () -> network.down(false));
                plain = false;
            }
            case 1 -> {
                words.add("cut at " + fromS);
                time.after(ns(fromS), () -> network.down(true));
                plain = false;
            }
            case 2 -> {
                words.add("server killed at " + fromS);
                time.after(ns(fromS), network::killServer);
                plain = false;
            }
            case 3 -> {
                double lateS = random.nextDouble();
                words.add("server late by " + lateS);
                network.serverTimersLate(ns(lateS));
                plain = false;
            }
            case 4 -> {
                words.add("wall clock set at " + fromS);
                time.after(ns(fromS), () -> time.step(Duration.ofSeconds(random.nextInt(200) - 100)));
                plain = false;
            }
            case 5 -> {
                words.add("suspended at " + fromS);
                time.after(ns(fromS), () -> time.suspend(Duration.ofSeconds(3 + random.nextInt(100))));
                plain = false;
            }
            default -> calm = true;
        }
        if (probing && (lossy || !calm)) {
            // Whoever answers the box lives on; whose answer is lost, or comes from a dead program, does not.
            clientFirstS = timeoutS;
            serverFirstS = timeoutS;
            spreadS = FOREVER_S;
        }
        return measure.run(settings, dialect);
    }

    SimMeasure measure(long seed) {
        double lossToServer = 0;
        double lossToClient = 0;
        if (random.nextInt(3) == 0) {
            lossToServer = 0.05 * random.nextDouble();
            lossToClient = 0.05 * random.nextDouble();
            words.add("loss " + lossToServer + " and " + lossToClient);
            plain = false;
            lossy = true;
        }
        return new SimMeasure(
                time, seed, new PathSettings(ns(rttS), ns(jitterS / 4), lossToServer, lossToClient), boxes, farEnd);
    }

    // ---- the truth -------------------------------------------------------------------------------------------------

    double truthS(Direction direction) {
        return direction == Direction.CLIENT_FIRST ? clientFirstS : serverFirstS;
    }

    /** How much later than the truth a flow may die. */
    double spreadS() {
        return spreadS;
    }

    double slackS() {
        return slackS;
    }

    double lifetimeS() {
        return lifetimeS;
    }

    /** How much older than its silence is long a flow may be when it is probed: handshake, hello, order. */
    double primingS() {
        return 4 * rttS + slackS + (lossy ? RETRANSMISSIONS_S : 0);
    }

    MeasureSettings asked() {
        return settings;
    }

    /** Whether nothing is in the way of an answer, and the timeout well inside the range. */
    boolean mustBeFound() {
        return plain
                && rttS < 0.2
                && timeoutS + spreadS < longestS / 2
                && timeoutS > 1.5 * settings.min().toNanos() / 1e9
                && settings.maxFlows() > 24
                && settings.directions().stream().anyMatch(direction -> truthS(direction) < FOREVER_S);
    }

    @Override
    public String toString() {
        return String.join(", ", words);
    }
}
