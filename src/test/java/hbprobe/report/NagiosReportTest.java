package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines for monitoring, held against the grammar of the Monitoring Plugins Development Guidelines. */
class NagiosReportTest {
    private static final String NUMBER = "-?\\d+(\\.\\d+)?";
    private static final Pattern DATUM = Pattern.compile("'([^'=]|'')+'=" + NUMBER + "(s|us|ms|%|[KMGT]?B|c)?" + "(;("
            + NUMBER + ")?(;(" + NUMBER + ")?(;(" + NUMBER + ")?(;(" + NUMBER + ")?)?)?)?)?");
    private static final Pattern STATUS = Pattern.compile("HBPROBE (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+");

    static Stream<String> names() {
        return Findings.ALL.keySet().stream();
    }

    private static List<String> lines(String name) {
        return Findings.ALL.get(name).as(Format.NAGIOS, Ink.NONE).lines().toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void theFirstLineIsStatusAndPerformanceData(String name) {
        String[] parts = lines(name).get(0).split(" \\| ", -1);

        assertThat(parts).hasSize(2);
        assertThat(parts[0]).matches(STATUS);
        String rest = parts[1];
        int data = 0;
        var matcher = Pattern.compile("\\G" + DATUM + "( |$)").matcher(rest);
        int end = 0;
        while (end < rest.length() && matcher.find()) {
            end = matcher.end();
            data++;
        }
        assertThat(end).as(rest).isEqualTo(rest.length());
        assertThat(data).isPositive();
    }

    @ParameterizedTest
    @MethodSource("names")
    void theOtherLinesHoldNoPerformanceData(String name) {
        assertThat(lines(name).stream().skip(1)).isNotEmpty().noneMatch(line -> line.contains("|"));
    }

    @ParameterizedTest
    @CsvSource({
        "measure-expires, OK",
        "measure-unreachable, UNKNOWN",
        "measure-inconclusive, WARNING",
        "measure-interrupted, UNKNOWN",
        "check-pass, OK",
        "check-fail, CRITICAL"
    })
    void theStatusIsThatOfTheRun(String name, String status) {
        assertThat(lines(name).get(0)).startsWith("HBPROBE " + status + " - ");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "4, 1", "1, 2", "3, 3", "2, 3", "70, 3", "130, 3", "143, 3"})
    void exitCodesAreAPlugins(int ours, int plugins) {
        assertThat(NagiosReport.exitCode(ours)).isEqualTo(plugins);
    }
}
