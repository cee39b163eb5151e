package hbprobe.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A real NAT on this machine, without root. */
@Command(
        name = "lab",
        description = "A real NAT or firewall on this machine, without root, to try hbprobe against.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"2:usage or configuration error", "3:no lab can be had on this machine"},
        footerHeading = "%nExamples:%n",
        footer = "  hbprobe lab run -- measure hb://server --max 60s",
        subcommands = LabRunCommand.class)
final class LabCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: hbprobe lab run -- measure hb://server");
    }
}
