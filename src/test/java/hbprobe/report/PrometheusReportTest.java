package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.ForeignTool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Metrics are what Prometheus' own tool takes, and follow its manners. */
class PrometheusReportTest {
    static Stream<String> names() {
        return Findings.ALL.keySet().stream();
    }

    private static String metrics(String name) {
        return Findings.ALL.get(name).as(Format.PROMETHEUS, Ink.NONE);
    }

    @ParameterizedTest
    @MethodSource("names")
    void promtoolHasNothingToSay(String name) {
        assertThat(ForeignTool.says(metrics(name), "promtool", "check", "metrics"))
                .isEmpty();
    }

    @Test
    void anExpectationThatIsUndecidedIsNoSuccess() {
        assertThat(metrics("check-mixed"))
                .contains("hbprobe_check_success{expectation=\"ending\",target=\"hb://a.example\"} 0.0\n")
                .contains("hbprobe_check_success{expectation=\"idle-at-least\",target=\"hb://a.example\"} 1.0\n")
                .contains("hbprobe_success{command=\"check\",target=\"hb://a.example,hb://b.example\"} 0.0\n");
    }

    @Test
    void oneNameTwiceIsTheWorse() {
        assertThat(metrics("doctor-limited")).containsOnlyOnce("hbprobe_doctor_able{check=\"lab\"} 0.0\n");
    }

    @Test
    void theBoundsOfATimeoutAreNamed() {
        assertThat(metrics("measure-expires"))
                .contains("hbprobe_idle_timeout_seconds{bound=\"lower\",direction=\"server-first\","
                        + "target=\"hb://server.example\",test=\"tcp-1\"} 59.8\n")
                .contains("hbprobe_idle_timeout_seconds{bound=\"upper\",direction=\"server-first\","
                        + "target=\"hb://server.example\",test=\"tcp-1\"} 61.2\n")
                .contains("hbprobe_success{command=\"measure\",target=\"hb://server.example\"} 1.0\n");
        assertThat(metrics("measure-interrupted")).doesNotContain("hbprobe_idle_timeout_seconds{");
    }
}
