package hbprobe.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code imap://} against Dovecot and {@code smtp://} against Postfix. */
@Execution(ExecutionMode.CONCURRENT)
class MailIT {
    private static final int IMAP = 143;
    private static final int SMTP = 25;

    @TempDir
    private Path folder;

    private void dovecot(ServerLab lab, String tls) throws Exception {
        Labs.needCommand("dovecot", "dovecot-imapd");
        Path run = Files.createDirectory(folder.resolve("run"));
        Path mail = ServerLab.folder(folder, "mail", "mail");
        Path configuration = Files.writeString(folder.resolve("dovecot.conf"), """
                base_dir = %s
                log_path = /dev/stderr
                protocols = imap
                listen = *
                disable_plaintext_auth = no
                mail_location = maildir:%s/%%u
                first_valid_uid = 1
                passdb {
                  driver = static
                  args = password=sesame-1
                }
                userdb {
                  driver = static
                  args = uid=mail gid=mail home=%s/%%u
                }
                %s
                """.formatted(run, mail, mail, tls));
        lab.serveAsRoot(IMAP, List.of("dovecot", "-F", "-c", configuration.toString()));
    }

    private void postfix(ServerLab lab, Certificate certificate) throws Exception {
        Labs.needCommand("postfix", "postfix");
        Path etc = Files.createDirectory(folder.resolve("etc"));
        Path queue = Files.createDirectory(folder.resolve("queue"));
        Path data = ServerLab.folder(folder, "data", "postfix");
        // Debian's, but for smtpd in a chroot that isn't there.
        String master = Files.readString(Path.of("/usr/share/postfix/master.cf.dist"))
                .replaceFirst("(?m)^(smtp +inet +n +- +)y", "$1n")
                .concat("\n465 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes")
                .concat("\n587 inet n - n - - smtpd -o smtpd_timeout=300s\n");
        Files.writeString(etc.resolve("master.cf"), master);
        Files.writeString(etc.resolve("main.cf"), """
                compatibility_level = 3.6
                queue_directory = %s
                data_directory = %s
                mail_owner = postfix
                setgid_group = postdrop
                inet_interfaces = all
                inet_protocols = ipv4
                myhostname = server.example
                mydestination = localhost
                smtpd_peername_lookup = no
                smtpd_timeout = 6s
                smtpd_tls_cert_file = %s
                smtpd_tls_key_file = %s
                maillog_file = /dev/stdout
                """.formatted(queue, data, certificate.cert(), certificate.key()));
        lab.serveAsRoot(SMTP, List.of("postfix", "-c", etc.toString(), "start-fg"));
    }

    @Test
    void noopFindsAnExpiredFlowUnderTlsToo() throws Exception {
        Certificate certificate = Certificate.made(folder);
        try (ServerLab lab = ServerLab.start(PickUp.OFF)) {
            dovecot(lab, "ssl = yes\nssl_cert = <" + certificate.cert() + "\nssl_key = <" + certificate.key());

            postfix(lab, certificate);

            try (Program underTls = lab.measuring(
                            "imaps://server",
                            "--max",
                            "12s",
                            "--cacert",
                            certificate.cert().toString());
                    Program smtp = lab.measuring("smtp://server:587", "--max", "12s")) {
                MeasureFinding plain = lab.measure("imap://server", "--max", "12s");
                for (MeasureFinding finding : List.of(plain, ServerLab.answer(underTls), ServerLab.answer(smtp))) {
                    ServerLab.assertHolds(
                            ServerLab.of(finding, Direction.CLIENT_FIRST), ServerLab.TIMEOUT_S, Ending.SILENT);
                    boolean saysSo = finding.target().dialect().equals("imap");
                    assertThat(finding.warnings().stream().anyMatch(warning -> warning.contains("nobody logged in")))
                            .isEqualTo(saysSo);
                }
            }
        }
    }

    @Test
    void aUserIsLetInWithTheRightPasswordOnly() throws Exception {
        try (ServerLab lab = ServerLab.start(PickUp.ON)) {
            dovecot(lab, "ssl = no");

            MeasureFinding finding = lab.hbprobe(
                            Map.of("HBPROBE_PASSWORD", "sesame-1"),
                            "measure",
                            "imap://ann@server",
                            "-i",
                            "1s,2s",
                            "--json")
                    .finding();
            assertThat(finding.exitCode()).isZero();
            assertThat(finding.warnings())
                    .noneSatisfy(warning -> assertThat(warning).contains("nobody logged in"));

            lab.assertLetsIn("imap://ann@server", folder);
            lab.assertHinted(IMAP, "imap");
            lab.assertLeavesNothing(IMAP, "imap://ann:sesame-1@server");

            // From here on Dovecot makes this address wait.
            lab.refused("imap://ann:sesame-2@server", "login");

            assertThat(lab.refused("smtp://server:143", "not-smtp")).contains("* OK");
        }
    }

    /** It says 421 before it closes: a farewell, not traffic. */
    @Test
    void postfixTakesItsLeaveAtItsOwnLimit() throws Exception {
        try (ServerLab lab = ServerLab.start(PickUp.ON)) {
            postfix(lab, Certificate.made(folder));

            try (Program underTls = lab.measuring("smtps://server", "--insecure", "--max", "12s")) {
                MeasureFinding plain = lab.measure("smtp://server", "--max", "12s");
                for (MeasureFinding finding : List.of(plain, ServerLab.answer(underTls))) {
                    DirectionFinding found = ServerLab.of(finding, Direction.CLIENT_FIRST);
                    assertThat(found.ending()).isEqualTo(Ending.FIN_AT_EXPIRY);
                    assertThat(found.estimateS()).isBetween(5.9, 6.2);
                    assertThat(finding.warnings())
                            .anySatisfy(warning -> assertThat(warning).contains("\"421 ", "before it closes"));
                }
            }
            lab.assertHinted(SMTP, "smtp");
            lab.assertLeavesNothing(SMTP, "smtp://server");
        }
    }
}
