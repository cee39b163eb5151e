package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hbprobe.model.AdviceFinding.Snippet;
import hbprobe.model.AdviceSettings;
import hbprobe.model.AdviceSettings.Basis;
import hbprobe.model.AdviceSettings.Power;
import hbprobe.model.Ending;
import hbprobe.model.SnippetTemplate;
import hbprobe.model.SnippetTemplate.Kind;
import hbprobe.model.SnippetTemplate.Unit;
import hbprobe.model.Stacks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every stack's settings at every timeout: whole, within the stack's limits, or honestly absent. */
class SnippetsTest {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[a-z_0-9]+}");

    private static AdvicePlan plan(double timeoutS, Optional<Duration> within, Optional<Ending> ending) {
        return AdvicePlan.of(new AdviceSettings(
                Duration.ofNanos(Math.round(timeoutS * 1e9)),
                Basis.EXPIRES,
                ending,
                Optional.empty(),
                Duration.ofMillis(100),
                0,
                within,
                Power.MAINS,
                Stacks.names()));
    }

    private static AdvicePlan plan(double timeoutS) {
        return plan(timeoutS, Optional.empty(), Optional.empty());
    }

    private static SnippetTemplate first(String stack) {
        return Stacks.of(stack).get(0);
    }

    private static SnippetTemplate template(String text, Unit unit, double leastS, double mostS) {
        return new SnippetTemplate(
                "stack",
                "title",
                "conf",
                Kind.HEARTBEAT,
                unit,
                leastS,
                mostS,
                Optional.empty(),
                "https://example.com",
                "why",
                List.of(),
                text);
    }

    /** From two seconds to two hours. */
    static DoubleStream timeouts() {
        return DoubleStream.iterate(2, at -> at <= 7_200, at -> at * 1.31);
    }

    @ParameterizedTest
    @MethodSource("timeouts")
    void everyStackIsFilledInWithinItsLimitsOrSaysWhyNot(double timeoutS) {
        for (String stack : Stacks.names()) {
            for (SnippetTemplate template : Stacks.of(stack)) {
                Snippet snippet = Snippets.of(plan(timeoutS), template);

                assertThat(snippet.why()).as(template.title()).doesNotContainPattern(PLACEHOLDER);
                boolean fits = template.leastS() * 1.5 <= timeoutS;
                if (fits) {
                    assertThat(snippet.text())
                            .as(template.title())
                            .isNotNull()
                            .doesNotContainPattern(PLACEHOLDER)
                            .doesNotContain("-1");
                } else {
                    assertThat(snippet.text()).as(template.title()).isNull();
                    assertThat(snippet.notes())
                            .as(template.title())
                            .singleElement()
                            .satisfies(note -> assertThat(note).startsWith("not possible: "));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("timeouts")
    void theIntervalFilledInIsWithinTheLimitsAndBelowTheTimeout(double timeoutS) {
        for (String stack : Stacks.names()) {
            for (SnippetTemplate template : Stacks.of(stack)) {
                SnippetTemplate bare = new SnippetTemplate(
                        stack,
                        template.title(),
                        template.format(),
                        template.kind(),
                        template.unit(),
                        template.leastS(),
                        template.mostS(),
                        template.noticedAfter(),
                        template.source(),
                        "why",
                        List.of(),
                        "{interval_ms} {close_ms}");
                String text = Snippets.of(plan(timeoutS), bare).text();
                if (text != null) {
                    double intervalS = Double.parseDouble(text.split(" ")[0]) / 1e3;
                    assertThat(intervalS).as(template.title()).isBetween(template.leastS(), template.mostS());
                    assertThat(intervalS * 1.5).as(template.title()).isLessThanOrEqualTo(timeoutS);
                    assertThat(Double.parseDouble(text.split(" ")[1]) / 1e3).isLessThan(timeoutS);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"350, 120000", "240, 90000", "60, 30000", "7200, 900000"})
    void hikariTakesThirtySecondsAtLeast(double timeoutS, String keepaliveTime) {
        assertThat(Snippets.of(plan(timeoutS), first("hikaricp")).text())
                .startsWith("keepaliveTime=" + keepaliveTime + "\n");
    }

    @Test
    void aValueThatWasChangedIsTold() {
        assertThat(Snippets.of(plan(60), first("hikaricp")).notes())
                .containsExactly("it takes no less than 30s, where 20s would be better: this bears no lost heartbeat");
        assertThat(Snippets.of(plan(7_200), first("hikaricp")).notes()).containsExactly("it takes no more than 15m");
        assertThat(Snippets.of(plan(350), first("hikaricp")).notes()).isEmpty();
        assertThat(Snippets.of(plan(2), first("netty")).notes()).isEmpty();
    }

    @Test
    void hikariCannotKeepAPathOfThirtySecondsOpen() {
        Snippet snippet = Snippets.of(plan(30), first("hikaricp"));

        assertThat(snippet.text()).isNull();
        assertThat(snippet.notes())
                .containsExactly(
                        "not possible: the least that it takes, 30s, leaves no room below an idle timeout of" + " 30s");
    }

    @Test
    void theLeastFitsDownToOneAndAHalfOfIt() {
        SnippetTemplate template = template("{interval_s}", Unit.SECONDS, 30, 100);

        assertThat(Snippets.of(plan(45), template).text()).isEqualTo("30");
        assertThat(Snippets.of(plan(44.999), template).text()).isNull();
    }

    @Test
    void grpcIsToldOfTheServerThatAllowsNoFasterPing() {
        assertThat(Snippets.of(plan(600), first("grpc")).notes())
                .singleElement()
                .satisfies(note -> assertThat(note).contains("ENHANCE_YOUR_CALM"));
        assertThat(Snippets.of(plan(750), first("grpc")).notes()).isEmpty();
    }

    @Test
    void aStackThatNoticesTooLateSaysSo() {
        AdvicePlan plan = plan(60, Optional.of(Duration.ofSeconds(15)), Optional.empty());

        assertThat(Snippets.of(plan, first("openssh")).notes())
                .containsExactly("it notices a drop after 40s, later than the 15s asked for");
        assertThat(Snippets.of(plan, first("linux-sysctl")).notes()).isEmpty();
    }

    @Test
    void keepaliveSaysThatAServerDoesNotCountIt() {
        AdvicePlan plan = plan(60, Optional.empty(), Optional.of(Ending.FIN_AT_EXPIRY));

        assertThat(Snippets.of(plan, first("linux-sysctl")).notes())
                .singleElement()
                .satisfies(note -> assertThat(note).contains("counts bytes"));
        assertThat(Snippets.of(plan, first("openssh")).notes()).isEmpty();
    }

    @Test
    void anUnknownPlaceholderIsADefectThatNamesItself() {
        SnippetTemplate template = template("{no_such_value}", Unit.SECONDS, 1, 100);

        assertThatThrownBy(() -> Snippets.of(plan(60), template))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'no_such_value' is no value");
    }

    @Test
    void everyPlaceholderIsFilledFromOnePlan() {
        String text = "{interval_s} {interval_ms} {half_interval_s} {two_intervals_s} {three_intervals_s}"
                + " {four_intervals_s} {echo_timeout_s} {echo_timeout_ms} {noticed_s} {silence_s} {silence_ms}"
                + " {close_s} {close_ms} {keepalive_idle_s} {keepalive_interval_s} {keepalive_count}"
                + " {keepalive_noticed_s} {user_timeout_s} {user_timeout_ms} {idle_timeout_s}";
        Matcher names = PLACEHOLDER.matcher(text);

        assertThat(names.results().count()).isEqualTo(20);
        assertThat(Snippets.of(plan(60), template(text, Unit.SECONDS, 1, 100)).text())
                .isEqualTo("20 20000 10 40 60 80 5 5000 25 25 25000 40 40000 20 6 3 38 38 38000 60");
    }
}
