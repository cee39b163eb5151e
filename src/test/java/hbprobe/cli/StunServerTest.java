package hbprobe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import hbprobe.model.TargetSpec;
import hbprobe.probe.NatExperiment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StunServerTest {
    @ParameterizedTest
    @CsvSource({
        "stun.example.org, stun.example.org, 3478",
        "stun.example.org:19302, stun.example.org, 19302",
        "stun:stun.example.org, stun.example.org, 3478",
        "STUN:stun.example.org:3480, stun.example.org, 3480",
        "stun://stun.example.org, stun.example.org, 3478",
        "192.0.2.7, 192.0.2.7, 3478",
        "2001:db8::7, 2001:db8::7, 3478",
        "[2001:db8::7], 2001:db8::7, 3478",
        "[2001:db8::7]:3480, 2001:db8::7, 3480",
        "stun:[2001:db8::7]:3480, 2001:db8::7, 3480",
        "fe80::1%eth0, fe80::1%eth0, 3478"
    })
    void aServerIsRead(String text, String host, int port) {
        assertThat(StunServer.parse(text)).isEqualTo(new TargetSpec(text, NatExperiment.SCHEME, host, port));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "stuns:stun.example.org | the scheme 'stuns' is not known here",
                "turn:stun.example.org:3478 | the scheme 'turn' is not known here",
                "hb://server | the scheme 'hb' is not known here",
                "stun.example.org:port | 'port' is not a port number",
                "stun.example.org: | the port after ':' is missing",
                "stun.example.org:70000 | port 70000 is not between 1 and 65535",
                "stun: | the host is missing"
            })
    void whatIsNoneSaysWhy(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StunServer.parse(text))
                .withMessageStartingWith("server '" + text + "': ")
                .withMessageContaining(why);
    }
}
