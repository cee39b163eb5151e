package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.Search.Conclusion;
import hbprobe.model.Direction;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureSettings;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every search of every box. A failing seed is in the test's name and replays exactly. */
class SearchPropertyTest {
    private static final double SURVIVES_S = Double.POSITIVE_INFINITY;

    /** A close is dated by when the silence was seen to begin, which an acknowledgement that is held back comes after. */
    private static final double DELAYED_ACK_S = 0.04;

    /** A measurement to be, and the truth about it. */
    record Case(
            MeasureSettings settings,
            World world,
            double clientFirstS,
            double serverFirstS,
            double spreadS,
            double slackS,
            String words) {
        double truthS(Direction direction) {
            return direction == Direction.CLIENT_FIRST ? clientFirstS : serverFirstS;
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("hbprobe.seeds", 2_500));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theBracketNeverExcludesTheTruth(long seed) {
        Random random = new Random(seed);
        Case drawn = draw(seed, random);
        if (random.nextInt(4) == 0) {
            Conclusion why = random.nextBoolean() ? Conclusion.DEADLINE : Conclusion.INTERRUPTED;
            drawn.world.stoppedAt(random.nextDouble() * 30, why);
        }
        Verdict verdict = drawn.world.run(drawn.settings);
        for (DirectionFinding found : verdict.directions()) {
            holds(found, drawn);
        }
        verdict.idleTimeout()
                .ifPresent(found -> assertThat(found.aliveS()).as("%s", found).isLessThanOrEqualTo(found.deadS()));
        int mostFlows = drawn.settings.strategy() == MeasureSettings.Strategy.BISECT ? 1 : drawn.settings.maxFlows();
        assertThat(drawn.world.mostOpen()).as("flows open at once").isLessThanOrEqualTo(mostFlows);
        assertThat(drawn.world.openNow()).as("flows left open").isZero();
    }

    private static void holds(DirectionFinding found, Case drawn) {
        double truthS = drawn.truthS(found.direction());
        if (found.aliveS() != null) {
            assertThat(found.aliveS())
                    .as("alive in %s of %s", found, drawn.words)
                    .isLessThanOrEqualTo(truthS + drawn.spreadS + drawn.slackS);
        }
        if (found.aliveS() != null && found.deadS() != null) {
            assertThat(found.aliveS()).as("%s", found).isLessThanOrEqualTo(found.deadS());
        }
        if (found.outcome() == Outcome.EXPIRES) {
            assertThat(found.deadS())
                    .as("dead in %s of %s", found, drawn.words)
                    .isGreaterThanOrEqualTo(truthS - drawn.slackS);
        }
    }

    static Case draw(long seed, Random random) {
        MeasureSettings settings = settings(random);
        double longestS = settings.max().toMillis() / 1e3;
        double timeoutS = 0.2 + random.nextDouble() * longestS;
        World world = new World(seed).timeout(timeoutS).clockAt(random.nextLong());
        double rttS = random.nextInt(4) == 0 ? 0.4 * random.nextDouble() : 0.001 + 0.05 * random.nextDouble();
        double jitterS = random.nextInt(3) == 0 ? rttS / 4 : 0;
        world.rtt(rttS, jitterS);
        double lateS = random.nextInt(3) == 0 ? 0.002 : 0;
        world.timersLate(lateS);
        double slackS = world.slackS();
        if (random.nextInt(4) == 0) {
            world.delayingAcks();
        }
        if (random.nextInt(6) == 0) {
            world.losing(0.002);
            slackS += 0.25;
        }
        if (random.nextInt(10) == 0) {
            world.roomFor(4 + random.nextInt(40));
        }
        if (random.nextInt(20) == 0) {
            world.suspendedAt(random.nextDouble() * 20, 100);
        }
        // Before a busy flow has answered once nothing can tell that something happened to it.
        double fromS = 1.2 + random.nextDouble() * longestS;
        boolean hasBusyFlows = settings.strategy() == MeasureSettings.Strategy.LADDER;
        if (hasBusyFlows && random.nextInt(8) == 0) {
            world.downFrom(fromS, fromS + random.nextDouble() * 5);
        }
        return switch (random.nextInt(13)) {
            case 0, 1 -> new Case(settings, world, SURVIVES_S, timeoutS, 0, slackS, "pick-up at " + timeoutS);
            case 2, 3 ->
                new Case(settings, world.pickUp(false), timeoutS, timeoutS, 0, slackS, "silent at " + timeoutS);
            case 4 ->
                new Case(
                        settings,
                        world.resetsClient().resetsServer(),
                        timeoutS,
                        timeoutS,
                        0,
                        slackS,
                        "reset on probe at " + timeoutS);
            case 5 ->
                new Case(settings, world.guardingServer(), timeoutS, SURVIVES_S, 0, slackS, "firewall, " + timeoutS);
            case 6 ->
                new Case(
                        settings,
                        world.atExpiry(random.nextBoolean() ? World.AtExpiry.SENDS_FIN : World.AtExpiry.SENDS_RESET),
                        timeoutS,
                        timeoutS,
                        rttS + DELAYED_ACK_S,
                        slackS,
                        "closes at " + timeoutS);
            case 7 -> {
                double everyS = 0.2 + random.nextDouble() * 3;
                yield new Case(
                        settings,
                        world.atExpiry(World.AtExpiry.SENDS_FIN).sweeping(everyS),
                        timeoutS,
                        timeoutS,
                        everyS + rttS + DELAYED_ACK_S,
                        slackS,
                        "sweeps every " + everyS + " at " + timeoutS);
            }
            case 8 -> {
                double everyS = 0.5 + random.nextDouble() * 5;
                world.keepalive(everyS).pickUp(false);
                // Whoever is refreshed lives on; who misses a refresh in an outage does not.
                double spreadS = everyS < timeoutS ? SURVIVES_S : 0;
                yield new Case(
                        settings,
                        world,
                        timeoutS,
                        timeoutS,
                        spreadS,
                        slackS,
                        "probes every " + everyS + ", silent at " + timeoutS);
            }
            case 9 -> survives(settings, world.timeout().cutAt(fromS), slackS, "cut at " + fromS);
            case 10 ->
                survives(settings, world.timeout(1e6).pickUp(false).flushedAt(fromS), slackS, "flushed at " + fromS);
            case 11 -> survives(settings, world.timeout(1e6).responderKilledAt(fromS), slackS, "killed at " + fromS);
            default ->
                survives(
                        settings,
                        world.timeout(1e6).responderRestartedAt(fromS, fromS + random.nextDouble() * 3),
                        slackS,
                        "restarted at " + fromS);
        };
    }

    private static Case survives(MeasureSettings settings, World world, double slackS, String words) {
        return new Case(settings, world, SURVIVES_S, SURVIVES_S, 0, slackS, words);
    }

    private static MeasureSettings settings(Random random) {
        double minS = 0.3 + 2 * random.nextDouble();
        Asked asked = random.nextInt(5) == 0
                ? Asked.intervals(
                        random.doubles(1 + random.nextInt(12), 0.3, 30).toArray())
                : Asked.range(minS, minS + random.nextDouble() * 40);
        asked.maxFlows(random.nextBoolean() ? 4 + random.nextInt(20) : 4 + random.nextInt(120))
                .resolution(0.01 + 0.2 * random.nextDouble())
                .openRate(5 + 150 * random.nextDouble())
                .confirm(random.nextInt(5))
                .repeat(random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1);
        if (random.nextInt(3) == 0) {
            asked.only(Direction.values()[random.nextInt(2)]);
        }
        if (random.nextInt(3) == 0) {
            asked.refine();
        }
        if (random.nextInt(4) == 0) {
            asked.replyTimeout(1 + random.nextDouble());
        }
        if (asked.settings().intervals().isEmpty() && random.nextInt(6) == 0) {
            // With one flow at a time there is no busy one: only repetition tells an accident from a timeout.
            asked.bisect().confirm(1 + random.nextInt(4));
        }
        return asked.settings();
    }
}
