package hbprobe.probe;

import hbprobe.model.HeartbeatEvent;
import hbprobe.model.HeartbeatTrace;
import hbprobe.model.HeartbeatTrace.Arrival;
import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recorded heartbeats: one {@link HeartbeatEvent} a line, among other events that are skipped. */
public final class TraceFile {
    private static final Set<String> KNOWN =
            Set.of(HeartbeatEvent.FLOW, HeartbeatEvent.HEARTBEAT, HeartbeatEvent.FAULT, HeartbeatEvent.END);

    private static final JsonType<HeartbeatEvent> EVENT = Jsonb.instance().type(HeartbeatEvent.class);
    private static final JsonType<Object> ANYTHING = Jsonb.instance().type(Object.class);

    /** Ten years, as the longest duration on the command line; beyond, nanoseconds would overflow before long. */
    private static final double LATEST_S = 3650 * 86_400.0;

    /** As much of a wrong line as fits into a message. */
    private static final int SHOWN = 80;

    private final Path file;
    private final Map<String, Flow> flows = new LinkedHashMap<>();
    private int line;

    private TraceFile(Path file) {
        this.file = file;
    }

    /**
     * The flows of a file, in the order in which they began.
     *
     * @throws TraceException when the file can't be read, a line of it is not understood, or it has no heartbeats
     */
    public static List<HeartbeatTrace> read(Path file) throws TraceException {
        TraceFile trace = new TraceFile(file);
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                trace.line++;
                trace.onLine(text);
            }
        } catch (CharacterCodingException e) {
            throw new TraceException("read " + file + ": it is not UTF-8 text", e);
        } catch (NoSuchFileException e) {
            throw new TraceException("read " + file + ": no such file", e);
        } catch (IOException e) {
            throw new TraceException("read " + file + ": " + e.getMessage(), e);
        }
        return trace.traces();
    }

    private void onLine(String text) throws TraceException {
        if (text.isBlank()) {
            return;
        }
        HeartbeatEvent event;
        try {
            event = EVENT.fromJson(text);
        } catch (JsonException | IndexOutOfBoundsException e) {
            // Where a line breaks off the parser runs past its end, hence the second exception.
            // Events of other kinds may call something else by the name of a field of ours.
            if (isOfAnotherKind(text)) {
                return;
            }
            throw wrong("not an event: " + shortened(text), e);
        }
        if (event == null) {
            throw wrong("not an event: " + shortened(text), null);
        }
        // A line without a kind is no error either: a run's finding may stand among its events.
        if (event.event() == null || !KNOWN.contains(event.event())) {
            return;
        }
        onEvent(event);
    }

    private static boolean isOfAnotherKind(String text) {
        try {
            return ANYTHING.fromJson(text) instanceof Map<?, ?> fields
                    && !(fields.get("event") instanceof String kind && KNOWN.contains(kind));
        } catch (JsonException | IndexOutOfBoundsException e) {
            return false;
        }
    }

    private void onEvent(HeartbeatEvent event) throws TraceException {
        String name = required(event, "flow", event.flow());
        long atNs = ns(event, "at_s", event.atS());
        if (event.event().equals(HeartbeatEvent.FLOW)) {
            long periodNs = ns(event, "period_s", event.periodS());
            if (periodNs <= 0) {
                throw wrong("flow '" + name + "' with a period_s that is not above 0", null);
            }
            Flow begun = new Flow(periodNs, atNs);
            if (flows.putIfAbsent(name, begun) != null) {
                throw wrong("flow '" + name + "' begins a second time", null);
            }
            return;
        }
        Flow flow = flows.get(name);
        if (flow == null) {
            throw wrong(event.event() + " of flow '" + name + "', which has not begun", null);
        }
        if (atNs < flow.fromNs) {
            throw wrong(event.event() + " of flow '" + name + "' before the flow began", null);
        }
        if (flow.endNs.isPresent()) {
            throw wrong(event.event() + " of flow '" + name + "', which has ended", null);
        }
        flow.latestNs = Math.max(flow.latestNs, atNs);
        switch (event.event()) {
            case HeartbeatEvent.HEARTBEAT ->
                flow.arrivals.add(
                        new Arrival(required(event, "seq", event.seq()), ns(event, "sent_s", event.sentS()), atNs));
            case HeartbeatEvent.FAULT -> flow.faultNs = OptionalLong.of(atNs);
            default -> flow.endNs = OptionalLong.of(flow.latestNs);
        }
    }

    private long ns(HeartbeatEvent event, String field, @Nullable Double seconds) throws TraceException {
        double value = required(event, field, seconds);
        if (!(Math.abs(value) <= LATEST_S)) {
            throw wrong(event.event() + " with " + field + " " + value + ", which is more than ten years", null);
        }
        return Math.round(value * 1e6) * 1000;
    }

    private <T> T required(HeartbeatEvent event, String field, @Nullable T value) throws TraceException {
        if (value == null) {
            throw wrong(event.event() + " without " + field, null);
        }
        return value;
    }

    private List<HeartbeatTrace> traces() throws TraceException {
        if (line == 0) {
            throw new TraceException("read " + file + ": it is empty");
        }
        if (flows.values().stream().allMatch(flow -> flow.arrivals.isEmpty())) {
            throw new TraceException("read " + file + ": no heartbeat is in it");
        }
        List<HeartbeatTrace> traces = new ArrayList<>();
        flows.forEach((name, flow) -> traces.add(flow.trace(name)));
        return traces;
    }

    private TraceException wrong(String what, @Nullable Throwable cause) {
        return new TraceException(file + ":" + line + ": " + what, cause);
    }

    /** Without what a terminal might obey. */
    private static String shortened(String text) {
        String harmless = text.replaceAll("\\p{Cntrl}", "?");
        return harmless.length() <= SHOWN ? harmless : harmless.substring(0, SHOWN) + "…";
    }

    /** What is known so far. */
    private static final class Flow {
        final long periodNs;
        final long fromNs;
        final List<Arrival> arrivals = new ArrayList<>();
        OptionalLong faultNs = OptionalLong.empty();
        OptionalLong endNs = OptionalLong.empty();
        long latestNs;

        Flow(long periodNs, long fromNs) {
            this.periodNs = periodNs;
            this.fromNs = fromNs;
            this.latestNs = fromNs;
        }

        /** A run that was broken off has no ends: then the last event is one. */
        HeartbeatTrace trace(String name) {
            // Who writes from several threads may swap neighbours.
            arrivals.sort(Comparator.comparingLong(Arrival::arrivedNs));
            return new HeartbeatTrace(name, periodNs, arrivals, faultNs, fromNs, endNs.orElse(latestNs));
        }
    }
}
