package hbprobe.probe;

import hbprobe.engine.DetectorStudy;
import hbprobe.model.DetectFinding;
import hbprobe.model.DetectorFinding;
import hbprobe.model.DetectorKind;
import hbprobe.model.DetectorSettings;
import hbprobe.model.Durations;
import hbprobe.model.ExitCode;
import hbprobe.model.FaultOutcome;
import hbprobe.model.HeartbeatTrace;
import hbprobe.model.HostInfo;
import hbprobe.net.HostNetwork;
import hbprobe.runtime.Build;
import hbprobe.runtime.Host;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Failure detectors judged on the heartbeats that an earlier run has recorded. */
public final class TraceStudy {
    private final List<DetectorKind> detectors;
    private final DetectorSettings settings;
    private final long seed;

    /** @param seed of the sweep's phase */
    public TraceStudy(List<DetectorKind> detectors, DetectorSettings settings, long seed) {
        this.detectors = List.copyOf(detectors);
        this.settings = settings;
        this.seed = seed;
    }

    /**
     * Judges the file.
     *
     * @throws TraceException when it can't be read or is no trace; the message names file and line
     */
    public DetectFinding judge(Path file, Host host) throws TraceException {
        Instant startedAt = host.now();
        long startNs = Host.monotonicNs();
        List<HeartbeatTrace> traces = TraceFile.read(file);
        List<String> warnings = new ArrayList<>();
        List<DetectorFinding> findings = new ArrayList<>();
        for (DetectorKind kind : detectors) {
            long periodNs = settings.heartbeat(kind).toNanos();
            List<HeartbeatTrace> fitting = traces.stream()
                    .filter(trace -> Math.abs(trace.periodNs() - periodNs) <= 1_000) // a line has microseconds
                    .toList();
            if (fitting.isEmpty()) {
                warnings.add(kind.word() + ": the trace has no heartbeats every "
                        + Durations.print(settings.heartbeat(kind)) + ", but every " + periods(traces));
            } else {
                findings.add(DetectorStudy.of(kind, settings, fitting, seed));
            }
        }
        return new DetectFinding(
                DetectFinding.SCHEMA,
                Build.version(),
                null,
                new HostInfo(Host.os(), Host.java(), HostNetwork.availableTransport(), null),
                startedAt.toString(),
                Durations.seconds(Duration.ofNanos(Host.monotonicNs() - startNs)),
                seed,
                findings.isEmpty() ? FaultOutcome.INCONCLUSIVE : FaultOutcome.ANSWERED,
                List.of(),
                List.of(),
                findings,
                List.of(),
                null,
                "Judged " + heartbeats(traces) + " heartbeats; flows: " + traces.size() + ".",
                warnings,
                null,
                findings.isEmpty() ? ExitCode.INCONCLUSIVE : ExitCode.ANSWERED);
    }

    private static long heartbeats(List<HeartbeatTrace> traces) {
        return traces.stream().mapToLong(trace -> trace.arrivals().size()).sum();
    }

    private static String periods(List<HeartbeatTrace> traces) {
        TreeSet<String> periods = new TreeSet<>();
        traces.forEach(trace -> periods.add(Durations.print(Duration.ofNanos(trace.periodNs()))));
        return String.join(", ", periods);
    }
}
