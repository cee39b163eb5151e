package hbprobe.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestCase;
import org.apache.maven.plugins.surefire.report.TestSuiteXmlParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.SAXException;

/** JUnit reports are in Surefire's grammar, and Surefire's own parser reads them. */
class JunitReportTest {
    private static final Path GRAMMAR = Path.of("src/test/resources/junit/surefire-grammar.xsd");

    static Stream<String> names() {
        return Findings.ALL.keySet().stream();
    }

    private static String xml(String name) {
        return Findings.ALL.get(name).as(Format.JUNIT, Ink.NONE);
    }

    private static void validate(String xml) throws Exception {
        Validator validator = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(GRAMMAR.toFile())
                .newValidator();
        validator.validate(new StreamSource(new StringReader(xml)));
    }

    /** Surefire's parser makes a suite of each class name, which is a target here. */
    private static List<ReportTestCase> parsed(String name) throws Exception {
        byte[] bytes = xml(name).getBytes(StandardCharsets.UTF_8);
        return new TestSuiteXmlParser(new NullConsoleLogger())
                .parse(new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)).stream()
                        .flatMap(suite -> suite.getTestCases().stream())
                        .toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void itIsInSurefiresGrammar(String name) throws Exception {
        validate(xml(name));
        assertThat(xml(name)).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "<testsuite , <testsuites ",
        "tests=, test=",
        "time=\"72.500\", time=\"72.5001\"",
        "<properties>, <property>",
        "classname=, className=",
        "message=, text="
    })
    void whatIsNotInItWouldBeNoticed(String part, String broken) {
        String xml = xml("measure-unreachable");
        assertThat(xml).contains(part);

        assertThatThrownBy(() -> validate(xml.replace(part, broken))).isInstanceOf(SAXException.class);
    }

    @ParameterizedTest
    @CsvSource({
        // cases, failures, errors, skipped
        "measure-expires, 2, 0, 0, 0",
        "measure-survives, 2, 0, 0, 0",
        "measure-unreachable, 1, 0, 1, 0",
        "measure-inconclusive, 2, 0, 0, 2",
        "measure-interrupted, 2, 0, 0, 2",
        "measure-interrupted-at-once, 1, 0, 0, 1",
        "check-pass, 2, 0, 0, 0",
        "check-fail, 1, 1, 0, 0",
        "check-mixed, 4, 1, 1, 1",
        "check-interrupted, 1, 0, 0, 1",
        "detect-unreachable, 1, 0, 1, 0",
        "compare-interrupted, 1, 0, 0, 1",
        "doctor-limited, 3, 0, 0, 2",
        "hostile, 4, 1, 1, 1"
    })
    void surefireReadsWhatIsMeant(String name, int cases, int failures, int errors, int skipped) throws Exception {
        List<ReportTestCase> all = parsed(name);

        assertThat(all).hasSize(cases);
        assertThat(all.stream().filter(ReportTestCase::hasFailure)).hasSize(failures);
        assertThat(all.stream().filter(ReportTestCase::hasError)).hasSize(errors);
        assertThat(all.stream().filter(ReportTestCase::hasSkipped)).hasSize(skipped);
        assertThat(all.stream().filter(ReportTestCase::isSuccessful)).hasSize(cases - failures - errors - skipped);
        assertThat(xml(name))
                .contains(" tests=\"" + cases + "\" errors=\"" + errors + "\" skipped=\"" + skipped + "\" failures=\""
                        + failures + "\"");
    }

    @Test
    void surefireReadsWhyAnExpectationFailed() throws Exception {
        ReportTestCase failed = parsed("check-fail").get(0);

        assertThat(failed.getName()).isEqualTo("idle-at-most");
        assertThat(failed.getFailureType()).isEqualTo("expectation");
        assertThat(failed.getFailureMessage())
                .isEqualTo("expected 400s, observed alive after 400 s: idle sessions are not cut");
    }

    @Test
    void charactersThatXmlCantHoldAreLeftOutAndTheOthersAreKept() throws Exception {
        String message = parsed("hostile").get(1).getFailureMessage();

        assertThat(message)
                .contains("a[31m|\"'%25%0A")
                .contains("::error title=x::boo")
                .contains("]]> #1 \\ <b>&amp;")
                .contains("\ud83d\ude00")
                .doesNotContain("\ufffe");
    }

    @Test
    void settingsAreProperties() {
        assertThat(xml("measure-expires"))
                .contains("<property name=\"settings.max_s\" value=\"900.0\"/>")
                .contains("<property name=\"host.java\" value=\"17.0.15\"/>");
        assertThat(xml("detect-answered"))
                .contains("<property name=\"mechanisms.app-echo.settings.supplied.interval_s\" value=\"30.0\"/>");
    }
}
