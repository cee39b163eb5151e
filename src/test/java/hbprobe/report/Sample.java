package hbprobe.report;

import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.ExitCode;
import hbprobe.model.HostInfo;
import hbprobe.model.IdleTest;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Advice;
import hbprobe.model.MeasureFinding.DirectionFinding;
import hbprobe.model.MeasureFinding.Flow;
import hbprobe.model.MeasureFinding.FlowOutcome;
import hbprobe.model.MeasureFinding.HiddenRefresh;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Keepalive;
import hbprobe.model.MeasureFinding.Likely;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.model.MeasureFinding.PathCheck;
import hbprobe.model.MeasureFinding.Settings;
import hbprobe.model.MeasureFinding.Udp;
import hbprobe.model.MeasureSettings;
import hbprobe.model.Problem;
import hbprobe.model.Target;
import java.util.ArrayList;
import java.util.List;

/** Findings made by hand, for tests of what is made of them. */
final class Sample {
    private Target target = new Target("hb://server.example", "server.example", "192.0.2.7", 7400, "tcp", "hb", false);
    private final Outcome outcome;
    private final int exitCode;
    private IdleTimeout idleTimeout;
    private final List<DirectionFinding> directions = new ArrayList<>();
    private Boolean revivedByClient;
    private HiddenRefresh hiddenRefresh;
    private Udp udp;
    private String freshFlow = "not-needed";
    private final List<Likely> likely = new ArrayList<>();
    private Advice advice;
    private final List<Flow> flows = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private Problem error;

    private Sample(Outcome outcome, int exitCode) {
        this.outcome = outcome;
        this.exitCode = exitCode;
    }

    static Sample of(Outcome outcome) {
        return new Sample(
                outcome,
                switch (outcome) {
                    case EXPIRES, SURVIVES -> ExitCode.ANSWERED;
                    case INCONCLUSIVE -> ExitCode.INCONCLUSIVE;
                    case UNREACHABLE -> ExitCode.UNREACHABLE;
                    case INTERRUPTED -> 130;
                });
    }

    Sample target(Target other) {
        target = other;
        return this;
    }

    Sample idleTimeout(double aliveS, double deadS, Direction direction, Ending ending) {
        idleTimeout = new IdleTimeout(aliveS, deadS, (aliveS + deadS) / 2, direction, ending);
        return this;
    }

    /** Two flows of it: the last that lived, the first that died. */
    Sample expired(Direction direction, double aliveS, double deadS, Ending ending, Ending farEnding) {
        directions.add(new DirectionFinding(
                direction, IdleTest.TCP_1, Outcome.EXPIRES, aliveS, deadS, (aliveS + deadS) / 2, ending, 42, 0));
        flow(direction, aliveS, FlowOutcome.ALIVE, null, null);
        flow(direction, deadS, FlowOutcome.DEAD, ending, farEnding);
        return this;
    }

    /** The same over UDP; the dead one's mapping came back, with that port. */
    Sample expired(IdleTest test, double aliveS, double deadS, Ending ending, int portAfter) {
        directions.add(new DirectionFinding(
                Direction.SERVER_FIRST, test, Outcome.EXPIRES, aliveS, deadS, (aliveS + deadS) / 2, ending, 42, 0));
        flow(Direction.SERVER_FIRST, test, aliveS, FlowOutcome.ALIVE, null, null, null);
        String after = "198.51.100.1:" + portAfter;
        flow(Direction.SERVER_FIRST, test, deadS, FlowOutcome.DEAD, ending, null, after);
        return this;
    }

    Sample udp(Udp known) {
        udp = known;
        target = new Target("hb+udp://server.example", "server.example", "192.0.2.7", 7400, "udp", "hb", false);
        return this;
    }

    Sample survived(Direction direction, double aliveS) {
        directions.add(
                new DirectionFinding(direction, IdleTest.TCP_1, Outcome.SURVIVES, aliveS, null, null, null, 42, 0));
        flow(direction, aliveS, FlowOutcome.ALIVE, null, null);
        return this;
    }

    Sample undecided(Direction direction, Double aliveS, Double deadS, Ending ending, int probed, int disagreeing) {
        directions.add(new DirectionFinding(
                direction, IdleTest.TCP_1, Outcome.INCONCLUSIVE, aliveS, deadS, null, ending, probed, disagreeing));
        return this;
    }

    private void flow(Direction direction, double idleS, FlowOutcome came, Ending ending, Ending farEnding) {
        flow(direction, IdleTest.TCP_1, idleS, came, ending, farEnding, null);
    }

    private void flow(
            Direction direction,
            IdleTest test,
            double idleS,
            FlowOutcome came,
            Ending ending,
            Ending farEnding,
            String mappedAfter) {
        flows.add(new Flow(
                flows.size(),
                direction,
                test,
                idleS,
                0.25,
                idleS + 0.25,
                came,
                ending,
                farEnding,
                12.345,
                "192.0.2.99:40001",
                "198.51.100.1:40001",
                mappedAfter));
    }

    Sample flow(Flow flow) {
        flows.add(flow);
        return this;
    }

    Sample revivedByClient(boolean revived) {
        revivedByClient = revived;
        return this;
    }

    Sample hiddenRefresh(double intervalS, int refreshed) {
        hiddenRefresh = new HiddenRefresh(intervalS, refreshed);
        return this;
    }

    Sample freshFlow(String came) {
        freshFlow = came;
        return this;
    }

    Sample likely(String product, double timeoutS, Ending ending) {
        likely.add(new Likely(product, timeoutS, ending, "its vendor's documentation"));
        return this;
    }

    Sample advice(double intervalS, Keepalive keepalive) {
        advice = new Advice(intervalS, 1, keepalive, "the path keeps an idle flow for so long at least");
        return this;
    }

    Sample warning(String text) {
        warnings.add(text);
        return this;
    }

    Sample error(String code, String message) {
        error = new Problem(code, message);
        return this;
    }

    MeasureFinding finding() {
        return new MeasureFinding(
                MeasureFinding.SCHEMA,
                "0.1.0",
                target,
                new HostInfo("Linux 6.1 amd64", "17.0.15", "epoll", outcome == Outcome.UNREACHABLE ? null : 0.125),
                "2026-11-23T03:00:00.123456Z",
                72.5,
                4711,
                outcome,
                Settings.of(MeasureSettings.defaults()),
                idleTimeout,
                directions,
                revivedByClient,
                hiddenRefresh,
                udp,
                new PathCheck(freshFlow),
                likely,
                advice,
                flows,
                warnings,
                error,
                exitCode);
    }
}
