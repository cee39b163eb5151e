package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.Login;
import hbprobe.net.KernelView;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** IMAP (RFC 9051): NOOP is the ping, before a login or after one; no mailbox is opened. */
public final class ImapDialect implements Dialect {
    /** Dovecot takes 100 connections that have not logged in, and ten of one user from one address. */
    private static final int FLOWS_BEFORE_LOGIN = 64;

    private static final int FLOWS_OF_A_USER = 8;

    private static final int LONGEST_LINE = 8_192;

    private final Access access;

    /** @param access who logs in, and where; nobody has to */
    public ImapDialect(Access access) {
        this.access = access;
    }

    @Override
    public String name() {
        return access.target().scheme().word();
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        boolean logsIn = access.login().user().isPresent();
        List<String> untested = new ArrayList<>(List.of(OneSided.CLIENT_SPOKE_FIRST));
        if (!logsIn) {
            untested.add(OneSided.NOBODY_LOGGED_IN);
        }
        return Abilities.ofServer(Abilities.TCP_CLIENT_FIRST, logsIn ? FLOWS_OF_A_USER : FLOWS_BEFORE_LOGIN, untested);
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(access, priming, kernel, listener);
    }

    /** One flow. */
    private static final class Talk extends ServerTalk<String> {
        private final Access access;
        private int commands;

        Talk(Access access, Priming priming, KernelView kernel, FlowListener listener) {
            super(String.class, "imap", priming, kernel, listener);
            this.access = access;
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(
                    new LineBasedFrameDecoder(LONGEST_LINE),
                    new StringDecoder(StandardCharsets.UTF_8),
                    new StringEncoder(StandardCharsets.UTF_8));
        }

        @Override
        void logIn() {
            await(this::onGreeting);
        }

        private void onGreeting(String line) {
            Login login = access.login();
            if (line.startsWith("* BYE")) {
                refuse("refused", "the IMAP server refuses: " + Sayings.printable(line));
            } else if (!line.startsWith("* OK") && !line.startsWith("* PREAUTH")) {
                notSpoken(Sayings.printable(line));
            } else if (login.user().isEmpty() || line.startsWith("* PREAUTH")) {
                ready();
            } else {
                Optional<String> password = login.password();
                if (password.isEmpty()) {
                    refuse(
                            "login",
                            "the target names a user without a password; give it with --password-file or"
                                    + " HBPROBE_PASSWORD");
                } else {
                    command("LOGIN " + quoted(login.user().get()) + " " + quoted(password.get()), answer -> {
                        if (answer.startsWith("OK")) {
                            ready();
                        } else {
                            refuse("login", "the IMAP server refuses the login: " + Sayings.printable(answer));
                        }
                    });
                }
            }
        }

        /** A quoted string (RFC 9051, section 9); what can't be quoted is no user and no password. */
        private static String quoted(String text) {
            return '"' + text.replaceAll("[\r\n\u0000]", "").replaceAll("([\\\\\"])", "\\\\$1") + '"';
        }

        /** @param onAnswer told of the answer's words, without its tag */
        private void command(String words, Consumer<String> onAnswer) {
            String tag = "h" + ++commands;
            ask(tag + " " + words + "\r\n", line -> {
                if (line.startsWith(tag + " ")) {
                    onAnswer.accept(line.substring(tag.length() + 1));
                } else {
                    notSpoken(Sayings.printable(line));
                }
            });
        }

        /** Lines without a tag tell of mailboxes and such; only the last one before a close matters. */
        @Override
        void read(String line) {
            boolean greeting = commands == 0;
            if (line.startsWith("* BYE") && !greeting) {
                unasked(line);
            } else if (!line.startsWith("* ") || greeting) {
                super.read(line);
            }
        }

        @Override
        void ping() {
            command("NOOP", answer -> answered());
        }

        @Override
        void farewell() {
            command("LOGOUT", answer -> {});
        }
    }
}
