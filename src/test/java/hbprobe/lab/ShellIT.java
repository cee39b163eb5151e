package hbprobe.lab;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shell that waits in a lab. */
@Timeout(60)
class ShellIT {
    @Test
    void aFailureIsToldWithWhatTheCommandSaidAndTheNextCommandRuns() {
        try (Lab lab = Labs.start(LabSettings.defaults());
                Shell shell = Shell.on(lab, Node.NAT)) {
            assertThatExceptionOfType(LabException.class)
                    .isThrownBy(() -> shell.run("echo not; echo today >&2; (exit 3)"))
                    .withMessage("nat: echo not; echo today >&2; (exit 3): exit code 3: not; today");
            assertThatCode(() -> shell.run("ip link show n1")).doesNotThrowAnyException();
        }
    }

    @Test
    void itOutlivesCtrlCButNotAKill() {
        try (Lab lab = Labs.start(LabSettings.defaults());
                Shell shell = Shell.on(lab, Node.SERVER)) {
            assertThatCode(() -> shell.run("kill -INT $$")).doesNotThrowAnyException();
            assertThatCode(() -> shell.run(":")).doesNotThrowAnyException();
            assertThatExceptionOfType(LabException.class)
                    .isThrownBy(() -> shell.run("kill -KILL $$"))
                    .withMessage("server: the shell is gone");
            assertThatExceptionOfType(LabException.class)
                    .isThrownBy(() -> shell.run(":"))
                    .withMessageStartingWith("server: :: the shell is gone");
        }
    }
}
