package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.FarReport;
import hbprobe.model.ServerLimit;
import hbprobe.net.KernelView;
import hbprobe.runtime.Host;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * PostgreSQL and what speaks its protocol. An empty query is the ping; {@code pg_sleep} makes the server speak after
 * some time, and a session in it is never idle to the server.
 */
public final class PostgresDialect implements Dialect {
    /** Of max_connections, 100 by default, three are kept for superusers; the rest leaves room for applications. */
    private static final int FLOWS = 80;

    private static final String USUAL_USER = "postgres";
    private static final String TLS_PARAMETER = "sslmode";

    private final Access access;

    /** The sessions of this run, so that none but these are ended: a pooler's process numbers are its own. */
    private final String application = "hbprobe-" + Long.toHexString(Host.unguessable());

    /** @param access who logs in, and where */
    public PostgresDialect(Access access) {
        this.access = access;
    }

    @Override
    public String name() {
        return access.target().scheme().word();
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return Abilities.ofServer(Abilities.TCP_BOTH_WAYS, FLOWS, List.of()).withCutOff(Abilities.CutOff.DISMISSED);
    }

    @Override
    public boolean startsTls() {
        return !tlsMode().equals("disable");
    }

    private String tlsMode() {
        return access.target().parameters().getOrDefault(TLS_PARAMETER, "disable");
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(priming, kernel, listener);
    }

    /** One flow. */
    private final class Talk extends ServerTalk<PostgresMessage> {
        private final PostgresDecoder decoder = new PostgresDecoder();
        private final String user = access.login().user().orElse(USUAL_USER);
        private final PostgresLogin login =
                new PostgresLogin(user, access.login().password());
        private boolean isLoggedIn;
        private int process;

        /** Of the answer that is coming in. */
        private List<String> row = List.of();

        /** Likewise; empty: there was none. */
        private Map<Character, String> error = Map.of();

        Talk(Priming priming, KernelView kernel, FlowListener listener) {
            super(PostgresMessage.class, "postgres", priming, kernel, listener);
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(decoder);
        }

        // ---- login -----------------------------------------------------------------------------------------------

        @Override
        void logIn() {
            switch (tlsMode()) {
                case "disable" -> startUp();
                case "require", "verify-full" -> {
                    decoder.awaitTlsAnswer();
                    say(PostgresRequest.tls());
                }
                default ->
                    refuse(
                            TLS_PARAMETER,
                            "sslmode is disable (no TLS), require (whoever answers) or verify-full (only with a"
                                    + " certificate that is trusted), not '" + Sayings.printable(tlsMode()) + "'");
            }
        }

        private void onTlsAnswer(boolean agreed) {
            if (!agreed) {
                refuse("not-tls", "this postgres server has no TLS; leave sslmode out of the target");
            } else if (tlsMode().equals("require")) {
                startTls(access.anybody().get(), access, this::startUp);
            } else {
                startTls(access.tls(), access, this::startUp);
            }
        }

        private void startUp() {
            String database = access.target().path();
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("user", user);
            parameters.put("database", database.isEmpty() ? user : database);
            parameters.put("application_name", application);
            parameters.put("client_encoding", "UTF8");
            say(PostgresRequest.startup(parameters));
            await(answer -> onLoggedIn());
        }

        private void onAuthentication(PostgresMessage request) {
            try {
                login.answer(request).ifPresent(this::say);
            } catch (RefusedException e) {
                refuse(e.problem().code(), e.problem().message());
            }
        }

        private void onLoggedIn() {
            isLoggedIn = true;
            named(process);
            if (!isIdle()) {
                query("SELECT setting FROM pg_settings WHERE name = 'idle_session_timeout'", this::onIdleLimit);
            }
            ready();
        }

        private void onIdleLimit(List<String> columns) {
            long ms = columns.isEmpty() || !columns.get(0).matches("\\d{1,10}") ? 0 : Long.parseLong(columns.get(0));
            if (ms > 0) {
                limited(new ServerLimit("PostgreSQL idle_session_timeout", Duration.ofMillis(ms), "pg_settings"));
            }
        }

        private void onLoginError(Map<Character, String> parts) {
            String code = parts.getOrDefault('C', "");
            String message = parts.getOrDefault('M', "");
            String words = "postgres refuses: " + Sayings.printable(message);
            if (message.contains("no encryption")) {
                refuse("login", words + "; it may let in who comes under TLS: add ?sslmode=require to the target");
            } else if (code.startsWith("28")) { // invalid authorization
                refuse("login", words);
            } else if (code.equals("53300")) { // too many connections
                refuse(FlowListener.FAR_END_IS_FULL, words);
            } else if (code.equals("3D000")) { // no such database
                refuse("refused", words + "; name one in the target: postgres://host/DATABASE");
            } else {
                refuse("refused", words);
            }
        }

        // ---- what comes in ---------------------------------------------------------------------------------------

        @Override
        void read(PostgresMessage message) {
            switch (message.type()) {
                case PostgresMessage.TLS_ANSWER -> onTlsAnswer(message.body()[0] == 'S');
                case PostgresMessage.AUTHENTICATION -> onAuthentication(message);
                case PostgresMessage.BACKEND_KEY -> process = message.number();
                case PostgresMessage.ROW -> row = message.columns();
                case PostgresMessage.ERROR -> onError(message.parts());
                case PostgresMessage.READY -> super.read(message);
                case PostgresMessage.FOREIGN -> notSpoken(Sayings.foreign(Unpooled.wrappedBuffer(message.body())));
                default -> {} // what it tells of itself and of its answers
            }
        }

        private void onError(Map<Character, String> parts) {
            if (!isLoggedIn) {
                onLoginError(parts);
            } else if (parts.getOrDefault('V', "").equals("ERROR")) {
                error = parts; // of the statement; the session goes on
            } else {
                hear(Sayings.printable(parts.getOrDefault('M', "")));
            }
        }

        /** Asks for what has one row at most; the columns of an error are none. */
        private void query(String sql, Consumer<List<String>> onColumns) {
            ask(PostgresRequest.query(sql), ready -> {
                List<String> columns = row;
                row = List.of();
                onColumns.accept(columns);
                error = Map.of();
            });
        }

        // ---- after the login -------------------------------------------------------------------------------------

        @Override
        void ping() {
            query("", nothing -> answered());
        }

        /** A limit for statements must not end it; set for a session, a pooler would hand it on to others. */
        @Override
        void orderPush(Duration after) {
            String seconds = String.format(Locale.ROOT, "%.3f", after.toNanos() / 1e9);
            query("SET LOCAL statement_timeout = 0; SELECT pg_sleep(" + seconds + ")", columns -> {
                if (columns.isEmpty()) {
                    refuse("order", "postgres refuses pg_sleep: " + Sayings.printable(error.getOrDefault('M', "")));
                } else {
                    pushed();
                }
            });
        }

        /** A pooler gives numbers that the server doesn't know. */
        private String seesItself() {
            return "pg_backend_pid() = " + process;
        }

        @Override
        public void ask(long otherFarName) {
            query(
                    "SELECT " + seesItself() + ", (SELECT state FROM pg_stat_activity WHERE pid = " + otherFarName
                            + " AND application_name = '" + application + "')",
                    columns -> {
                        boolean known = columns.size() == 2 && columns.get(0).equals("t");
                        report(
                                otherFarName,
                                !known
                                        ? Optional.empty()
                                        : Optional.of(
                                                columns.get(1).equals("active")
                                                        ? FarReport.silentSoFar()
                                                        : FarReport.spoke()));
                    });
            context().flush();
        }

        /** Behind a pooler only what sleeps for this run: its other sessions may be somebody else's by now. */
        @Override
        public void dismiss(Collection<Long> farNames) {
            query(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '"
                            + application + "' AND pid <> pg_backend_pid() AND (" + seesItself()
                            + " OR query LIKE '%pg_sleep(%')",
                    columns -> dismissed());
            context().flush();
        }

        @Override
        void farewell() {
            say(PostgresRequest.terminate());
        }
    }
}
