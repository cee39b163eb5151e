package hbprobe.cli;

import hbprobe.model.CompareFinding;
import hbprobe.model.DetectionSettings;
import hbprobe.model.ExitCode;
import hbprobe.model.Mechanism;
import hbprobe.model.TrialsPlan;
import hbprobe.probe.CompareExperiment;
import hbprobe.probe.CompareRequest;
import hbprobe.probe.FaultStage;
import hbprobe.report.PlanText;
import hbprobe.report.Report;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals;
import hbprobe.tui.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Application echo or OS keepalive: which keeps the path open, what does each cost, how soon does each notice? */
@Command(
        name = "compare",
        description = "Application echo or OS keepalive: which keeps the path open, what does each cost, and how soon"
                + " does each notice each fault?",
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
        footerHeading = OutputOptions.FORMATS + ".%n%nExamples:%n",
        footer = {
            "  hbprobe compare hb://server.example",
            "  hbprobe compare hb://server.example --idle-timeout 350s --interval 60s",
            "  hbprobe lab run -- compare hb://server --idle-timeout 8s -i 2s --echo-timeout 1s"
        })
final class CompareCommand implements Callable<Integer> {
    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "TARGET", description = TargetOptions.TARGET)
    private String target = "";

    @Mixin
    private HeartbeatOptions heartbeatOptions = new HeartbeatOptions();

    @Mixin
    private TargetOptions targetOptions = new TargetOptions();

    @Mixin
    private OutputOptions outputOptions = new OutputOptions();

    CompareCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        DetectionSettings settings =
                heartbeatOptions.settings(command, List.of(Mechanism.values()), List.of(), targetOptions.seed());
        List<Output> outputs = outputOptions.checked(command);
        CompareRequest request = new CompareRequest(targetOptions.destination(target, host, command), settings);
        Optional<FaultStage> lab = DetectCommand.lab(command, host);
        TrialsPlan plan = CompareExperiment.plan(request, lab.isPresent());
        HeartbeatOptions.checkFlows(command, plan.flowsAtOnce());
        if (targetOptions.isPlan()) {
            host.out().print(PlanText.of(request.destination().target().uri(), plan));
            return ExitCode.ANSWERED;
        }
        CompareExperiment experiment = new CompareExperiment(request, host, lab, outputOptions.trace(host));
        Signals.listen(experiment::stop);
        CompareFinding finding = outputOptions.watched(
                host,
                () -> experiment
                        .searchProgress()
                        .map(Snapshot::of)
                        .or(() -> experiment.progress().map(Snapshot::of)),
                () -> experiment.run(defect -> Cli.report(host, defect, outputOptions.verbosity())));
        return outputOptions.finish(host, outputs, Report.of(finding));
    }
}
