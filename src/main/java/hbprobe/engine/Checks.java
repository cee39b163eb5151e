package hbprobe.engine;

import hbprobe.engine.Action.Purpose;
import hbprobe.model.FarReport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fresh flows, one at a time, that show whether the path is up and ask what became of flows that did not answer.
 * Without one that works nothing is believed to have expired.
 */
final class Checks {
    /** A lost SYN is sent again after 1 s and after 3 s (RFC 6298): a check must outlive both. */
    private static final long SHORTEST_PATIENCE_NS = TimeUnit.SECONDS.toNanos(4);

    /** After this many failures in a row the path is down. */
    private static final int TRIES = 3;

    private final Outbox<Action> outbox;
    private final ReplyTimeout replyTimeout;
    private @Nullable Check current;
    private int failures;
    private boolean everPassed;

    /** What a fresh flow brought to light: that the path is up, and what the far end knows of the flows asked about. */
    record Passed(long startedAtNs, Map<Integer, Optional<FarReport>> reports) {}

    private static final class Check {
        final int id;
        final long startedAtNs;
        final Set<Integer> open;
        final Map<Integer, Optional<FarReport>> reports = new HashMap<>();
        boolean answered;

        Check(int id, long startedAtNs, List<Integer> about) {
            this.id = id;
            this.startedAtNs = startedAtNs;
            this.open = new HashSet<>(about);
        }
    }

    Checks(Outbox<Action> outbox, ReplyTimeout replyTimeout) {
        this.outbox = outbox;
        this.replyTimeout = replyTimeout;
    }

    boolean isRunning() {
        return current != null;
    }

    boolean has(int flow) {
        return current != null && current.id == flow;
    }

    /** Whether a fresh flow worked after the last failure. */
    boolean hasPassed() {
        return everPassed && failures == 0;
    }

    boolean hasGivenUp() {
        return failures >= TRIES;
    }

    boolean hasFailed() {
        return failures > 0;
    }

    void start(long nowNs, List<Integer> about) {
        Check check = new Check(outbox.newFlow(), nowNs, about);
        current = check;
        outbox.act(new Action.Open(check.id, Purpose.CHECK));
        outbox.wakeAt(nowNs + patienceNs(), check.id);
    }

    private long patienceNs() {
        return Math.max(SHORTEST_PATIENCE_NS, 3 * replyTimeout.ns());
    }

    void onPrimed() {
        Check check = current;
        if (check != null) {
            outbox.act(new Action.Speak(check.id));
            check.open.forEach(about -> outbox.act(new Action.Ask(check.id, about)));
        }
    }

    Optional<Passed> onAnswered() {
        if (current != null) {
            current.answered = true;
        }
        return done();
    }

    Optional<Passed> onReported(int about, Optional<FarReport> report) {
        if (current != null && current.open.remove(about)) {
            current.reports.put(about, report);
        }
        return done();
    }

    private Optional<Passed> done() {
        Check check = current;
        if (check == null || !check.answered || !check.open.isEmpty()) {
            return Optional.empty();
        }
        outbox.act(new Action.Close(check.id));
        current = null;
        failures = 0;
        everPassed = true;
        return Optional.of(new Passed(check.startedAtNs, check.reports));
    }

    /** Its connection is gone, or it never came about. */
    void onGone() {
        current = null;
        failures++;
    }

    void close() {
        if (current != null) {
            outbox.act(new Action.Close(current.id));
            current = null;
        }
    }

    /** Whether the check has failed by taking too long. */
    boolean onTime(long nowNs) {
        Check check = current;
        if (check == null) {
            return false;
        }
        long patientUntilNs = check.startedAtNs + patienceNs();
        if (nowNs - patientUntilNs < 0) {
            outbox.wakeAt(patientUntilNs, check.id); // patience has grown since it was started
            return false;
        }
        outbox.act(new Action.Close(check.id));
        onGone();
        return true;
    }
}
