package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Golden;
import hbprobe.model.DoctorFinding;
import hbprobe.model.DoctorFinding.Check;
import hbprobe.model.DoctorFinding.Outcome;
import hbprobe.model.HostInfo;
import hbprobe.model.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code doctor} says, in files. */
class DoctorTextTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/doctor-text");
    private static final int COLUMNS = 80;

    private record Case(String name, DoctorFinding finding) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static DoctorFinding finding(Outcome outcome, List<Check> checks, @Nullable Problem error) {
        return new DoctorFinding(
                DoctorFinding.SCHEMA,
                "0.1.0",
                new HostInfo("Linux 6.1 amd64", "17.0.15", "epoll", null),
                "2026-11-24T03:00:00Z",
                0.61,
                outcome,
                checks,
                error,
                error == null ? 0 : 70);
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "able",
                        finding(
                                Outcome.ABLE,
                                List.of(
                                        Check.ok("clock", "steps of 120 ns"),
                                        Check.ok("lab", "a kernel NAT can be had")),
                                null)),
                new Case(
                        "much-is-missing",
                        finding(
                                Outcome.LIMITED,
                                Stream.of("transport", "socket filter", "TCP_INFO", "timers", "keepalive", "lab")
                                        .map(name -> Check.limited(
                                                name,
                                                "not as it should be",
                                                "something that hbprobe claims can't be had on this host, and this is"
                                                        + " told in more words than fit into a line",
                                                "do something about it"))
                                        .toList(),
                                null)),
                new Case("defect", finding(Outcome.LIMITED, List.of(), new Problem("defect", "a defect in hbprobe"))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theTextIsAsAgreed(Case one) {
        String text = DoctorText.of(one.finding, Ink.NONE);

        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
        Golden.check(GOLDEN.resolve(one.name + ".txt"), text);
    }
}
