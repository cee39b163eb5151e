package hbprobe.engine;

import hbprobe.engine.FaultTrial.State;
import hbprobe.engine.Search.Conclusion;
import hbprobe.engine.TrialCell.Use;
import hbprobe.model.DetectionSettings;
import hbprobe.model.Durations;
import hbprobe.model.Fault;
import hbprobe.model.KernelTimers;
import hbprobe.model.Means;
import hbprobe.model.Mechanism;
import hbprobe.model.Problem;
import hbprobe.model.TrialsProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stages faults on live flows and takes the time until each mechanism notices. Faults of single flows come side by
 * side, each at a phase of its heartbeat that is drawn from the seed; faults of the whole lab come one after the other,
 * on flows whose heartbeats are spread over a period. {@link FaultFindings} says what came of it.
 */
public final class FaultTrials implements FlowEngine {
    /** Flows opened a second: a burst can upset a middlebox. */
    private static final double OPEN_RATE = 100;

    /** Heartbeats before the fault: two, between which the kernel's counters are read … */
    private static final int FEWEST_BEATS = 2;

    /** … three where failure detectors learn from them, and more where they come fast … */
    private static final int FEWEST_LEARNED = 3;

    /** … as many as fit into this time … */
    private static final Duration LEARNING = Duration.ofSeconds(20);

    /** … up to these. */
    private static final int MOST_BEATS = 20;

    /** So that the last flow of a round is primed before its fault. */
    private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(1);

    private final DetectionSettings settings;
    private final Means means;
    private final Outbox<FlowAction> outbox;
    private final SplittableRandom random;
    private final long startNs;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Round> rounds = new ArrayList<>();
    private final Map<Integer, FaultTrial> byFlow = new HashMap<>();
    private int current;
    private boolean anyPrimed;
    private @Nullable Conclusion conclusion;
    private @Nullable Problem problem;

    /**
     * A mechanism and a fault with their trials.
     *
     * @param lacking why there are no trials; empty when there are
     */
    record Entry(TrialCell cell, Optional<String> lacking, List<FaultTrial> trials) {}

    /** Whether a round's fault of the lab is in force. */
    private enum LabState {
        NONE,
        STAGING,
        STAGED,
        HEALING
    }

    /** Trials that run together. */
    private static final class Round {
        final Optional<Fault.Kind> labFault;
        final List<Planned> planned = new ArrayList<>();
        final int places;
        int opened;
        boolean started;
        long startNs;
        long labFaultAfterNs;
        LabState lab = LabState.NONE;

        /** @param places for flows that are open at once */
        Round(Optional<Fault.Kind> labFault, int places) {
            this.labFault = labFault;
            this.places = places;
        }

        boolean isFull() {
            return opened >= places
                    && planned.subList(0, opened).stream()
                                    .filter(one -> !one.trial.state().isOver())
                                    .count()
                            >= places;
        }

        boolean isOver() {
            return opened == planned.size()
                    && planned.stream().allMatch(one -> one.trial.state().isOver());
        }
    }

    /** A trial and when it is opened, from its round's start. */
    private record Planned(FaultTrial trial, long openAfterNs) {}

    /**
     * Starts at that time; the first action is ready.
     *
     * @param means what can be staged here
     */
    public FaultTrials(DetectionSettings settings, Means means, long nowNs) {
        this.settings = settings;
        this.means = means;
        this.outbox = new Outbox<>(nowNs);
        this.random = new SplittableRandom(settings.seed());
        this.startNs = nowNs;
        plan();
        advance(nowNs);
    }

    // ---- what there is to do -------------------------------------------------------------------------------------

    private void plan() {
        Round together = new Round(Optional.empty(), means.flows());
        List<Round> one = new ArrayList<>();
        for (Fault fault : settings.faults()) {
            Round round = fault.kind().ofLab() ? new Round(Optional.of(fault.kind()), Integer.MAX_VALUE) : together;
            for (Mechanism mechanism : settings.mechanisms()) {
                long periodNs = settings.heartbeat().period(mechanism).toNanos();
                add(round, new TrialCell(mechanism, fault, periodNs, Use.ROW));
            }
            if (round != together && !round.planned.isEmpty()) {
                one.add(round);
            }
        }
        watchedCells().forEach(cell -> add(together, cell));
        if (!together.planned.isEmpty()) {
            rounds.add(paced(together));
        }
        one.forEach(round -> rounds.add(spread(round)));
    }

    /** Heartbeats for failure detectors that no row has. */
    private List<TrialCell> watchedCells() {
        List<Fault> crashes = settings.faults().stream()
                .filter(fault -> fault.kind() == Fault.Kind.LOSS
                        || (fault.kind() == Fault.Kind.BLACKHOLE
                                && fault.healsAfter().isEmpty()))
                .toList();
        List<Fault> faults = crashes.isEmpty() ? List.of(Fault.parse(Fault.Kind.BLACKHOLE.word())) : crashes;
        List<TrialCell> cells = new ArrayList<>();
        for (Duration period : settings.watched()) {
            boolean atHand = settings.mechanisms().contains(Mechanism.APP_ECHO)
                    && period.equals(settings.heartbeat().interval())
                    && !crashes.isEmpty();
            if (!atHand) {
                faults.forEach(
                        fault -> cells.add(new TrialCell(Mechanism.APP_ECHO, fault, period.toNanos(), Use.DETECTORS)));
            }
        }
        return cells;
    }

    private void add(Round round, TrialCell cell) {
        Optional<String> lacking = means.lacking(cell.mechanism(), cell.fault(), settings.heartbeat());
        List<FaultTrial> trials = new ArrayList<>();
        for (int i = 0; lacking.isEmpty() && i < settings.trials(); i++) {
            FaultTrial trial = new FaultTrial(
                    outbox.newFlow(),
                    cell,
                    outbox,
                    settings.heartbeat(),
                    settings.cap(),
                    faultAfterNs(cell, (i + random.nextDouble()) / settings.trials()));
            trials.add(trial);
            byFlow.put(trial.id, trial);
            round.planned.add(new Planned(trial, 0));
        }
        entries.add(new Entry(cell, lacking, trials));
    }

    /**
     * Over the trials of a cell the phases are spread evenly, each drawn from its own share of the period: every phase
     * is as likely as any other, and few trials tell the mean well.
     */
    private long faultAfterNs(TrialCell cell, double phase) {
        if (cell.fault().kind() == Fault.Kind.IDLE) {
            return settings.idleTimeout().map(Duration::toNanos).orElse(0L);
        }
        return (long) ((beatsBefore(cell) + phase) * cell.periodNs());
    }

    private int beatsBefore(TrialCell cell) {
        boolean learn = !settings.watched().isEmpty() && cell.mechanism() == Mechanism.APP_ECHO;
        int fitting = (int) Math.min(MOST_BEATS, LEARNING.toNanos() / cell.periodNs());
        return Math.max(learn ? FEWEST_LEARNED : FEWEST_BEATS, learn ? fitting : FEWEST_BEATS);
    }

    private static Round paced(Round round) {
        for (int i = 0; i < round.planned.size(); i++) {
            round.planned.set(i, new Planned(round.planned.get(i).trial, (long) (i / OPEN_RATE * 1e9)));
        }
        return round;
    }

    /** All are hit at one moment: so that each phase is as likely, they are opened over whole periods. */
    private Round spread(Round round) {
        long longestNs = 0;
        Map<Mechanism, Integer> seen = new HashMap<>();
        for (int i = 0; i < round.planned.size(); i++) {
            FaultTrial trial = round.planned.get(i).trial;
            TrialCell cell = trial.cell;
            int index = seen.merge(cell.mechanism(), 1, Integer::sum) - 1;
            double periods = Math.ceil(round.planned.size() / (OPEN_RATE * cell.periodNs() / 1e9));
            double share = (index + random.nextDouble()) / settings.trials();
            long afterNs = (long) (share * periods * cell.periodNs());
            round.planned.set(i, new Planned(trial, afterNs));
            longestNs = Math.max(longestNs, (long) ((periods + beatsBefore(cell)) * cell.periodNs()) + SETTLE_NS);
        }
        round.planned.sort(Comparator.comparingLong(Planned::openAfterNs));
        round.labFaultAfterNs = longestNs;
        return round;
    }

    // ---- deciding ------------------------------------------------------------------------------------------------

    @Override
    public Optional<FlowAction> nextAction() {
        return outbox.next();
    }

    @Override
    public OptionalLong nextWakeNs() {
        return isOver() ? OptionalLong.empty() : outbox.nextWakeNs();
    }

    @Override
    public boolean isOver() {
        return conclusion != null;
    }

    @Override
    public void onTime(long nowNs) {
        for (Optional<Integer> due = outbox.due(nowNs); due.isPresent(); due = outbox.due(nowNs)) {
            trial(due.get()).ifPresent(trial -> trial.onTime(nowNs));
        }
        advance(nowNs);
    }

    private Optional<FaultTrial> trial(int flow) {
        return Optional.ofNullable(byFlow.get(flow));
    }

    private void advance(long nowNs) {
        if (isOver()) {
            return;
        }
        if (current == rounds.size()) {
            conclusion = Conclusion.DONE;
            return;
        }
        Round round = rounds.get(current);
        if (!round.started) {
            round.started = true;
            round.startNs = nowNs;
            outbox.wakeAt(nowNs + round.labFaultAfterNs, 0);
        }
        open(round, nowNs);
        round.labFault.ifPresent(kind -> stageWhenDue(round, kind, nowNs));
        if (round.isOver() && round.lab != LabState.STAGING && round.lab != LabState.HEALING) {
            finish(round, nowNs);
        }
    }

    private void open(Round round, long nowNs) {
        while (round.opened < round.planned.size()) {
            Planned next = round.planned.get(round.opened);
            long dueNs = round.startNs + next.openAfterNs;
            if (dueNs - nowNs > 0) {
                outbox.wakeAt(dueNs, 0);
                return;
            }
            if (round.isFull()) {
                return; // whichever is over first makes room
            }
            round.opened++;
            next.trial.open(nowNs);
        }
    }

    private void stageWhenDue(Round round, Fault.Kind kind, long nowNs) {
        boolean ready = round.planned.stream()
                .allMatch(one ->
                        one.trial.state() == State.STEADY || one.trial.state().isOver());
        boolean due = round.startNs + round.labFaultAfterNs - nowNs <= 0;
        boolean any = round.planned.stream().anyMatch(one -> one.trial.state() == State.STEADY);
        if (round.lab == LabState.NONE && ready && due && any) {
            round.lab = LabState.STAGING;
            outbox.act(new FlowAction.StageLab(kind));
            // From the request on, whatever happens may be the fault's doing.
            round.planned.forEach(one -> one.trial.onStaged(nowNs));
        }
    }

    private void finish(Round round, long nowNs) {
        if (round.lab == LabState.STAGED) {
            round.lab = LabState.HEALING;
            round.labFault.ifPresent(kind -> outbox.act(new FlowAction.HealLab(kind)));
        } else {
            current++;
            advance(nowNs);
        }
    }

    @Override
    public void stop(Conclusion how, long nowNs) {
        if (isOver()) {
            return;
        }
        conclusion = how;
        byFlow.values().forEach(trial -> trial.giveUp(nowNs, "not finished"));
        if (current < rounds.size()) {
            Round round = rounds.get(current);
            if (round.lab == LabState.STAGING || round.lab == LabState.STAGED) {
                round.labFault.ifPresent(kind -> outbox.act(new FlowAction.HealLab(kind)));
            }
        }
    }

    // ---- what happens --------------------------------------------------------------------------------------------

    @Override
    public void onPrimed(int flow, long nowNs, Primed primed) {
        anyPrimed = true;
        trial(flow).ifPresent(trial -> trial.onPrimed(nowNs, primed));
        advance(nowNs);
    }

    @Override
    public void onFailed(int flow, long nowNs, Problem why) {
        if (!anyPrimed) {
            problem = why;
            stop(Conclusion.UNREACHABLE, nowNs);
            return;
        }
        trial(flow).ifPresent(trial -> trial.giveUp(nowNs, why.message()));
        advance(nowNs);
    }

    @Override
    public void onClosed(int flow, long nowNs, CloseKind kind, String detail) {
        if (!anyPrimed) {
            problem = new Problem("closed", "the far end closes the connection at once (" + kind + ")");
            stop(Conclusion.UNREACHABLE, nowNs);
            return;
        }
        trial(flow).ifPresent(trial -> trial.onClosed(nowNs, kind + (detail.isEmpty() ? "" : ", " + detail)));
        advance(nowNs);
    }

    @Override
    public void onAnswered(int flow, long nowNs) {
        trial(flow).ifPresent(trial -> trial.onAnswered(nowNs));
        advance(nowNs);
    }

    @Override
    public void onOvertaken(int flow, long nowNs) {
        trial(flow).ifPresent(trial -> trial.onOvertaken(nowNs));
        advance(nowNs);
    }

    @Override
    public void onStaged(int flow, long atNs) {
        trial(flow).ifPresent(trial -> trial.onStaged(atNs));
    }

    @Override
    public void onNotStaged(int flow, long nowNs, String why) {
        trial(flow).ifPresent(trial -> trial.giveUp(nowNs, why));
        advance(nowNs);
    }

    @Override
    public void onHealed(int flow, long nowNs) {
        trial(flow).ifPresent(trial -> trial.onHealed(nowNs));
    }

    @Override
    public void onTraffic(int flow, long nowNs) {
        trial(flow).ifPresent(trial -> trial.onTraffic(nowNs));
        advance(nowNs);
    }

    @Override
    public void onTimers(int flow, KernelTimers timers) {
        trial(flow).ifPresent(trial -> trial.onTimers(timers));
    }

    @Override
    public void onCounted(int flow, long nowNs, long packets, long bytes) {
        trial(flow).ifPresent(trial -> trial.onCounted(packets, bytes));
    }

    @Override
    public void onLabStaged(long nowNs) {
        round().ifPresent(round -> {
            round.lab = LabState.STAGED;
            round.planned.forEach(one -> one.trial.onInForce(nowNs));
        });
        advance(nowNs);
    }

    @Override
    public void onLabFailed(long nowNs, String why) {
        round().ifPresent(round -> {
            if (round.lab == LabState.HEALING) {
                // What comes after would meet a broken lab.
                problem = new Problem("lab", "the lab could not be mended: " + why);
                stop(Conclusion.PATH_DOWN, nowNs);
            } else {
                round.lab = LabState.NONE;
                round.planned.forEach(one -> one.trial.giveUp(nowNs, why));
            }
        });
        advance(nowNs);
    }

    @Override
    public void onLabHealed(long nowNs) {
        current++;
        advance(nowNs);
    }

    private Optional<Round> round() {
        return current < rounds.size() ? Optional.of(rounds.get(current)) : Optional.empty();
    }

    // ---- what is known -------------------------------------------------------------------------------------------

    DetectionSettings settings() {
        return settings;
    }

    Means means() {
        return means;
    }

    List<Entry> entries() {
        return entries;
    }

    Conclusion conclusion() {
        return conclusion == null ? Conclusion.INTERRUPTED : conclusion;
    }

    Optional<Problem> problem() {
        return Optional.ofNullable(problem);
    }

    long startNs() {
        return startNs;
    }

    /** Flows open at once, at most. */
    public int flowsAtOnce() {
        return rounds.stream()
                .mapToInt(round -> Math.min(round.places, round.planned.size()))
                .max()
                .orElse(0);
    }

    /** What it takes if nothing is ever noticed. */
    public Duration worstCase() {
        return Duration.ofNanos(rounds.stream().mapToLong(this::longestNs).sum());
    }

    private long longestNs(Round round) {
        if (round.labFault.isPresent()) {
            long lastWordNs = round.planned.stream()
                    .mapToLong(one -> one.trial.lastWordNs())
                    .max()
                    .orElse(0);
            return round.labFaultAfterNs + settings.cap().toNanos() + lastWordNs + 2 * SETTLE_NS;
        }
        long onceOpenNs = round.planned.stream()
                .mapToLong(one -> one.openAfterNs + one.trial.longestNs())
                .max()
                .orElse(0);
        if (round.planned.size() <= round.places) {
            return onceOpenNs;
        }
        // Whoever takes the next free place: R. L. Graham, Bounds on multiprocessing timing anomalies (1969).
        long allNs =
                round.planned.stream().mapToLong(one -> one.trial.longestNs()).sum();
        return onceOpenNs + allNs / round.places;
    }

    /** Where the trials stand, for a person who waits. */
    public TrialsProgress progress(long nowNs) {
        Duration elapsed = Duration.ofNanos(nowNs - startNs);
        Duration left = worstCase().minus(elapsed);
        return new TrialsProgress(
                elapsed,
                left.isNegative() ? Duration.ZERO : left,
                round().flatMap(round -> round.labFault).map(Fault.Kind::word).orElse("trials"),
                entries.stream()
                        .filter(entry -> entry.lacking.isEmpty())
                        .map(FaultTrials::progress)
                        .toList());
    }

    private static TrialsProgress.Cell progress(Entry entry) {
        int waiting = 0;
        int faulty = 0;
        int noticed = 0;
        int over = 0;
        for (FaultTrial trial : entry.trials) {
            switch (trial.state()) {
                case PLANNED, OPENING, STEADY -> waiting++;
                case FAULTY, ASKED -> faulty++;
                case NOTICED -> noticed++;
                case UNNOTICED, SURVIVED, VOID -> over++;
            }
        }
        String who = entry.cell.isShown()
                ? entry.cell.mechanism().word()
                : "beats every " + Durations.print(Duration.ofNanos(entry.cell.periodNs()));
        return new TrialsProgress.Cell(who, entry.cell.fault().word(), waiting, faulty, noticed, over);
    }

    /** How many there are in all. */
    public int count() {
        return byFlow.size();
    }

    /** What can't be staged, and why. */
    public List<String> lacks() {
        return entries.stream()
                .filter(entry -> entry.lacking.isPresent())
                .map(entry -> entry.cell.fault().word() + ", "
                        + entry.cell.mechanism().word() + ": " + entry.lacking.get())
                .distinct() // detectors' own flows lack the same for each interval
                .toList();
    }
}
