package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.net.KernelView;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** SMTP (RFC 5321): NOOP is the ping. Nobody logs in and nothing is sent. */
public final class SmtpDialect implements Dialect {
    /** Postfix takes 50 connections of one client at once. */
    private static final int FLOWS = 40;

    /** RFC 5321 (4.5.3.1.5) allows 512 bytes; extensions announce themselves in longer lines. */
    private static final int LONGEST_LINE = 4_096;

    private final Access access;

    /** @param access where it is */
    public SmtpDialect(Access access) {
        this.access = access;
    }

    @Override
    public String name() {
        return access.target().scheme().word();
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return Abilities.ofServer(Abilities.TCP_CLIENT_FIRST, FLOWS, List.of(OneSided.CLIENT_SPOKE_FIRST));
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(priming, kernel, listener);
    }

    /** One flow. */
    private static final class Talk extends ServerTalk<String> {
        Talk(Priming priming, KernelView kernel, FlowListener listener) {
            super(String.class, "smtp", priming, kernel, listener);
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(
                    new LineBasedFrameDecoder(LONGEST_LINE),
                    new StringDecoder(StandardCharsets.US_ASCII),
                    new StringEncoder(StandardCharsets.US_ASCII));
        }

        @Override
        void logIn() {
            await(this::onGreeting);
        }

        private void onGreeting(String line) {
            if (line.startsWith("220")) {
                ask("EHLO hbprobe.invalid\r\n", this::onHello);
            } else if (line.matches("[45]\\d\\d[ -].*")) {
                refuse("refused", "the SMTP server refuses: " + Sayings.printable(line));
            } else {
                notSpoken(Sayings.printable(line));
            }
        }

        private void onHello(String line) {
            if (line.startsWith("250")) {
                ready();
            } else {
                refuse("refused", "the SMTP server refuses EHLO: " + Sayings.printable(line));
            }
        }

        /** The last line of an answer has a space after its code; those before it say nothing that matters here. */
        @Override
        void read(String line) {
            if (!line.matches("\\d\\d\\d-.*")) {
                super.read(line);
            }
        }

        @Override
        void ping() {
            ask("NOOP\r\n", line -> {
                if (line.startsWith("421")) {
                    unasked(line); // the server closes
                } else {
                    answered();
                }
            });
        }

        @Override
        void farewell() {
            say("QUIT\r\n");
        }
    }
}
