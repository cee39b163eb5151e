package hbprobe.cli;

import hbprobe.model.CheckFinding;
import hbprobe.model.CheckPlan;
import hbprobe.model.ExitCode;
import hbprobe.probe.CheckExperiment;
import hbprobe.probe.CheckRequest;
import hbprobe.probe.CheckRequest.Wanted;
import hbprobe.report.PlanText;
import hbprobe.report.Report;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals;
import hbprobe.tui.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Does this path hold what I need? Pass or fail, for CI. */
@Command(
        name = "check",
        description = "CI: does this path hold what I need? Pass or fail. It proves, it does not search: each"
                + " expectation is tried by itself, as many at the same time as the targets take.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        showDefaultValues = false,
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every expectation holds",
            "1:an expectation does not hold",
            "2:usage or configuration error",
            "3:could not check: unresolved, refused, no route, token demanded",
            "4:inconclusive: path down, samples disagree, deadline first",
            "70:a defect in hbprobe",
            "130, 143:interrupted, terminated; what was known is printed first"
        },
        footerHeading = OutputOptions.FORMATS + ".%n%nExamples:%n",
        footer = {
            "  hbprobe check hb://server.example --idle-at-least 300s",
            "  hbprobe check hb://server.example --detect-within 15s -i 5s --echo-timeout 2s",
            "  hbprobe check --file hbprobe.yaml --group nightly -o text -o json=run.json"
        })
final class CheckCommand implements Callable<Integer> {
    /** What may stand beside a file: the rest stands in it. */
    private static final Set<String> BESIDE_A_FILE = Set.of(
            "--file",
            "--group",
            "--validate",
            "--fail-fast",
            "--deadline",
            "--plan",
            "--seed",
            "--token-file",
            "--output",
            "--json",
            "--quiet",
            "--verbose",
            "--color",
            "--progress",
            "--config");

    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "TARGET", arity = "0..1", description = TargetOptions.TARGET)
    private @Nullable String target;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Targets and what is expected of each, as YAML, instead of TARGET; see hbprobe.yaml(5).")
    private @Nullable Path file;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "Only the targets of this group of the file; repeatable.")
    private List<String> groups = List.of();

    @Option(names = "--validate", fallbackValue = Cli.ON, description = "Read the file, say what is wrong, and stop.")
    private boolean validate;

    @Option(
            names = "--fail-fast",
            fallbackValue = Cli.ON,
            description = "End the rest once an expectation does not hold.")
    private boolean failFast;

    @Mixin
    private ExpectationOptions expectationOptions = new ExpectationOptions();

    @Mixin
    private TargetOptions targetOptions = new TargetOptions();

    @Mixin
    private OutputOptions outputOptions = new OutputOptions();

    CheckCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        List<Wanted> wanted = wanted(command);
        List<Output> outputs = outputOptions.checked(command);
        CheckRequest request = new CheckRequest(wanted, failFast, targetOptions.seed());
        if (validate) {
            int expectations = wanted.stream()
                    .mapToInt(one -> one.settings().expected().size())
                    .sum();
            host.out().println(file + ": " + wanted.size() + " targets, " + expectations + " expectations, no error");
            return ExitCode.ANSWERED;
        }
        if (targetOptions.isPlan()) {
            CheckPlan plan = CheckExperiment.plan(request);
            host.out().print(PlanText.of(plan));
            return ExitCode.ANSWERED;
        }
        CheckExperiment experiment = new CheckExperiment(request, host, outputOptions.trace(host));
        Signals.listen(experiment::stop);
        CheckFinding finding = outputOptions.watched(
                host,
                () -> experiment.progress().map(Snapshot::of),
                () -> experiment.run(defect -> Cli.report(host, defect, outputOptions.verbosity())));
        return outputOptions.finish(host, outputs, Report.of(finding));
    }

    private List<Wanted> wanted(CommandLine command) {
        if (file == null) {
            if (validate || !groups.isEmpty()) {
                throw new ParameterException(
                        command, (validate ? "--validate" : "--group") + " is about a file; give --file FILE");
            }
            if (target == null) {
                throw new ParameterException(command, "which target? Give TARGET, or --file FILE with many");
            }
            return List.of(new Wanted(
                    targetOptions.destination(target, host, command),
                    expectationOptions.settings(command, Baseline.reader(host, command))));
        }
        if (target != null) {
            throw new ParameterException(command, "TARGET and --file exclude each other: the file names its targets");
        }
        for (OptionSpec option : command.getParseResult().matchedOptions()) {
            if (!BESIDE_A_FILE.contains(option.longestName())) {
                throw new ParameterException(
                        command,
                        option.longestName()
                                + " stands in the file, not beside it: for every target under 'defaults:'");
            }
        }
        return new CheckFile(
                        file,
                        host,
                        targetOptions.deadline(),
                        targetOptions.token(host, command),
                        command.getDefaultValueProvider(),
                        Baseline.reader(host, command))
                .read(groups);
    }
}
