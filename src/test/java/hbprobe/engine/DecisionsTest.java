package hbprobe.engine;

import hbprobe.Golden;
import hbprobe.model.Abilities;
import hbprobe.model.Direction;
import hbprobe.model.MeasureProgress;
import hbprobe.model.MeasureProgress.Standing;
import hbprobe.model.MeasureSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the engine decides in a hundred drawn worlds, in full: whoever changes a decision sees which, in the diff of the
 * golden file, and says why.
 */
class DecisionsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/engine");
    private static final int WORLDS = 25;
    private static final double LOOK_EVERY_S = 3.7;

    private final StringBuilder text = new StringBuilder();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void theyAreAsInTheGoldenFile(long part) {
        for (long seed = 1_000 * part; seed < 1_000 * part + WORLDS; seed++) {
            SearchPropertyTest.Case drawn = SearchPropertyTest.draw(seed, new Random(seed));
            tell(seed + ": " + drawn.words(), drawn.world(), drawn.settings(), Abilities.ofResponder());
        }
        Golden.check(GOLDEN.resolve("decisions-" + part + ".txt"), text.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent"})
    void inADialectThatNeverWritesToo(String name) {
        Abilities silent = new Abilities(
                Abilities.TCP_CLIENT_FIRST,
                false,
                64,
                true,
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Duration.ofSeconds(1),
                List.of());
        Map<String, Function<World, World>> worlds = new TreeMap<>(Map.of(
                "silent box", world -> world.timeout(7),
                "closes", world -> world.serverCloses(6, 0),
                "sweeps", world -> world.serverCloses(6, 2.5),
                "greets", world -> world.timeout(7).greetingAfter(0.8),
                "says farewell", world -> world.serverCloses(9, 0).sayingBefore("421 bye"),
                "keepalive", world -> world.timeout(7).keepalive(4),
                "age limit", world -> world.lifetime(8),
                "cut", world -> world.cutAt(8),
                "restarted", world -> world.responderRestartedAt(9, 9.5),
                "nothing answers", world -> world.timeout(0.4)));
        MeasureSettings settings = Asked.range(1, 20)
                .only(Direction.CLIENT_FIRST)
                .maxFlows(40)
                .refine()
                .settings();
        worlds.forEach((words, change) ->
                tell(words, change.apply(new World(5).speaking(silent).timeout().pickUp(false)), settings, silent));
        Golden.check(GOLDEN.resolve("decisions-" + name + ".txt"), text.toString());
    }

    private void tell(String words, World world, MeasureSettings settings, Abilities abilities) {
        CRC32 digest = new CRC32();
        int[] actions = {0};
        line("== " + words);
        line(String.valueOf(Plan.of(settings, abilities)));
        world.telling(action -> {
            actions[0]++;
            digest.update(action.getBytes(StandardCharsets.UTF_8));
        });
        world.showing(LOOK_EVERY_S, progress -> line(shown(progress)));
        Verdict verdict = world.run(settings);
        line(verdict.outcome() + ", exit " + verdict.exitCode() + ", after " + Math.round(1e6 * world.elapsedS())
                + " us, " + actions[0] + " actions, digest " + Long.toHexString(digest.getValue()));
        line(verdict.idleTimeout() + " " + verdict.problem());
        verdict.directions().forEach(direction -> line("  " + direction));
        line("  revived " + verdict.revivedByClient() + ", refreshed " + verdict.hiddenRefresh() + ", path "
                + verdict.pathCheck());
        verdict.warnings().forEach(warning -> line("  note: " + warning));
        verdict.flows()
                .forEach(flow -> line("  " + flow.id() + " " + flow.direction().word() + " " + flow.idleS() + " "
                        + flow.openedAtS() + " " + flow.probedAtS() + " " + flow.outcome() + " " + flow.ending() + " "
                        + flow.farEnding() + " " + flow.rttMs()));
    }

    private static String shown(MeasureProgress progress) {
        Map<Standing, Long> standings = progress.rungs().stream()
                .collect(Collectors.groupingBy(MeasureProgress.Rung::standing, TreeMap::new, Collectors.counting()));
        return "  " + progress.elapsed() + " " + progress.pass() + " " + progress.opened() + "/" + progress.planned()
                + " waiting " + progress.waiting() + " alive " + progress.alive() + " dead " + progress.dead()
                + " at most " + progress.atMost() + " " + standings
                + progress.rungs().stream().limit(3).map(Record::toString).collect(Collectors.joining(" ", " ", ""));
    }

    private void line(String one) {
        text.append(one).append('\n');
    }
}
