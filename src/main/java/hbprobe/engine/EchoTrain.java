package hbprobe.engine;

import hbprobe.engine.Search.Conclusion;
import hbprobe.model.Distribution;
import hbprobe.model.Problem;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Flows that are kept busy with echoes: how long the answers take, and whether the flows bear it. Echoes are written by
 * the clock, not when the last answer came, so that a stall counts for every echo that it held up.
 */
public final class EchoTrain implements FlowEngine {
    /** For the last answers. One that takes longer counts as unanswered. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);

    private static final long OPENING_NS = TimeUnit.SECONDS.toNanos(8);

    private final Shape shape;
    private final long startNs;
    private final Outbox<FlowAction> outbox;
    private final Map<Integer, Flow> flows = new LinkedHashMap<>();
    private final Latencies latencies = new Latencies();
    private final List<Closed> closed = new ArrayList<>();
    private @Nullable Problem problem;
    private @Nullable Conclusion conclusion;
    private int check;
    private long checkOpenedNs;
    private boolean checked;
    private boolean farEndGone;

    /**
     * How much of it.
     *
     * @param interval from one echo of a flow to its next
     * @param duration that echoes are written for
     */
    public record Shape(int flows, Duration interval, Duration duration) {
        /** The same with no more flows than that. */
        public Shape within(int most) {
            return new Shape(Math.min(flows, most), interval, duration);
        }

        /** Echoes of all flows together. */
        public long echoes() {
            return flows * (duration.toNanos() / interval.toNanos());
        }

        /** At the latest it is over then. */
        public Duration worstCase() {
            return duration.plusNanos(OPENING_NS + PATIENCE_NS);
        }
    }

    /**
     * A flow that was ended by somebody else.
     *
     * @param afterNs since it was primed
     */
    record Closed(CloseKind kind, long afterNs) {}

    private static final class Flow {
        final int id;
        final Deque<Long> sentNs = new ArrayDeque<>();
        boolean primed;
        boolean over;
        long primedNs;
        long dueNs;

        Flow(int id) {
            this.id = id;
        }
    }

    /** Starts at that time; the first action is ready. */
    public EchoTrain(Shape shape, long nowNs) {
        this.shape = shape;
        this.startNs = nowNs;
        this.outbox = new Outbox<>(nowNs);
        for (int i = 0; i < shape.flows(); i++) {
            Flow flow = new Flow(outbox.newFlow());
            flows.put(flow.id, flow);
            outbox.act(new FlowAction.Open(
                    flow.id,
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    shape.duration().toNanos() + OPENING_NS));
        }
        outbox.wakeAt(nowNs + OPENING_NS, 0);
    }

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
            Flow flow = flows.get(due.get());
            if (flow != null && !flow.over) {
                onTime(flow, nowNs);
            }
        }
        if (nowNs - startNs >= OPENING_NS) {
            flows.values().stream().filter(flow -> !flow.primed && !flow.over).forEach(flow -> {
                problem = new Problem("timeout", "a flow was not opened within 8 s");
                end(flow);
            });
        }
        if (check != 0 && !checked && nowNs - checkOpenedNs >= OPENING_NS) {
            outbox.act(new FlowAction.Close(check));
            checked(false, nowNs);
        }
        advance(nowNs);
    }

    private void onTime(Flow flow, long nowNs) {
        if (!flow.primed) {
            return;
        }
        long endNs = flow.primedNs + shape.duration().toNanos();
        if (flow.dueNs - nowNs <= 0 && flow.dueNs - endNs < 0) {
            flow.sentNs.add(nowNs);
            outbox.act(new FlowAction.Speak(flow.id));
            flow.dueNs += shape.interval().toNanos();
            outbox.wakeAt(flow.dueNs, flow.id);
        } else if (flow.dueNs - endNs >= 0) {
            boolean answered = flow.sentNs.isEmpty();
            if (answered || nowNs - endNs >= PATIENCE_NS) {
                end(flow);
            } else {
                outbox.wakeAt(endNs + PATIENCE_NS, flow.id);
            }
        }
    }

    private void end(Flow flow) {
        flow.over = true;
        outbox.act(new FlowAction.Close(flow.id));
    }

    private void advance(long nowNs) {
        if (isOver() || flows.values().stream().anyMatch(flow -> !flow.over)) {
            return;
        }
        if (closed.isEmpty() || farEndGone || checked) {
            conclusion = latencies.count() == 0 && closed.isEmpty() && problem != null
                    ? Conclusion.UNREACHABLE
                    : Conclusion.DONE;
        } else if (check == 0) {
            check = outbox.newFlow();
            checkOpenedNs = nowNs;
            outbox.act(
                    new FlowAction.Open(check, Optional.empty(), Optional.empty(), OptionalLong.empty(), OPENING_NS));
            outbox.wakeAt(nowNs + OPENING_NS, 0);
        }
    }

    /** Flows were closed: by something on the way, or did the far end go? */
    private void checked(boolean alive, long nowNs) {
        checked = true;
        farEndGone = !alive;
        if (alive) {
            outbox.act(new FlowAction.Close(check));
        }
        advance(nowNs);
    }

    @Override
    public void stop(Conclusion how, long nowNs) {
        if (!isOver()) {
            conclusion = how;
            flows.values().stream().filter(flow -> !flow.over).forEach(this::end);
            if (check != 0 && !checked) {
                outbox.act(new FlowAction.Close(check));
            }
        }
    }

    // ---- what happens --------------------------------------------------------------------------------------------

    @Override
    public void onPrimed(int id, long nowNs, Primed primed) {
        if (id == check && !checked) {
            checked(true, nowNs);
        }
        Flow flow = flows.get(id);
        if (flow != null && !flow.over) {
            flow.primed = true;
            flow.primedNs = nowNs;
            // Not all at one moment: each at its own part of the interval.
            flow.dueNs = nowNs + shape.interval().toNanos() * (id % shape.flows()) / shape.flows();
            outbox.wakeAt(flow.dueNs, id);
        }
    }

    @Override
    public void onAnswered(int id, long nowNs) {
        Flow flow = flows.get(id);
        Long sentNs = flow == null ? null : flow.sentNs.poll();
        if (flow != null && sentNs != null) {
            latencies.record(nowNs - sentNs);
            if (flow.sentNs.isEmpty()) {
                outbox.wakeAt(nowNs, id);
            }
        }
    }

    @Override
    public void onOvertaken(int id, long nowNs) {
        Flow flow = flows.get(id);
        if (flow != null) {
            flow.sentNs.poll();
        }
    }

    @Override
    public void onFailed(int id, long nowNs, Problem why) {
        if (id == check && !checked) {
            checked(false, nowNs);
        }
        Flow flow = flows.get(id);
        if (flow != null && !flow.over) {
            flow.over = true;
            problem = why;
            advance(nowNs);
        }
    }

    @Override
    public void onClosed(int id, long nowNs, CloseKind kind, String detail) {
        if (id == check && !checked) {
            checked(false, nowNs);
        }
        Flow flow = flows.get(id);
        if (flow != null && !flow.over) {
            flow.over = true;
            if (flow.primed) {
                closed.add(new Closed(kind, nowNs - flow.primedNs));
            } else {
                problem = new Problem("closed", "a flow was closed before it worked");
            }
            advance(nowNs);
        }
    }

    // ---- what is known -------------------------------------------------------------------------------------------

    Shape shape() {
        return shape;
    }

    Conclusion conclusion() {
        return conclusion == null ? Conclusion.INTERRUPTED : conclusion;
    }

    /** Why a flow did not come about, if one didn't. */
    Optional<Problem> problem() {
        return Optional.ofNullable(problem);
    }

    /** Why no flow came about; empty when one did. */
    public Optional<Problem> unreachable() {
        return conclusion == Conclusion.UNREACHABLE ? problem() : Optional.empty();
    }

    /** Of the round trips; empty when nothing was answered. */
    Optional<Distribution> roundTrips() {
        return latencies.distribution();
    }

    long answered() {
        return latencies.count();
    }

    /** Echoes that nothing answered in time. */
    long unanswered() {
        return flows.values().stream().mapToLong(flow -> flow.sentNs.size()).sum();
    }

    /** Whether no flow had its last echo answered: then it is the path that fails, not a flow. */
    boolean fellSilent() {
        return flows.values().stream().allMatch(flow -> !flow.sentNs.isEmpty());
    }

    /**
     * The slowest of that share of all echoes, in seconds; empty when one of them was never answered, which is slower
     * than any.
     */
    OptionalDouble slowestOf(double share) {
        long rank = (long) Math.ceil(share * (answered() + unanswered()));
        return rank > answered() ? OptionalDouble.empty() : OptionalDouble.of(latencies.ofRank(rank));
    }

    /** Whether a new flow failed after flows had been closed: then it was not they that something objected to. */
    boolean isFarEndGone() {
        return farEndGone;
    }

    /** Flows that somebody else ended, the first one first. */
    List<Closed> closed() {
        return List.copyOf(closed);
    }
}
