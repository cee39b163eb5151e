package hbprobe.cli;

import hbprobe.runtime.Host;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Completion scripts, made from the model of the commands. */
@Command(
        name = "completion",
        description = "Print a completion script for bash, zsh or fish.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the script was printed", "2:usage or configuration error", "70:a defect in hbprobe"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(hbprobe completion bash)",
            "  hbprobe completion zsh > ~/.zfunc/_hbprobe   (a folder in $fpath)",
            "  hbprobe completion fish > ~/.config/fish/completions/hbprobe.fish"
        })
final class CompletionCommand implements Runnable {
    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "SHELL",
            converter = ShellWord.class,
            completionCandidates = ShellWord.class,
            description = "The shell to complete in: ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.BASH;

    /** The shells there are scripts for. */
    enum Shell {
        /** Through picocli. */
        BASH,
        /** {@link ZshCompletion}. */
        ZSH,
        /** {@link FishCompletion}. */
        FISH
    }

    static final class ShellWord extends WordOf<Shell> {
        ShellWord() {
            super(Shell.class);
        }
    }

    CompletionCommand(Host host) {
        this.host = host;
    }

    @Override
    public void run() {
        host.out().print(script(shell, spec.root()));
    }

    private static String script(Shell shell, CommandSpec root) {
        return switch (shell) {
            case BASH -> AutoComplete.bash(root.name(), root.commandLine()) + "\n";
            case ZSH -> ZshCompletion.of(CompletionTree.of(root));
            case FISH -> FishCompletion.of(CompletionTree.of(root));
        };
    }
}
