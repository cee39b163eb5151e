package hbprobe.dialect;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.exception.ScramRuntimeException;
import hbprobe.dialect.XmppStanzas.Closed;
import hbprobe.dialect.XmppStanzas.Element;
import hbprobe.dialect.XmppStanzas.Opened;
import hbprobe.model.Abilities;
import hbprobe.net.KernelView;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.string.StringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * XMPP (RFC 6120): a ping of XEP-0199 is the ping, a space between stanzas the heartbeat that nobody answers (4.6.1).
 * It takes a login, since nobody is answered before one. {@code ?starttls=require} asks for TLS in the stream,
 * {@code ?domain=} names the server's domain where that is not the host.
 */
public final class XmppDialect implements Dialect {
    /** Servers have no usual limit for one client; but each flow is a session of one user. */
    private static final int FLOWS = 64;

    private static final String TLS = "urn:ietf:params:xml:ns:xmpp-tls";
    private static final String SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
    private static final String BIND = "urn:ietf:params:xml:ns:xmpp-bind";
    private static final String PING = "urn:xmpp:ping";

    private final Access access;

    /** @param access who logs in, and where */
    public XmppDialect(Access access) {
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
    public boolean startsTls() {
        return wantsTls(access);
    }

    private static boolean wantsTls(Access access) {
        return access.target().parameters().getOrDefault("starttls", "").equals("require");
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(access, priming, kernel, listener);
    }

    /** One flow. */
    private static final class Talk extends ServerTalk<Object> {
        private final XmppStanzas stanzas = new XmppStanzas();
        private final Access access;
        private final String domain;
        private boolean secured;
        private boolean authenticated;
        private @Nullable ScramClient scram;
        private int pings;
        private int answeredPings;

        Talk(Access access, Priming priming, KernelView kernel, FlowListener listener) {
            super(Object.class, "xmpp", priming, kernel, listener);
            this.access = access;
            this.domain = access.target()
                    .parameters()
                    .getOrDefault("domain", access.target().host());
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(stanzas, new StringEncoder(StandardCharsets.UTF_8));
        }

        @Override
        void logIn() {
            if (access.login().user().isEmpty() || access.login().password().isEmpty()) {
                refuse(
                        "login",
                        "xmpp answers nobody who has not logged in; name a user in the target"
                                + " (xmpp://USER@host) and give the password with --password-file or HBPROBE_PASSWORD");
                return;
            }
            openStream();
        }

        private void openStream() {
            say("<?xml version='1.0'?><stream:stream to='" + escaped(domain)
                    + "' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>");
        }

        /** After TLS or a login the stream begins anew, and so does its document. */
        private void reopenStream() {
            stanzas.beginAnew();
            openStream();
        }

        private static String escaped(String text) {
            return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
        }

        @Override
        void read(Object message) {
            if (message instanceof Element stanza) {
                onStanza(stanza);
            } else if (message instanceof Opened opened) {
                onOpened(opened.attributes());
            } else if (message instanceof Closed) {
                hear("</stream>");
            }
        }

        private void onOpened(Map<String, String> attributes) {
            if (!attributes.containsKey("from") && !attributes.containsKey("id")) {
                notSpoken("another XML document");
            }
        }

        private void onStanza(Element stanza) {
            switch (stanza.name()) {
                case "features" -> onFeatures(stanza);
                case "proceed" ->
                    startTls(access.tls(), access, () -> {
                        secured = true;
                        reopenStream();
                    });
                case "challenge" -> onChallenge(stanza.text());
                case "success" -> onSuccess(stanza.text());
                case "failure" -> refuse("login", "the XMPP server refuses: " + stanza.gist());
                case "error" -> onError(stanza);
                case "iq" -> onIq(stanza);
                default -> hear(stanza.gist());
            }
        }

        private void onError(Element error) {
            if (isPrimed()) {
                hear(error.gist()); // most often why the server is about to close
            } else {
                refuse("refused", "the XMPP server refuses: " + error.gist());
            }
        }

        private void onFeatures(Element features) {
            Optional<Element> starttls = features.child("starttls");
            if (authenticated) {
                say("<iq type='set' id='bind'><bind xmlns='" + BIND + "'/></iq>");
            } else if (wantsTls(access) && !secured) {
                if (starttls.isPresent()) {
                    say("<starttls xmlns='" + TLS + "'/>");
                } else {
                    refuse("not-tls", "the XMPP server offers no STARTTLS; leave ?starttls out, or try xmpps://");
                }
            } else if (starttls.flatMap(tls -> tls.child("required")).isPresent()) {
                refuse("tls-required", "the XMPP server demands TLS; add ?starttls=require, or try xmpps://");
            } else {
                authenticate(features.child("mechanisms")
                        .map(offered -> offered.texts("mechanism"))
                        .orElse(List.of()));
            }
        }

        private void authenticate(List<String> mechanisms) {
            String user = access.login().user().orElse("");
            String password = access.login().password().orElse("");
            List<String> scrams = mechanisms.stream()
                    .filter(name -> name.matches("SCRAM-SHA-(1|256)"))
                    .toList();
            if (!scrams.isEmpty()) {
                try {
                    ScramClient client = ScramClient.builder()
                            .advertisedMechanisms(scrams)
                            .username(user)
                            .password(password.toCharArray())
                            .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION)
                            .build();
                    scram = client;
                    auth(
                            client.getScramMechanism().getName(),
                            client.clientFirstMessage().toString());
                } catch (ScramRuntimeException | IllegalArgumentException e) {
                    refuse("login", "no login by SCRAM: " + Sayings.printable(String.valueOf(e.getMessage())));
                }
            } else if (mechanisms.contains("PLAIN")) {
                auth("PLAIN", "\0" + user + "\0" + password);
            } else {
                refuse(
                        "login",
                        "the XMPP server offers logins by " + String.join(", ", mechanisms)
                                + " only; hbprobe has SCRAM-SHA-256, SCRAM-SHA-1 and PLAIN"
                                + (secured || access.target().scheme().tls()
                                        ? ""
                                        : ", and servers offer more under TLS (?starttls=require)"));
            }
        }

        private void auth(String mechanism, String first) {
            say("<auth xmlns='" + SASL + "' mechanism='" + mechanism + "'>" + base64(first) + "</auth>");
        }

        private static String base64(String text) {
            return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        private static String fromBase64(String text) {
            return new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8);
        }

        private void onChallenge(String encoded) {
            ScramClient client = scram;
            if (client == null) {
                refuse("login", "the XMPP server asks for more than the login by PLAIN holds");
                return;
            }
            try {
                client.serverFirstMessage(fromBase64(encoded));
                say("<response xmlns='" + SASL + "'>"
                        + base64(client.clientFinalMessage().toString()) + "</response>");
            } catch (ScramException | ScramRuntimeException | IllegalArgumentException e) {
                refuse("login", "no login by SCRAM: " + Sayings.printable(String.valueOf(e.getMessage())));
            }
        }

        /** With SCRAM the server has to know the password too. */
        private void onSuccess(String encoded) {
            try {
                if (scram != null) {
                    scram.serverFinalMessage(fromBase64(encoded));
                }
                authenticated = true;
                reopenStream();
            } catch (ScramException | ScramRuntimeException | IllegalArgumentException e) {
                refuse(
                        "login",
                        "the XMPP server can't show that it knows the password: "
                                + Sayings.printable(String.valueOf(e.getMessage())));
            }
        }

        private void onIq(Element iq) {
            String id = iq.attributes().getOrDefault("id", "");
            String type = iq.attributes().getOrDefault("type", "");
            if (type.equals("get") || type.equals("set")) {
                hear("asks " + iq.gist());
                say("<iq type='" + (iq.child("ping").isPresent() ? "result" : "error") + "' id='" + escaped(id)
                        + "'/>");
            } else if (id.equals("bind")) {
                if (type.equals("result")) {
                    ready();
                } else {
                    refuse("refused", "the XMPP server grants no session: " + iq.gist());
                }
            } else if (id.equals("ping" + (answeredPings + 1))) {
                answeredPings++; // an error is an answer too: not every server knows this ping
                answered();
            }
        }

        @Override
        void ping() {
            say("<iq type='get' id='ping" + ++pings + "' to='" + escaped(domain) + "'><ping xmlns='" + PING
                    + "'/></iq>");
        }

        @Override
        public void beat() {
            if (isPrimed()) {
                say(" ");
                context().flush();
            }
        }

        @Override
        void farewell() {
            say("</stream:stream>");
        }
    }
}
