package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.lab.LabControl;
import hbprobe.lab.LabRemote;
import hbprobe.lab.Labs;
import hbprobe.model.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The packaged program's lab, as a command that runs in it can use it. */
class LabRunIT {
    /** What a command is told of its lab. */
    private static Optional<String> control(ProcessHandle process) {
        try {
            String environment =
                    Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.UTF_8);
            return Arrays.stream(environment.split("\0", -1))
                    .filter(variable -> variable.startsWith(LabControl.VARIABLE + "="))
                    .map(variable -> variable.substring(variable.indexOf('=') + 1))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty(); // it has ended
        }
    }

    private static List<ProcessHandle> responders(Program lab) {
        return lab.process()
                .children()
                .filter(child -> child.info()
                        .arguments()
                        .map(Arrays::asList)
                        .orElse(List.of())
                        .contains("respond"))
                .toList();
    }

    @Test
    void aCommandCanHaveItsResponderKilledAndAnotherStarted() throws Exception {
        Labs.need();
        try (Program lab = Program.start("lab", "run", "--", "respond", "--port", "7401")) {
            lab.awaitErr("listening on ");
            List<ProcessHandle> told = lab.process()
                    .children()
                    .filter(child -> control(child).isPresent())
                    .toList();
            assertThat(told).as("the command, and not the responder").hasSize(1);
            ProcessHandle command = told.get(0);
            assertThat(responders(lab)).hasSize(2);
            ProcessHandle responder = responders(lab).stream()
                    .filter(one -> !one.equals(command))
                    .findFirst()
                    .orElseThrow();
            String seenFromHere =
                    "/proc/" + command.pid() + "/root" + control(command).orElseThrow();
            try (LabRemote remote = LabRemote.of(Optional.of(seenFromHere)).orElseThrow()) {
                remote.stage(Fault.Kind.STOP);
                remote.stage(Fault.Kind.KILL);
                assertThat(responder.isAlive()).isFalse();
                remote.heal(Fault.Kind.KILL);
                assertThat(responders(lab)).hasSize(2).doesNotContain(responder).contains(command);
                remote.stage(Fault.Kind.STOP);
            }
            List<ProcessHandle> all = lab.process().descendants().toList();
            lab.signal("TERM");
            lab.await();
            for (ProcessHandle process : all) {
                process.onExit().get(10, TimeUnit.SECONDS);
            }
        }
    }
}
