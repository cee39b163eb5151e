package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.ForeignTool;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Perl's parser, which knows TAP 13, reads our TAP 14 but for its first line: what is used of it was there before. */
class TapReportTest {
    private static final String TALLY = "use TAP::Parser; local $/; my $p = TAP::Parser->new({tap => <STDIN>});"
            + " my ($yaml, $bail) = (0, 0);"
            + " while (my $r = $p->next) { $yaml++ if $r->is_yaml && ref $r->data; $bail++ if $r->is_bailout;"
            + " print 'unknown: ', $r->as_string, \"\\n\" if $r->is_unknown }"
            + " print \"error: $_\\n\" for $p->parse_errors;"
            + " printf \"%d of %d, ok %d, not ok %d, skipped %d, yaml %d, bailed out %d\\n\", $p->tests_run,"
            + " $p->tests_planned, scalar $p->passed, scalar $p->failed, scalar $p->skipped, $yaml, $bail;";

    static Stream<String> names() {
        return Findings.ALL.keySet().stream();
    }

    private static String tap(String name) {
        return Findings.ALL.get(name).as(Format.TAP, Ink.NONE);
    }

    private static String tally(String tap) {
        assertThat(tap).startsWith("TAP version 14\n1..");
        // Debian has a perl without modules; where prove is, the parser is.
        ForeignTool.says("", "prove", "--version");
        return ForeignTool.says(tap.replaceFirst("version 14", "version 13"), "perl", "-CSD", "-e", TALLY);
    }

    @ParameterizedTest
    @MethodSource("names")
    void perlReadsEveryLineAndEveryDiagnosticBlock(String name) {
        long cases =
                tap(name).lines().filter(line -> line.matches("(not )?ok .*")).count();

        assertThat(tally(tap(name)))
                .doesNotContain("error:")
                .doesNotContain("unknown:")
                .startsWith(cases + " of " + cases)
                .contains("yaml " + cases);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "measure-expires     | 2 of 2, ok 2, not ok 0, skipped 0, yaml 2, bailed out 0",
                "measure-unreachable | 1 of 1, ok 0, not ok 1, skipped 0, yaml 1, bailed out 0",
                "measure-inconclusive| 2 of 2, ok 2, not ok 0, skipped 2, yaml 2, bailed out 0",
                "measure-interrupted | 2 of 2, ok 2, not ok 0, skipped 2, yaml 2, bailed out 1",
                "check-mixed         | 4 of 4, ok 2, not ok 2, skipped 1, yaml 4, bailed out 0",
                "hostile             | 4 of 4, ok 2, not ok 2, skipped 1, yaml 4, bailed out 0"
            })
    void perlCountsAsIsMeant(String name, String counted) {
        assertThat(tally(tap(name))).isEqualTo(counted + "\n");
    }

    @Test
    void aMistakeWouldBeNoticed() {
        assertThat(tally(tap("check-mixed").replace("1..4", "1..5"))).contains("error:");
        assertThat(tally(tap("check-mixed").replace("ok 1 - ", "okay "))).contains("unknown:");
    }

    @Test
    void noTextBeginsADirectiveOrALine() {
        List<String> lines = tap("hostile").lines().toList();

        assertThat(lines)
                .filteredOn(line -> line.matches("(not )?ok .*"))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line.split("(?<!\\\\)#", -1).length - 1)
                        .isLessThanOrEqualTo(line.contains("# SKIP ") ? 2 : 0));
        assertThat(lines).noneMatch(line -> line.startsWith("::") || line.startsWith("]]"));
    }
}
