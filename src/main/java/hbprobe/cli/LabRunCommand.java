package hbprobe.cli;

import hbprobe.lab.Lab;
import hbprobe.lab.LabControl;
import hbprobe.lab.LabException;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.Box;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.LabSettings.Rejection;
import hbprobe.lab.Node;
import hbprobe.model.ExitCode;
import hbprobe.runtime.Host;
import hbprobe.runtime.Self;
import hbprobe.runtime.Signals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Any hbprobe command as the client of a lab, with a responder as its server. */
@Command(
        name = "run",
        description = "Run a hbprobe command as the client of a lab, with a responder as its server.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "2:usage or configuration error",
            "3:no lab can be had on this machine",
            "*:else that of the command"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hbprobe lab run -- measure hb://server --max 60s",
            "  hbprobe lab run --idle-timeout 20s --pick-up off -- measure hb://server"
        })
final class LabRunCommand implements Callable<Integer> {
    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LabOptions labOptions = new LabOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "ARGS",
            description = "The command, after '--'; the responder's host is called 'server'.")
    private List<String> args = new ArrayList<>();

    LabRunCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandLine command = spec.commandLine();
        LabSettings settings = labOptions.settings(command);
        if (settings.towardsClient() == Rejection.RESET
                && settings.pickUp() == PickUp.ON
                && settings.box() == Box.NAT) {
            host.err()
                    .println("note: with pick-up on the client's packet founds a new flow; --ending reset shows only"
                            + " with --pick-up off");
        }
        CompletableFuture<Signals.Stop> stopped = new CompletableFuture<>();
        Signals.listen(stopped::complete);
        Optional<String> missing = Lab.unavailableBecause();
        if (missing.isPresent()) {
            host.err().println("hbprobe lab: no lab can be had here: " + missing.get());
            return ExitCode.UNREACHABLE;
        }
        try (Lab lab = Lab.start(settings);
                LabServer server = LabServer.start(lab);
                LabControl control = LabControl.open(lab, server)) {
            ProcessBuilder program = lab.on(Node.CLIENT, Self.command(args)).inheritIO();
            control.handTo(program);
            Process client = program.start();
            // Ctrl-C reaches the client by itself, a kill of this process does not.
            stopped.thenAccept(stop -> {
                if (stop == Signals.Stop.TERMINATE) {
                    client.destroy();
                }
            });
            return client.waitFor();
        } catch (LabException | IOException e) {
            host.err().println("hbprobe lab: " + e.getMessage());
            return ExitCode.UNREACHABLE;
        }
    }
}
