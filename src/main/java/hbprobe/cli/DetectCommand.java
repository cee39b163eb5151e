package hbprobe.cli;

import hbprobe.lab.LabException;
import hbprobe.model.DetectFinding;
import hbprobe.model.DetectionSettings;
import hbprobe.model.DetectorSettings;
import hbprobe.model.ExitCode;
import hbprobe.model.Mechanism;
import hbprobe.model.TrialsPlan;
import hbprobe.probe.DetectExperiment;
import hbprobe.probe.DetectRequest;
import hbprobe.probe.FaultStage;
import hbprobe.probe.TraceException;
import hbprobe.probe.TraceStudy;
import hbprobe.report.PlanText;
import hbprobe.report.Report;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals;
import hbprobe.tui.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** With these heartbeat settings, how late do I notice a drop, and how often do I cry wolf? */
@Command(
        name = "detect",
        description = "Stage faults on live connections, and time how late each heartbeat setting notices them.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        showDefaultValues = false,
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every row that can be had here has its figures",
            "2:usage or configuration error",
            "3:could not try: unresolved, refused, no route, token demanded",
            "4:inconclusive: the deadline came first, or a row has no trial that came to its end",
            "70:a defect in hbprobe",
            "130, 143:interrupted, terminated; what was known is printed first"
        },
        footerHeading = OutputOptions.FORMATS + "; ndjson begins with the heartbeats, for --trace.%n%nExamples:%n",
        footer = {
            "  hbprobe detect hb://server.example -i 10s --echo-timeout 3s --misses 2",
            "  hbprobe detect hb://192.0.2.7 --mechanism os-keepalive --fault blackhole",
            "  hbprobe detect --trace run.ndjson --detector sweep,phi --phi 10",
            "  hbprobe lab run -- detect hb://server --fault link-down,kill -i 1s"
        })
final class DetectCommand implements Callable<Integer> {
    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "TARGET", description = TargetOptions.TARGET)
    private @Nullable String target;

    @Mixin
    private HeartbeatOptions heartbeatOptions = new HeartbeatOptions();

    @Mixin
    private DetectorOptions detectorOptions = new DetectorOptions();

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Judge the detectors on an earlier run's ndjson, without a target.")
    private @Nullable Path traceFile;

    @Mixin
    private TargetOptions targetOptions = new TargetOptions();

    @Mixin
    private OutputOptions outputOptions = new OutputOptions();

    DetectCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        DetectorSettings detectorSettings = detectorOptions.settings(command, heartbeatOptions.heartbeat(command));
        DetectionSettings settings = heartbeatOptions.settings(
                command, List.of(Mechanism.APP_ECHO), detectorOptions.watched(detectorSettings), targetOptions.seed());
        Path trace = traceFile;
        String wanted = target;
        if (trace != null && wanted == null) {
            return judge(command, trace, detectorSettings, settings.seed(), outputOptions.checked(command));
        }
        if (wanted == null) {
            throw new ParameterException(command, "which target? Give TARGET, or --trace FILE to judge a recorded run");
        }
        if (trace != null) {
            throw new ParameterException(command, "TARGET and --trace exclude each other: a trace is judged alone");
        }
        List<Output> outputs = outputOptions.checked(command);
        DetectRequest request = new DetectRequest(
                targetOptions.destination(wanted, host, command), settings, detectorOptions.kinds(), detectorSettings);
        Optional<FaultStage> lab = lab(command, host);
        TrialsPlan plan = DetectExperiment.plan(request, lab.isPresent());
        HeartbeatOptions.checkFlows(command, plan.flowsAtOnce());
        if (targetOptions.isPlan()) {
            host.out().print(PlanText.of(request.destination().target().uri(), plan));
            return ExitCode.ANSWERED;
        }
        return detect(request, lab, outputs);
    }

    static Optional<FaultStage> lab(CommandLine command, Host host) {
        try {
            return LabStage.of(host);
        } catch (LabException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()));
        }
    }

    private int detect(DetectRequest request, Optional<FaultStage> lab, List<Output> outputs) {
        DetectExperiment experiment = new DetectExperiment(request, host, lab, outputOptions.trace(host));
        Signals.listen(experiment::stop);
        DetectFinding finding = outputOptions.watched(
                host,
                () -> experiment.progress().map(Snapshot::of),
                () -> experiment.run(defect -> Cli.report(host, defect, outputOptions.verbosity())));
        return outputOptions.finish(host, outputs, Report.of(finding, experiment.events()));
    }

    private int judge(
            CommandLine command, Path trace, DetectorSettings detectorSettings, long seed, List<Output> outputs) {
        try {
            DetectFinding finding = new TraceStudy(detectorOptions.kinds(), detectorSettings, seed).judge(trace, host);
            return outputOptions.finish(host, outputs, Report.of(finding, List.of()));
        } catch (TraceException e) {
            throw new ParameterException(command, "--trace: " + e.getMessage());
        }
    }
}
