package hbprobe.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetSpecTest {
    @ParameterizedTest
    @CsvSource({
        "h.example:443,auto,h.example,443",
        "hb://h.example,hb,h.example,7400",
        "hb://h.example/,hb,h.example,7400",
        "HB://192.0.2.7:1,hb,192.0.2.7,1",
        "[2001:db8::7]:65535,auto,2001:db8::7,65535",
        "hb://[fe80::1%eth0],hb,fe80::1%eth0,7400",
        "hb+udp://h:9,hb+udp,h,9"
    })
    void reads(String text, String dialect, String host, int port) {
        assertThat(TargetSpec.parse(text)).isEqualTo(new TargetSpec(text, dialect, host, port));
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
                "2001:db8::7,[2001:db8::7]:7400",
                ":7400,the host is missing",
                "hb://,the host is missing",
                "[]:1,the host is missing",
                "a b:1,is not a host name",
                "hb://u@h:1,is not a host name"
            })
    void refusesAndSaysWhatWouldDo(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetSpec.parse(text))
                .withMessageContaining("target '" + text + "'")
                .withMessageContaining(why);
    }
}
