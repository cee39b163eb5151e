package hbprobe.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root: says what there is. Its subcommands are in {@link Commands}. */
@Command(
        name = "hbprobe",
        description = "Finds out why long-lived connections die in the middle: after how long idle, in which"
                + " direction, and how it ends.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the question was answered",
            "2:usage or configuration error",
            "3:could not measure",
            "4:inconclusive",
            "70:a defect in hbprobe",
            "130, 143:interrupted, terminated; what was known is printed first"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hbprobe demo                          a real NAT on this machine, measured",
            "  hbprobe respond                       on the server",
            "  hbprobe measure hb://server.example   on the client"
        })
final class HbprobeCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: measure, respond, lab or demo");
    }
}
