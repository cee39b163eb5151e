package hbprobe.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetSpecTest {
    private static final Map<String, Scheme> SCHEMES = Stream.of(
                    Scheme.plain("hb", "hb", Transport.TCP, OptionalInt.of(7400)),
                    Scheme.plain("hb+udp", "hb", Transport.UDP, OptionalInt.of(7400)),
                    Scheme.plain("tcp", "tcp", Transport.TCP, OptionalInt.empty()),
                    Scheme.server("redis", "redis", 6379))
            .collect(Collectors.toMap(Scheme::word, Function.identity()));

    private static TargetSpec parse(String text) {
        return TargetSpec.parse(text, SCHEMES);
    }

    @ParameterizedTest
    @CsvSource({
        "h.example:443,auto,h.example,443",
        "hb://h.example,hb,h.example,7400",
        "hb://h.example/,hb,h.example,7400",
        "HB://192.0.2.7:1,hb,192.0.2.7,1",
        "[2001:db8::7]:65535,auto,2001:db8::7,65535",
        "hb://[fe80::1%eth0],hb,fe80::1%eth0,7400",
        "hb+udp://h:9,hb+udp,h,9",
        "redis://h,redis,h,6379",
        "redis://[2001:db8::7],redis,2001:db8::7,6379"
    })
    void reads(String text, String scheme, String host, int port) {
        Scheme expected = scheme.equals("auto") ? Scheme.AUTO : SCHEMES.get(scheme);

        assertThat(parse(text)).isEqualTo(new TargetSpec(text, expected, host, port));
    }

    @Test
    void readsALoginAPathAndParameters() {
        TargetSpec target = parse("redis://ann:p%40ss:w@rd@h.example:1/db/2?one=1&two=a%20b&three");

        assertThat(target.host()).isEqualTo("h.example");
        assertThat(target.port()).isEqualTo(1);
        assertThat(target.login()).isEqualTo(new Login(Optional.of("ann"), Optional.of("p@ss:w@rd")));
        assertThat(target.path()).isEqualTo("db/2");
        assertThat(target.parameters()).isEqualTo(Map.of("one", "1", "two", "a b", "three", ""));
    }

    @Test
    void aPasswordAloneIsNobodysInParticular() {
        assertThat(parse("redis://:pass@h").login()).isEqualTo(new Login(Optional.empty(), Optional.of("pass")));
    }

    @ParameterizedTest
    @CsvSource({
        "redis://ann:secret@h/0,redis://ann:***@h/0",
        "redis://:secret@h,redis://:***@h",
        "redis://ann:se:cr@et@h,redis://ann:***@h",
        "redis://ann@h,redis://ann@h",
        "redis://h/a:b@c,redis://h/a:b@c"
    })
    void aPasswordIsNeverPrinted(String text, String printed) {
        TargetSpec target = parse(text);

        assertThat(target.uri()).isEqualTo(printed);
        assertThat(target.toString()).doesNotContain("secret").doesNotContain("cr@et");
    }

    @Test
    void aPasswordFromElsewhereDoesNotReplaceTheOneInTheUri() {
        assertThat(parse("redis://ann@h")
                        .orPassword(Optional.of("other"))
                        .login()
                        .password())
                .contains("other");
        assertThat(parse("redis://ann:own@h")
                        .orPassword(Optional.of("other"))
                        .login()
                        .password())
                .contains("own");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "h:0,port 0 is not between",
                "h:70000,port 70000 is not between",
                "h:99999999999,is not between",
                "h:,the port after ':' is missing",
                "h:4x,'4x' is not a port number",
                "h:-1,'-1' is not a port number",
                "h,the port is missing",
                "tcp://h,the port is missing",
                "2001:db8::7,[2001:db8::7]:7400",
                ":7400,the host is missing",
                "hb://,the host is missing",
                "[]:1,the host is missing",
                "a b:1,is not a host name",
                "hb://u@h:1,is not a host name",
                "redis://ann@,the host is missing",
                "redis://a%zz@h,write % itself as %25",
                "gopher://h:70,the scheme 'gopher' is not known"
            })
    void refusesAndSaysWhatWouldDo(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(text))
                .withMessageContaining("target '" + text + "'")
                .withMessageContaining(why);
    }

    @Test
    void aSlashInAPasswordIsRefusedRatherThanPrinted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("redis://ann:1/cr@et@h"))
                .withMessageContaining("%2F")
                .withMessageNotContaining("cr@et");
    }

    @Test
    void aRefusalDoesNotPrintThePasswordEither() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("redis://ann:secret@h:0"))
                .withMessageContaining("redis://ann:***@h:0")
                .withMessageNotContaining("secret");
    }
}
