package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.MeasureFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What 512 flows cost the client. */
@Isolated
class ManyFlowsIT {
    private static final int RUNGS = 248;
    private static final long MOST_KIB = 200 * 1024;

    @BeforeAll
    static void needsProc() {
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "no /proc here");
    }

    @Test
    void fitIntoTwoHundredMebibytesAndLeaveTheProcessorAloneWhileWaiting() throws Exception {
        // One short rung to wait for, and as many long ones as make 500 flows that do nothing meanwhile.
        String intervals = "12s,"
                + IntStream.range(300, 300 + RUNGS).mapToObj(idle -> idle + "s").collect(Collectors.joining(","));
        try (Program.Responder responder = Program.responder(builder -> builder);
                Program client = Program.start(
                        "measure", responder.target(), "-j", "-v", "-i", intervals, "--open-rate", "200/s")) {
            long pid = client.process().pid();
            for (int primed = 0; primed < 2 * RUNGS; primed++) {
                client.awaitErr("primed in");
            }
            Duration before = cpu(pid);
            client.awaitErr("speaks after 12.0 s");
            Duration used = cpu(pid).minus(before);
            long peakKib = peakKib(pid);
            client.signal("INT");
            Program.Result result = client.await();

            assertThat(peakKib).as("peak resident memory, KiB").isLessThan(MOST_KIB);
            assertThat(used).as("processor time while some seconds pass").isLessThan(Duration.ofMillis(1_500));
            MeasureFinding finding = result.finding();
            assertThat(finding.flows().stream().filter(flow -> flow.local() != null))
                    .hasSizeGreaterThan(490);
            assertThat(finding.host().timerErrorMsP99()).isNotNull();
        }
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid).orElseThrow().info().totalCpuDuration().orElseThrow();
    }

    private static long peakKib(long pid) throws IOException {
        Pattern peak = Pattern.compile("VmHWM:\\s+(\\d+) kB");
        List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
        return status.stream()
                .map(peak::matcher)
                .filter(java.util.regex.Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .findFirst()
                .orElseThrow();
    }
}
