package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.engine.NatWorld.Box;
import hbprobe.engine.NatWorld.Hairpin;
import hbprobe.engine.NatWorld.Quirk;
import hbprobe.model.Endpoint;
import hbprobe.model.NatFinding.Behaviour;
import hbprobe.model.NatFinding.Direct;
import hbprobe.model.NatFinding.Loop;
import hbprobe.model.NatFinding.Outcome;
import hbprobe.model.NatFinding.PortChoice;
import hbprobe.model.NatFinding.Requirement;
import hbprobe.model.NatSettings;
import hbprobe.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which class a discovery finds, through every NAT there can be, and when it rather finds none. */
class NatDiscoveryTest {
    private static final NatSettings DEFAULTS = NatSettings.defaults();
    private static final List<Behaviour> CLASSES =
            List.of(Behaviour.ENDPOINT_INDEPENDENT, Behaviour.ADDRESS_DEPENDENT, Behaviour.ADDRESS_AND_PORT_DEPENDENT);
    private static final List<PortChoice> PORTS =
            List.of(PortChoice.PRESERVED, PortChoice.SEQUENTIAL, PortChoice.RANDOM);
    private static final Box CONE = new Box(
            true,
            Behaviour.ENDPOINT_INDEPENDENT,
            Behaviour.ADDRESS_AND_PORT_DEPENDENT,
            PortChoice.PRESERVED,
            Hairpin.OFF,
            0);

    /** Of each class; -Dhbprobe.nat.seeds=N takes more. */
    private static final int SEEDS = Integer.getInteger("hbprobe.nat.seeds", 500);

    static Stream<Arguments> classes() {
        return CLASSES.stream().flatMap(mapping -> CLASSES.stream().map(filtering -> Arguments.of(mapping, filtering)));
    }

    private static Box draw(Behaviour mapping, Behaviour filtering, double loss, long seed) {
        Random random = new Random(seed);
        return new Box(
                true,
                mapping,
                filtering,
                PORTS.get(random.nextInt(PORTS.size())),
                Hairpin.values()[random.nextInt(Hairpin.values().length)],
                loss * random.nextDouble());
    }

    private static NatVerdict discover(Box box, Quirk quirk, long seed) {
        NatWorld world = new NatWorld(box, quirk, DEFAULTS, seed);
        world.run();
        return NatVerdict.of(world.discovery());
    }

    @ParameterizedTest
    @MethodSource("classes")
    void everyClassIsToldWhereNothingIsLost(Behaviour mapping, Behaviour filtering) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Box box = draw(mapping, filtering, 0, seed);
            NatWorld world = new NatWorld(box, Quirk.NONE, DEFAULTS, seed);
            long tookNs = world.run();
            NatVerdict verdict = NatVerdict.of(world.discovery());

            String as = "seed " + seed + ", " + box + ": " + verdict;
            assertThat(verdict.outcome()).as(as).isEqualTo(Outcome.ANSWERED);
            assertThat(verdict.mapping().behaviour()).as(as).isEqualTo(mapping);
            assertThat(verdict.filtering().behaviour()).as(as).isEqualTo(filtering);
            assertThat(verdict.translated()).as(as).contains(true);
            assertThat(verdict.problem()).as(as).isEmpty();
            assertThat(verdict.warnings().stream().filter(one -> one.contains("address")))
                    .as(as)
                    .isEmpty();
            assertPorts(box, verdict, as);
            assertLoop(box, verdict, as);
            assertThat(tookNs).as(as).isLessThan(TimeUnit.SECONDS.toNanos(20));
        }
    }

    @ParameterizedTest
    @MethodSource("classes")
    void noLossMakesAWrongClass(Behaviour mapping, Behaviour filtering) {
        List<String> undecided = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            Box box = draw(mapping, filtering, 0.05, seed);
            NatVerdict verdict = discover(box, Quirk.NONE, seed);

            String as = "seed " + seed + ", " + box + ": " + verdict;
            assertThat(verdict.mapping().behaviour()).as(as).isIn(mapping, Behaviour.INCONCLUSIVE);
            assertThat(verdict.filtering().behaviour()).as(as).isIn(filtering, Behaviour.INCONCLUSIVE);
            assertPorts(box, verdict, as);
            if (verdict.hairpinning().loop() != Loop.INCONCLUSIVE) {
                assertLoop(box, verdict, as);
            }
            if (verdict.outcome() != Outcome.ANSWERED) {
                undecided.add(as);
            }
        }
        assertThat(undecided).hasSizeLessThanOrEqualTo(SEEDS / 100);
    }

    @ParameterizedTest
    @MethodSource("classes")
    void aPathThatLosesMostIsNotJudgedByItsSilence(Behaviour mapping, Behaviour filtering) {
        for (long seed = 0; seed < SEEDS / 10; seed++) {
            Box gentle = draw(mapping, filtering, 0, seed);
            Box box = new Box(true, mapping, filtering, gentle.ports(), gentle.hairpin(), 0.25);
            NatVerdict verdict = discover(box, Quirk.NONE, seed);

            String as = "seed " + seed + ", " + box + ": " + verdict;
            assertThat(verdict.mapping().behaviour())
                    .as(as)
                    .isIn(mapping, Behaviour.INCONCLUSIVE, Behaviour.NOT_TESTED);
            assertThat(verdict.filtering().behaviour())
                    .as(as)
                    .isIn(filtering, Behaviour.INCONCLUSIVE, Behaviour.NOT_TESTED);
        }
    }

    private static void assertPorts(Box box, NatVerdict verdict, String as) {
        assertThat(verdict.ports().choice())
                .as(as)
                .isIn(
                        box.ports(),
                        // A random port may be the same as inside, and then is told as it was seen.
                        box.ports() == PortChoice.RANDOM ? PortChoice.PARTLY_PRESERVED : box.ports());
    }

    private static void assertLoop(Box box, NatVerdict verdict, String as) {
        boolean isSure = box.mapping() == Behaviour.ENDPOINT_INDEPENDENT;
        Loop loop = verdict.hairpinning().loop();
        if (box.hairpin() == Hairpin.OFF) {
            assertThat(loop).as(as).isEqualTo(Loop.NO);
        } else if (isSure) {
            assertThat(loop).as(as).isEqualTo(Loop.YES);
            assertThat(verdict.hairpinning().source())
                    .as(as)
                    .isEqualTo(box.hairpin() == Hairpin.EXTERNAL ? "external" : "internal");
        } else if (loop == Loop.NO) {
            assertThat(verdict.hairpinning().why()).as(as).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"ENDPOINT_INDEPENDENT", "ADDRESS_DEPENDENT", "ADDRESS_AND_PORT_DEPENDENT"})
    void aFirewallIsNoNat(Behaviour filtering) {
        Box box = new Box(false, Behaviour.ENDPOINT_INDEPENDENT, filtering, PortChoice.PRESERVED, Hairpin.OFF, 0);

        NatVerdict verdict = discover(box, Quirk.NONE, 1);

        assertThat(verdict.translated()).contains(false);
        assertThat(verdict.mapping().behaviour()).isEqualTo(Behaviour.ENDPOINT_INDEPENDENT);
        assertThat(verdict.filtering().behaviour()).isEqualTo(filtering);
        assertThat(verdict.hairpinning().loop()).isEqualTo(Loop.NOT_NEEDED);
        assertThat(NatMeaning.requirements(verdict)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Quirk.class,
            names = {"NO_OTHER_ADDRESS", "OTHER_IS_THE_SAME_ADDRESS"})
    void aServerWithOneAddressTellsTheMappedOneAndThePorts(Quirk quirk) {
        NatVerdict verdict = discover(CONE, quirk, 1);

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.exitCode()).isEqualTo(4);
        assertThat(verdict.mapped()).map(Endpoint::address).contains(NatWorld.OUTSIDE);
        assertThat(verdict.mapping().behaviour()).isEqualTo(Behaviour.NOT_TESTED);
        assertThat(verdict.mapping().why()).contains("other address");
        assertThat(verdict.filtering().behaviour()).isEqualTo(Behaviour.NOT_TESTED);
        assertThat(verdict.ports().choice()).isEqualTo(PortChoice.PRESERVED);
        assertThat(verdict.ports().seen()).hasSize(DEFAULTS.sockets());
        assertThat(verdict.hairpinning().loop()).isEqualTo(Loop.NO);
        assertThat(NatMeaning.peers(verdict).direct()).isEqualTo(Direct.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(
            value = Quirk.class,
            names = {"REFUSES_CHANGE", "IGNORES_CHANGE"})
    void aServerThatDoesNotAnswerFromElsewhereTellsTheMapping(Quirk quirk) {
        NatVerdict verdict = discover(CONE, quirk, 1);

        assertThat(verdict.mapping().behaviour()).isEqualTo(Behaviour.ENDPOINT_INDEPENDENT);
        assertThat(verdict.filtering().behaviour()).isEqualTo(Behaviour.NOT_TESTED);
        assertThat(verdict.filtering().why()).contains(quirk == Quirk.REFUSES_CHANGE ? "420" : "198.51.100.2:3478");
        assertThat(verdict.exitCode()).isEqualTo(4);
    }

    /** Its silence would look like a filter that looks at addresses. */
    @Test
    void aServerWhoseOtherAddressIsDeadProvesNothing() {
        Box open = new Box(
                true,
                Behaviour.ENDPOINT_INDEPENDENT,
                Behaviour.ENDPOINT_INDEPENDENT,
                PortChoice.RANDOM,
                Hairpin.OFF,
                0);

        NatVerdict verdict = discover(open, Quirk.OTHER_ADDRESS_IS_DEAD, 1);

        assertThat(verdict.mapping().behaviour()).isEqualTo(Behaviour.INCONCLUSIVE);
        assertThat(verdict.mapping().why()).contains("198.51.100.3:3478").contains("198.51.100.3:3479");
        assertThat(verdict.filtering().behaviour()).isEqualTo(Behaviour.INCONCLUSIVE);
        assertThat(verdict.filtering().why()).contains("directly");
    }

    @Test
    void answersThatContradictMakeNoClass() {
        Box open = new Box(
                true,
                Behaviour.ENDPOINT_INDEPENDENT,
                Behaviour.ENDPOINT_INDEPENDENT,
                PortChoice.RANDOM,
                Hairpin.OFF,
                0);

        NatVerdict verdict = discover(open, Quirk.NEVER_ANSWERS_FROM_OTHER_PORT, 1);

        assertThat(verdict.filtering().behaviour()).isEqualTo(Behaviour.INCONCLUSIVE);
        assertThat(verdict.exitCode()).isEqualTo(4);
    }

    @Test
    void aNatThatForgetsMeanwhileIsNotJudged() {
        Box forgetful = new Box(
                true,
                Behaviour.ENDPOINT_INDEPENDENT,
                Behaviour.ADDRESS_AND_PORT_DEPENDENT,
                PortChoice.RANDOM,
                Hairpin.OFF,
                0);
        NatWorld world = new NatWorld(forgetful, Quirk.NONE, DEFAULTS, 3).forgetting();
        world.run();

        NatVerdict verdict = NatVerdict.of(world.discovery());

        assertThat(verdict.filtering().behaviour()).isEqualTo(Behaviour.INCONCLUSIVE);
        assertThat(verdict.filtering().why()).contains("the mapping changed meanwhile");
    }

    @Test
    void aServerThatDemandsAPasswordIsUnreachable() {
        NatVerdict verdict = discover(CONE, Quirk.UNAUTHORIZED, 1);

        assertThat(verdict.outcome()).isEqualTo(Outcome.UNREACHABLE);
        assertThat(verdict.exitCode()).isEqualTo(3);
        assertThat(verdict.problem()).map(Problem::message).get().asString().contains("401");
    }

    @Test
    void silenceIsHeardOutAsRfc8489Has() {
        NatSettings patient = DEFAULTS.withReplyTimeout(Duration.ofMillis(39_500));
        NatWorld world = new NatWorld(CONE, Quirk.SILENT, patient, 0);

        long tookNs = world.run();

        long firstNs = atNs(world.sent.get(0));
        assertThat(world.sent.stream().map(one -> (atNs(one) - firstNs) / 1_000_000))
                .containsExactly(0L, 500L, 1_500L, 3_500L, 7_500L, 15_500L, 31_500L);
        assertThat(tookNs / 1_000_000).isEqualTo(39_500);
        assertThat(NatVerdict.of(world.discovery()).exitCode()).isEqualTo(3);
    }

    @Test
    void theReplyTimeoutCutsThatShort() {
        NatWorld world = new NatWorld(CONE, Quirk.SILENT, DEFAULTS, 0);

        long tookNs = world.run();

        assertThat(world.sent).hasSize(5);
        assertThat(tookNs / 1_000_000).isEqualTo(10_000);
        assertThat(NatVerdict.of(world.discovery()).problem())
                .map(Problem::message)
                .get()
                .asString()
                .contains("no answer to 5 requests");
    }

    private static long atNs(String sent) {
        return Long.parseLong(sent.substring(sent.indexOf('@') + 1));
    }

    @Test
    void aCopyIsDueToTheNanosecond() {
        NatRequest request =
                new NatRequest(1, 0, NatWorld.SERVER, false, false, NatRequest.Pace.patient(Duration.ofMillis(1_200)));
        long startNs = Long.MAX_VALUE - 100;

        assertThat(request.isDue(startNs)).isTrue();
        assertThat(request.isDue(startNs + 499_999_999)).isFalse();
        assertThat(request.isDue(startNs + 500_000_000)).isTrue();
        assertThat(request.dueNs()).isEqualTo(startNs + 1_200_000_000);
        assertThat(request.isDue(startNs + 1_199_999_999)).isFalse();
        assertThat(request.isOver()).isFalse();
        assertThat(request.isDue(startNs + 1_200_000_000)).isFalse();
        assertThat(request.state()).isEqualTo(NatRequest.State.UNANSWERED);
        assertThat(request.sent()).isEqualTo(2);
    }

    @Test
    void aDeadlineLeavesWhatIsKnown() {
        NatWorld world = new NatWorld(CONE, Quirk.NONE, DEFAULTS, 1);
        world.runUntil(TimeUnit.MILLISECONDS.toNanos(1_500));
        world.discovery().stop(NatDiscovery.End.DEADLINE);

        NatVerdict verdict = NatVerdict.of(world.discovery());

        assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verdict.mapped()).isPresent();
        assertThat(verdict.filtering().behaviour()).isEqualTo(Behaviour.INCONCLUSIVE);
        assertThat(verdict.filtering().why()).isEqualTo("the deadline came first");
        assertThat(verdict.problem()).map(Problem::code).contains("deadline");
    }

    @Test
    void anInterruptBeforeTheFirstAnswerIsToldAsOne() {
        NatWorld world = new NatWorld(CONE, Quirk.SILENT, DEFAULTS, 1);
        world.runUntil(TimeUnit.MILLISECONDS.toNanos(700));
        world.discovery().stop(NatDiscovery.End.INTERRUPTED);

        assertThat(NatVerdict.of(world.discovery()).outcome()).isEqualTo(Outcome.INTERRUPTED);
    }

    @Test
    void anIcmpErrorEndsItBeforeTheFirstAnswerOnly() {
        NatDiscovery refused = new NatDiscovery(DEFAULTS, NatWorld.SERVER, 0);
        refused.onOpened(0, new Endpoint(NatWorld.INSIDE, 40_000), 0);
        refused.onFailed(0, new Problem("refused", "port unreachable"), 1);
        assertThat(refused.isOver()).isTrue();
        assertThat(NatVerdict.of(refused).exitCode()).isEqualTo(3);

        NatDiscovery answered = new NatDiscovery(DEFAULTS, NatWorld.SERVER, 0);
        answered.onOpened(0, new Endpoint(NatWorld.INSIDE, 40_000), 0);
        answered.onAnswer(
                1,
                NatWorld.SERVER,
                new NatAnswer(new Endpoint(NatWorld.OUTSIDE, 1), Optional.empty(), Optional.empty(), false),
                1);
        answered.onFailed(0, new Problem("refused", "port unreachable"), 2);
        assertThat(answered.isOver()).isFalse();
    }

    @Test
    void whatIsRequiredIsHeldAgainstWhatWasSeen() {
        Box good = new Box(
                true,
                Behaviour.ENDPOINT_INDEPENDENT,
                Behaviour.ADDRESS_DEPENDENT,
                PortChoice.RANDOM,
                Hairpin.EXTERNAL,
                0);
        Box bad = new Box(
                true,
                Behaviour.ADDRESS_AND_PORT_DEPENDENT,
                Behaviour.ADDRESS_AND_PORT_DEPENDENT,
                PortChoice.SEQUENTIAL,
                Hairpin.OFF,
                0);

        assertThat(NatMeaning.requirements(discover(good, Quirk.NONE, 1)))
                .hasSize(4)
                .allSatisfy(one -> assertThat(one.met()).as(one.name()).isTrue());
        assertThat(NatMeaning.requirements(discover(bad, Quirk.NONE, 1)))
                .extracting(Requirement::met)
                .containsExactly(false, true, false, null);
        assertThat(NatMeaning.peers(discover(good, Quirk.NONE, 1)).direct()).isEqualTo(Direct.MOST_PEERS);
        assertThat(NatMeaning.peers(discover(bad, Quirk.NONE, 1)))
                .satisfies(peers -> assertThat(peers.direct()).isEqualTo(Direct.SOME_PEERS))
                .satisfies(peers -> assertThat(peers.meaning()).contains("guess"));
    }
}
