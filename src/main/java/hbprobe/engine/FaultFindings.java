package hbprobe.engine;

import hbprobe.engine.FaultTrial.State;
import hbprobe.engine.FaultTrials.Entry;
import hbprobe.engine.FlowEngine.Primed;
import hbprobe.model.Bounds;
import hbprobe.model.Cost;
import hbprobe.model.Detection;
import hbprobe.model.Durations;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatEvent;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.HeartbeatTrace;
import hbprobe.model.KernelTimers;
import hbprobe.model.Mechanism;
import hbprobe.model.MechanismUsed;
import hbprobe.model.MechanismUsed.Knobs;
import hbprobe.model.Problem;
import hbprobe.model.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What came of {@link FaultTrials}, in the words of a finding. */
public final class FaultFindings {
    private static final double NS_PER_HOUR = 3_600e9;

    private final FaultTrials trials;

    /** Of trials that are over. */
    public FaultFindings(FaultTrials trials) {
        this.trials = trials;
    }

    /** How they came to their end. */
    public Search.Conclusion conclusion() {
        return trials.conclusion();
    }

    /** Why they could not be had, if so. */
    public Optional<Problem> problem() {
        return trials.problem();
    }

    /** Whether each row that could be staged has a trial that came to its end. */
    public boolean isAnswered() {
        List<Entry> staged =
                shown().stream().filter(entry -> entry.lacking().isEmpty()).toList();
        return !staged.isEmpty() && staged.stream().allMatch(entry -> finished(entry) > 0);
    }

    private List<Entry> shown() {
        return trials.entries().stream().filter(entry -> entry.cell().isShown()).toList();
    }

    private static long finished(Entry entry) {
        return entry.trials().stream()
                .filter(trial -> trial.state().isOver() && trial.state() != State.VOID)
                .count();
    }

    // ---- how late ------------------------------------------------------------------------------------------------

    /** A row for each mechanism and fault. */
    public List<Detection> detections() {
        return shown().stream().map(this::detection).toList();
    }

    private Detection detection(Entry entry) {
        Latencies latencies = new Latencies();
        boolean drops = entry.cell().fault().kind() != Fault.Kind.LOSS;
        for (FaultTrial trial : entry.trials()) {
            if (drops) {
                trial.latencyNs().ifPresent(latencies::record);
            }
        }
        int finished = (int) finished(entry);
        boolean nothingToNotice = finished > 0
                && latencies.count() == 0
                && entry.trials().stream().noneMatch(trial -> trial.state() == State.UNNOTICED);
        Optional<Bounds> predicted = !exists(entry.cell().mechanism())
                        || (nothingToNotice && entry.cell().fault().healsAfter().isEmpty())
                ? Optional.empty()
                : predicted(entry);
        return new Detection(
                entry.cell().mechanism(),
                entry.cell().fault().word(),
                finished,
                (int) latencies.count(),
                latencies.distribution().orElse(null),
                predicted.orElse(null),
                Durations.seconds(trials.settings().cap()),
                entry.trials().stream().mapToInt(FaultTrial::falseAlarms).sum(),
                why(entry, predicted, latencies.count()));
    }

    /** Over all trials: each flow's kernel has timers of its own. */
    private Optional<Bounds> predicted(Entry entry) {
        List<Bounds> each = entry.trials().stream()
                .filter(trial -> trial.primed().isPresent())
                .flatMap(
                        trial -> predicted(
                                entry.cell(),
                                trial.primed(),
                                trial.timers(),
                                trial.primed().map(Primed::rttNs).orElse(0L))
                                .stream())
                .toList();
        if (each.isEmpty()) {
            return predicted(entry.cell(), Optional.empty(), Optional.empty(), 0);
        }
        double leastS = each.stream().mapToDouble(Bounds::min).min().getAsDouble();
        // What is on its way when the drop comes is lost too, and on a busy host that may be for longer than at first.
        double slowestS = Durations.seconds(
                slowestEchoNs(entry) - primed(entry).map(Primed::rttNs).orElse(0L));
        return Optional.of(new Bounds(
                Math.max(0, Math.round(1e4 * (leastS - Math.max(0, slowestS))) / 1e4),
                Math.round(1e4
                                * each.stream()
                                        .mapToDouble(Bounds::mean)
                                        .average()
                                        .getAsDouble())
                        / 1e4,
                each.stream().mapToDouble(Bounds::max).max().getAsDouble()));
    }

    private static long slowestEchoNs(Entry entry) {
        return entry.trials().stream()
                .flatMap(trial -> trial.heartbeats().stream())
                .mapToLong(beat -> beat.arrivedNs() - beat.sentNs())
                .max()
                .orElse(0);
    }

    private Optional<Bounds> predicted(
            TrialCell cell, Optional<Primed> primed, Optional<KernelTimers> timers, long rttNs) {
        return Prediction.of(
                cell.mechanism(),
                cell.fault(),
                primed.map(this::effective).orElse(trials.settings().heartbeat()),
                timers.orElse(KernelTimers.usual()),
                rttNs,
                trials.settings().idleTimeout());
    }

    private static Optional<Primed> primed(Entry entry) {
        return entry.trials().stream().flatMap(trial -> trial.primed().stream()).findFirst();
    }

    /** The settings as the kernel took them. */
    private HeartbeatSettings effective(Primed primed) {
        HeartbeatSettings asked = trials.settings().heartbeat();
        return new HeartbeatSettings(
                asked.interval(),
                asked.echoTimeout(),
                asked.misses(),
                asked.schedule(),
                primed.keepalive().orElse(asked.keepalive()),
                primed.userTimeout().orElse(asked.userTimeout()));
    }

    // ---- why -----------------------------------------------------------------------------------------------------

    private @Nullable String why(Entry entry, Optional<Bounds> predicted, long detected) {
        if (entry.lacking().isPresent()) {
            return "not staged: " + entry.lacking().get();
        }
        List<String> words = new ArrayList<>();
        Fault fault = entry.cell().fault();
        long survived = count(entry, State.SURVIVED);
        long unnoticed = count(entry, State.UNNOTICED);
        if (fault.healsAfter().isPresent()) {
            healed(entry, detected, survived).ifPresent(words::add);
        } else if (fault.kind() != Fault.Kind.LOSS && survived > 0) {
            words.add((survived == finished(entry) ? "" : survived + " of " + finished(entry) + ": ")
                    + Detection.OUTLIVED);
        }
        if (unnoticed > 0) {
            words.add(unnoticed(entry.cell(), predicted));
        }
        long empty = count(entry, State.VOID);
        if (empty > 0) {
            words.add(empty + " of " + entry.trials().size() + " trials void: " + firstDetail(entry));
        }
        return words.isEmpty() ? null : String.join("; ", words);
    }

    private static long count(Entry entry, State state) {
        return entry.trials().stream().filter(trial -> trial.state() == state).count();
    }

    private static String firstDetail(Entry entry) {
        return entry.trials().stream()
                .filter(trial -> trial.state() == State.VOID)
                .map(FaultTrial::detail)
                .findFirst()
                .orElse("");
    }

    private String unnoticed(TrialCell cell, Optional<Bounds> predicted) {
        boolean acknowledges =
                cell.fault().kind() == Fault.Kind.HANG || cell.fault().kind() == Fault.Kind.STOP;
        if (acknowledges && predicted.isEmpty()) {
            return "never noticed: the far kernel goes on acknowledging";
        }
        double capS = Durations.seconds(trials.settings().cap());
        return predicted
                .filter(bounds -> bounds.min() >= capS)
                .map(bounds -> "expected after " + seconds(bounds.min()) + " at the earliest, beyond the cap")
                .orElse("not noticed within the cap");
    }

    private static Optional<String> healed(Entry entry, long gaveUp, long survived) {
        Latencies resumed = new Latencies();
        for (FaultTrial trial : entry.trials()) {
            trial.resumedAfterNs().ifPresent(resumed::record);
        }
        if (gaveUp + survived == 0) {
            return Optional.empty();
        }
        return Optional.of(gaveUp + " gave up, " + survived + " went on"
                + resumed.distribution()
                        .map(after -> ", traffic flowing again " + seconds(after.p50()) + " after the hole (at most "
                                + seconds(after.max()) + ")")
                        .orElse(""));
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.0f s", seconds);
    }

    // ---- settings and cost ---------------------------------------------------------------------------------------

    /** Each mechanism as it was asked for and as the kernel took it. */
    public List<MechanismUsed> mechanisms() {
        return trials.settings().mechanisms().stream().map(this::used).toList();
    }

    private MechanismUsed used(Mechanism mechanism) {
        Optional<Primed> primed = shown().stream()
                .filter(entry -> entry.cell().mechanism() == mechanism)
                .flatMap(entry -> primed(entry).stream())
                .findFirst();
        return new MechanismUsed(
                mechanism,
                new MechanismUsed.Settings(
                        Knobs.of(mechanism, trials.settings().heartbeat()),
                        primed.map(how -> Knobs.of(mechanism, effective(how))).orElse(null)));
    }

    /** What each mechanism costs, from the kernel's counters around one heartbeat of every flow. */
    public List<Cost> costs() {
        return trials.settings().mechanisms().stream()
                .filter(this::exists)
                .map(this::cost)
                .toList();
    }

    /** One that this host only can't set still has its price. */
    private boolean exists(Mechanism mechanism) {
        return trials.means().transport() == Transport.TCP
                || trials.means().lacking(mechanism).isEmpty();
    }

    private Cost cost(Mechanism mechanism) {
        double perHour =
                NS_PER_HOUR / trials.settings().heartbeat().period(mechanism).toNanos();
        List<FaultTrial> counted = shown().stream()
                .filter(entry -> entry.cell().mechanism() == mechanism)
                .flatMap(entry -> entry.trials().stream())
                .filter(FaultTrial::isCounted)
                .toList();
        if (counted.isEmpty()) {
            return Costs.computed(
                    mechanism,
                    trials.means().transport(),
                    trials.settings().heartbeat().period(mechanism));
        }
        return new Cost(
                mechanism,
                rounded(perHour
                        * counted.stream()
                                .mapToLong(FaultTrial::countedPackets)
                                .average()
                                .orElse(0)),
                rounded(perHour
                        * counted.stream()
                                .mapToLong(FaultTrial::countedBytes)
                                .average()
                                .orElse(0)),
                true);
    }

    private static double rounded(double number) {
        return Math.round(10 * number) / 10.0;
    }

    // ---- who answered --------------------------------------------------------------------------------------------

    /** Shortest round trips of the application's echo and of TCP itself; empty where one is not known. */
    Optional<RoundTrips> roundTrips() {
        Latencies echoes = new Latencies();
        Latencies tcp = new Latencies();
        for (Entry entry : trials.entries()) {
            for (FaultTrial trial : entry.trials()) {
                trial.heartbeats().forEach(beat -> echoes.record(beat.arrivedNs() - beat.sentNs()));
                trial.primed().flatMap(Primed::tcpRttNs).ifPresent(tcp::record);
            }
        }
        return echoes.distribution()
                .flatMap(echo -> tcp.distribution().map(segment -> new RoundTrips(echo.min(), segment.min())));
    }

    /** Both in seconds. */
    record RoundTrips(double echoS, double tcpS) {
        /** An echo that takes so many TCP round trips, and this much more, was not answered by whom TCP reaches. */
        private static final double MANY = 3;

        private static final double MUCH_S = 0.010;

        boolean isEchoFarther() {
            return echoS > MANY * tcpS + MUCH_S;
        }
    }

    /** True where the far application is much farther away than who acknowledges; else nothing tells. */
    public Optional<Boolean> answersFromAfar() {
        return roundTrips().filter(RoundTrips::isEchoFarther).map(farther -> true);
    }

    /** What every reader should know, as sentences without a full stop. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        boolean holes = trials.settings().faults().stream().anyMatch(fault -> fault.kind() == Fault.Kind.BLACKHOLE);
        if (holes && trials.means().filters()) {
            notes.add("a blackhole discards what arrives at this end; the far end hears this one and notices nothing");
        }
        String blocked = trials.settings().mechanisms().stream()
                .filter(Mechanism::keepalive)
                .filter(Mechanism::writes)
                .filter(this::exists)
                .map(Mechanism::word)
                .collect(Collectors.joining(", "));
        if (!blocked.isEmpty()) {
            notes.add(blocked + ": while a heartbeat is unacknowledged the kernel sends no keepalive probe, so that"
                    + " keepalive notices no drop that a heartbeat meets first");
        }
        return notes;
    }

    // ---- heartbeats ----------------------------------------------------------------------------------------------

    /** What was recorded of heartbeats at this interval on flows that crashed or were steady, for failure detectors. */
    public List<HeartbeatTrace> traces(Duration interval) {
        return recorded(interval.toNanos())
                .map(trial -> new HeartbeatTrace(
                        name(trial),
                        trial.cell.periodNs(),
                        trial.heartbeats().stream()
                                .map(beat -> new HeartbeatTrace.Arrival(beat.seq(), beat.sentNs(), beat.arrivedNs()))
                                .toList(),
                        trial.cell.isCrash() ? trial.faultNs() : OptionalLong.empty(),
                        trial.primedNs(),
                        trial.endedNs()))
                .toList();
    }

    private Stream<FaultTrial> recorded(long periodNs) {
        return trials.entries().stream()
                .filter(entry -> entry.cell().mechanism() == Mechanism.APP_ECHO)
                .filter(entry -> entry.cell().periodNs() == periodNs)
                .filter(entry -> entry.cell().isCrash() || entry.cell().fault().kind() == Fault.Kind.LOSS)
                .flatMap(entry -> entry.trials().stream())
                .filter(trial -> !trial.heartbeats().isEmpty());
    }

    private static String name(FaultTrial trial) {
        return Integer.toString(trial.id);
    }

    /** Every heartbeat and what became of its flow, in the order of time. */
    public List<HeartbeatEvent> events() {
        long startNs = trials.startNs();
        List<HeartbeatEvent> events = new ArrayList<>();
        for (Entry entry : trials.entries()) {
            for (FaultTrial trial : entry.trials()) {
                if (trial.primed().isEmpty()) {
                    continue;
                }
                String name = name(trial);
                events.add(HeartbeatEvent.ofFlow(
                        name,
                        trial.primedNs() - startNs,
                        entry.cell().periodNs(),
                        entry.cell().mechanism(),
                        entry.cell().fault().word()));
                trial.heartbeats()
                        .forEach(beat -> events.add(HeartbeatEvent.ofHeartbeat(
                                name, beat.arrivedNs() - startNs, beat.seq(), beat.sentNs() - startNs)));
                if (entry.cell().isCrash()) {
                    trial.faultNs().ifPresent(atNs -> events.add(HeartbeatEvent.ofFault(name, atNs - startNs)));
                }
                events.add(HeartbeatEvent.ofEnd(name, trial.endedNs() - startNs));
            }
        }
        events.sort(Comparator.comparing(HeartbeatEvent::atS));
        return events;
    }

    // ---- in one line ---------------------------------------------------------------------------------------------

    /** What {@code detect} has found. */
    public String verdict() {
        List<Detection> drops = detections().stream()
                .filter(row -> row.trials() > 0)
                .filter(row -> row.detected() > 0 || row.predictedS() != null || row.why() != null)
                .filter(row -> !row.isLoss())
                .toList();
        List<Detection> missed = drops.stream().filter(Detection::isMissed).toList();
        Optional<Detection> slowest = drops.stream()
                .filter(row -> row.latencyS() != null)
                .max(Comparator.comparingDouble(row -> latest(row)));
        Optional<String> noticed = slowest.map(row -> row.mechanism().word() + " noticed " + article(row.fault())
                + " within " + seconds(latest(row)) + boundIn(row));
        if (drops.isEmpty()) {
            int alarms = detections().stream().mapToInt(Detection::falseAlarms).sum();
            return alarms == 0 ? "No false alarm." : alarms + (alarms == 1 ? " false alarm." : " false alarms.");
        }
        if (missed.isEmpty()) {
            return noticed.map(words -> "Every drop was noticed; the slowest: " + words + ".")
                    .orElse("No flow was lost: there was nothing to notice.");
        }
        return missed.get(0).mechanism().word() + " did not notice "
                + article(missed.get(0).fault()) + others(missed.size() - 1)
                + noticed.map(words -> "; of the rest the slowest: " + words).orElse("") + ".";
    }

    private static double latest(Detection row) {
        return row.latencyS() == null ? 0 : row.latencyS().max();
    }

    private static String boundIn(Detection row) {
        return row.predictedS() == null
                ? ""
                : " (bound " + seconds(row.predictedS().max()) + ")";
    }

    private static String article(String fault) {
        return switch (fault) {
            case "fin" -> "a FIN";
            case "idle" -> "an expiry";
            case "rst" -> "an RST";
            default -> "a " + fault;
        };
    }

    private static String others(int more) {
        return more == 0 ? "" : " (and " + more + " more like it)";
    }
}
