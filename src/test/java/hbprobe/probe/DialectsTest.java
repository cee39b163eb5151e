package hbprobe.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectsTest {
    @ParameterizedTest
    @CsvSource({
        "SSH-2.0-OpenSSH_9.2, 2222, ssh",
        "220 mail.example ESMTP Postfix, 2525, smtp",
        "220 ftp.example FTP server, 21, ",
        "* OK [CAPABILITY IMAP4rev1] ready, 1430, imap",
        "-ERR unknown command, 7000, redis",
        "HTTP/1.1 400 Bad Request, 8080, http",
        "AMQP...., 4711, amqp",
        "'', 5432, postgres",
        "'', 443, https",
        "'', 6379, redis",
        "'', 4711, ",
        "settings of HTTP/2, 80, h2",
        "settings of HTTP/2, 50051, grpc",
        "'an alert of TLS, which it seems to expect from the first byte on', 8883, mqtts",
        "'an alert of TLS, which it seems to expect from the first byte on', 4711, tls",
        "'an alert of TLS, which it seems to expect from the first byte on', 80, tls",
        "hello, 6379, "
    })
    void whatAFarEndSaysTellsWhichSchemeWouldTellMore(String words, int port, String scheme) {
        assertThat(Dialects.better(words, port)).isEqualTo(Optional.ofNullable(scheme));
    }
}
