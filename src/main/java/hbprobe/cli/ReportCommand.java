package hbprobe.cli;

import hbprobe.model.ExitCode;
import hbprobe.report.Report;
import hbprobe.report.SavedFinding;
import hbprobe.report.SavedFindingException;
import hbprobe.runtime.Host;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A saved finding again, in any format. */
@Command(
        name = "report",
        description = "Write a finding that was saved as JSON again, in any format.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it was written, whatever it says",
            "2:usage error, or the file is no finding that this version knows",
            "3:an output file could not be written",
            "70:a defect in hbprobe",
            "0 to 3:with -o nagios on stdout: the state of the finding"
        },
        footerHeading = OutputOptions.FORMATS + ".%n%nExamples:%n",
        footer = {
            "  hbprobe report run.json",
            "  hbprobe report run.json -o markdown -o junit=report.xml",
            "  hbprobe measure hb://server.example -j | hbprobe report - -o csv=run.csv"
        })
final class ReportCommand implements Callable<Integer> {
    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "What -o json=FILE has written; - for stdin.")
    private Path file = Path.of("-");

    @Mixin
    private OutputOptions outputOptions = new OutputOptions();

    ReportCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        List<Output> outputs = outputOptions.checked(command);
        Report report = read(command);
        boolean written = outputOptions.write(host, outputs, report);
        if (!written) {
            return OutputOptions.exitCode(outputs, ExitCode.UNREACHABLE);
        }
        return OutputOptions.isForNagios(outputs)
                ? OutputOptions.exitCode(outputs, report.exitCode())
                : ExitCode.ANSWERED;
    }

    private Report read(CommandLine command) {
        try {
            return SavedFinding.read(SavedFile.text(file, host, command));
        } catch (SavedFindingException e) {
            throw SavedFile.wrong(file, e, command);
        }
    }
}
