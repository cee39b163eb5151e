package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hbprobe.engine.Search.Conclusion;
import hbprobe.model.Abilities;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding.Flow;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.Problem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Far ends that never play along, told to a search by hand. */
class SearchFailuresTest {
    private static final Problem REFUSED = new Problem("refused", "connect: refused");

    private static Search ladder(Abilities abilities) {
        Search search = new Search(Asked.range(1, 30).maxFlows(64).settings(), abilities, 0);
        drain(search);
        return search;
    }

    /** Has no busy flows: it begins with a check, flow 1. */
    private static Search bisection() {
        Search search = new Search(Asked.range(1, 30).bisect().settings(), Abilities.ofResponder(), 0);
        drain(search);
        return search;
    }

    private static void drain(Search search) {
        for (Optional<Action> next = search.nextAction(); next.isPresent(); next = search.nextAction()) {
            assertThat(next.get().flow()).isPositive();
        }
    }

    private static void isUnreachable(Search search, String code) {
        assertThat(search.isOver()).isTrue();
        assertThat(search.conclusion()).isEqualTo(Conclusion.UNREACHABLE);
        assertThat(search.problem().orElseThrow().code()).isEqualTo(code);
        assertThat(Verdict.of(search, World.ns(1)).outcome()).isEqualTo(Outcome.UNREACHABLE);
    }

    @Test
    void whoClosesTheFirstFlowAtOnceCannotBeMeasured() {
        Search search = ladder(Abilities.ofResponder());
        search.onClosed(1, World.ns(0.02), CloseKind.FIN, "");
        isUnreachable(search, "closed");
    }

    @Test
    void norInABisection() {
        Search search = bisection();
        search.onClosed(1, World.ns(0.02), CloseKind.RESET, "");
        isUnreachable(search, "closed");
        assertThat(search.problem().orElseThrow().message()).contains("RESET");
    }

    @Test
    void aBusyFlowThatHasDoneWhatItMayIsReplacedAtOnce() {
        Search search = ladder(Abilities.ofResponder());
        search.onPrimed(1, World.ns(0.02), new Search.Primed(World.ns(0.02), 0, World.ns(0.02), 0, 1, null, null));
        drain(search);
        search.onRetired(1, World.ns(1));
        assertThat(search.nextAction()).contains(new Action.Close(1));
        assertThat(search.nextAction())
                .get()
                .isInstanceOfSatisfying(
                        Action.Open.class, open -> assertThat(open.purpose()).isEqualTo(Action.Purpose.BUSY));
        search.onClosed(1, World.ns(1.1), CloseKind.FIN, "");
        assertThat(search.isOver()).isFalse();
    }

    @Test
    void whoRefusesTheFirstFlowCannotBeMeasured() {
        Search ladder = ladder(Abilities.ofResponder());
        ladder.onFailed(1, World.ns(0.02), REFUSED, false);
        isUnreachable(ladder, "refused");

        Search bisection = bisection();
        bisection.onFailed(1, World.ns(0.02), REFUSED, false);
        isUnreachable(bisection, "refused");
    }

    private static Abilities speaking(boolean serverFirst, boolean writes) {
        Abilities usual = Abilities.ofResponder();
        return new Abilities(
                serverFirst ? Abilities.TCP_BOTH_WAYS : Abilities.TCP_CLIENT_FIRST,
                writes,
                64,
                false,
                usual.shortestIdle(),
                usual.shortestReply(),
                usual.probeAgain(),
                List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, is it hbprobe respond?",
        "false, true, is it an echo server?",
        "false, false, answers no keepalive probes"
    })
    void whoConnectsAndNeverAnswersIsTold(boolean serverFirst, boolean writes, String hint) {
        Search search = ladder(speaking(serverFirst, writes));
        search.onTime(World.ns(5.999));
        assertThat(search.isOver()).isFalse();
        search.onTime(World.ns(20));
        isUnreachable(search, "no-answer");
        assertThat(search.problem().orElseThrow().message()).endsWith(hint);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCheckThatTakesTooLongFailsABisectionBeforeItBegan(boolean early) {
        Search search = bisection();
        search.onTime(early ? World.ns(0.5) : World.ns(30));
        assertThat(search.isOver()).isEqualTo(!early);
        if (!early) {
            isUnreachable(search, "no-answer");
        }
    }

    // ---- a close before the far end had spoken -------------------------------------------------------------------

    /** A server-first flow that looked like an answer of the probe came by itself: the far end had not pushed. */
    @ParameterizedTest
    @CsvSource({"RESET_ON_PROBE, RESET_AT_EXPIRY", "FIN_ON_PROBE, FIN_AT_EXPIRY", "SILENT, SILENT"})
    void aCloseBeforeAPushCameByItself(Ending seen, Ending meant) {
        Trial trial = Trials.silent(Direction.SERVER_FIRST, 10);
        trial.ending = seen;
        trial.closedAtNs = World.ns(9);
        trial.probedAtNs = World.ns(10);

        trial.closedUnasked();

        assertThat(trial.ending).isEqualTo(meant);
        assertThat(trial.probedAtNs).isEqualTo(meant == Ending.SILENT ? World.ns(10) : World.ns(9));
    }

    // ---- a FIN while a keepalive probe is waited for ---------------------------------------------------------------

    /** Five seconds into the run somebody closes; where nothing is written the rung was opened half a second into it. */
    private static Verdict closedWhileProbed(Abilities abilities, CloseKind kind) {
        Search search = new Search(
                Asked.intervals(1)
                        .only(Direction.CLIENT_FIRST)
                        .confirm(0)
                        .maxFlows(8)
                        .replyTimeout(6)
                        .settings(),
                abilities,
                0);
        int rung = 0;
        boolean probed = false;
        long nowNs = 0;
        while (!search.isOver()) {
            for (Optional<Action> next = search.nextAction(); next.isPresent(); next = search.nextAction()) {
                int flow = next.get().flow();
                if (next.get() instanceof Action.Open open) {
                    rung = open.purpose() == Action.Purpose.RUNG ? flow : rung;
                    search.onPrimed(
                            flow, nowNs, new Search.Primed(World.ns(0.02), 0, World.ns(0.02), 0, 1, "here", "there"));
                } else if (next.get() instanceof Action.Speak && flow == rung) {
                    search.onSpoken(flow, nowNs, nowNs, 0);
                    probed = true;
                } else if (next.get() instanceof Action.Speak) {
                    search.onAnswered(flow, nowNs, null);
                } else if (next.get() instanceof Action.Ask ask) {
                    search.onReported(flow, nowNs, ask.about(), Optional.empty());
                }
            }
            long wakeNs = Math.max(nowNs, search.nextWakeNs().orElse(nowNs));
            if (probed && wakeNs >= World.ns(5)) {
                probed = false;
                nowNs = World.ns(5);
                search.onClosed(rung, nowNs, kind, "");
            } else {
                nowNs = wakeNs;
                search.onTime(nowNs);
            }
        }
        return Verdict.of(search, nowNs);
    }

    @ParameterizedTest
    @CsvSource({"false, FIN, FIN_AT_EXPIRY, 4.5", "true, FIN, FIN_ON_PROBE, 1", "false, RESET, RESET_ON_PROBE, 1"})
    void noKernelAnswersAKeepaliveProbeWithFin(boolean writes, CloseKind kind, Ending ending, double idleS) {
        Verdict verdict = closedWhileProbed(speaking(false, writes), kind);

        Flow flow = verdict.flows().get(0);
        assertThat(flow.outcome()).as("%s", verdict).isEqualTo(FlowOutcome.DEAD);
        assertThat(flow.ending()).isEqualTo(ending);
        assertThat(flow.idleS()).isCloseTo(idleS, within(0.05));
    }
}
