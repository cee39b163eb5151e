package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Schemas;
import hbprobe.lab.Labs;
import hbprobe.model.DoctorFinding;
import hbprobe.model.DoctorFinding.Check;
import hbprobe.model.DoctorFinding.Outcome;
import hbprobe.model.DoctorFinding.State;
import hbprobe.report.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged {@code doctor}, on this machine and on one that lacks what the lab needs. */
class DoctorIT {
    private static DoctorFinding finding(Program.Result result) {
        assertThat(result.exitCode()).as(result.err()).isZero();
        Schemas.assertValid("doctor-1", result.out());
        return Json.read(result.out(), DoctorFinding.class);
    }

    private static Check check(DoctorFinding finding, String name) {
        return finding.checks().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itSaysWhatThisHostCanDo() throws Exception {
        Labs.need();
        DoctorFinding finding = finding(Program.run("doctor", "--json"));

        assertThat(check(finding, "clock").state()).isEqualTo(State.OK);
        assertThat(check(finding, "keepalive").state()).isEqualTo(State.OK);
        assertThat(check(finding, "lab").state()).isEqualTo(State.OK);
        State segments = Program.seesSegments() ? State.OK : State.LIMITED;
        assertThat(check(finding, "transport").state()).isEqualTo(segments);
        assertThat(check(finding, "TCP_INFO").state()).isEqualTo(segments);
        assertThat(check(finding, "socket filter").state()).isEqualTo(segments);
        assertThat(finding.checks())
                .filteredOn(one -> one.state() == State.LIMITED)
                .allSatisfy(one -> assertThat(one.consequence()).isNotBlank())
                .allSatisfy(one -> assertThat(one.remedy()).isNotBlank());
        // With the program's start it is about a second on a quiet machine.
        assertThat(finding.elapsedS()).isLessThan(3);
    }

    /** A root without nft and without namespaces, as a container has it: its file system and its limits are its own. */
    @Test
    void inAContainerLikeRootItsAdviceNamesThePackageAndTheNamespaces() throws Exception {
        Labs.need();
        String script = "mkdir -p /tmp/empty && mount -t tmpfs none /usr/sbin && mount -t tmpfs none /usr/local/sbin"
                + " && echo 0 >/proc/sys/user/max_net_namespaces && exec \"$@\"";
        List<String> command =
                new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"));
        command.addAll(Program.command("doctor", "--json"));
        try (Program doctor = Program.start(new ProcessBuilder(command), Map.of())) {
            DoctorFinding finding = finding(doctor.await());

            assertThat(finding.outcome()).isEqualTo(Outcome.LIMITED);
            assertThat(finding.checks())
                    .filteredOn(one -> one.name().equals("lab"))
                    .anySatisfy(one -> {
                        assertThat(one.seen()).contains("nft is missing");
                        assertThat(one.remedy()).isEqualTo("apt-get install nftables");
                    })
                    .anySatisfy(one -> {
                        assertThat(one.seen()).contains("namespaces");
                        assertThat(one.remedy()).contains("allow user namespaces");
                    })
                    .allSatisfy(one -> assertThat(one.consequence()).contains("measuring is not affected"));
        }
    }

    @Test
    void theTextHasTheAnswerInItsFirstLine() throws Exception {
        Program.Result result = Program.run("doctor");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out().lines().findFirst().orElseThrow()).startsWith("This host can measure");
        assertThat(result.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }
}
