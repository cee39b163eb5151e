package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.FarReport;
import hbprobe.model.ServerLimit;
import hbprobe.net.KernelView;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MySQL, MariaDB and what speaks their protocol. {@code COM_PING} is the ping; {@code SLEEP} makes the server speak
 * after some time, and a connection in it is never idle to the server.
 */
public final class MysqlDialect implements Dialect {
    /** Of max_connections, 151 by default; the rest leaves room for applications. */
    private static final int FLOWS = 100;

    private static final String TLS_PARAMETER = "ssl-mode";
    private static final String WITHOUT = "disabled";
    private static final String WHOEVER = "required";
    private static final String TRUSTED = "verify-identity";

    private static final int TOO_MANY_CONNECTIONS = 1040;
    private static final int TOO_MANY_OF_USER = 1203;
    private static final int RESOURCE_OF_USER = 1226;
    private static final int HOST_IS_BLOCKED = 1129;
    private static final int UNKNOWN_DATABASE = 1049;
    private static final Set<Integer> ACCESS_DENIED = Set.of(1044, 1045, 1698);

    /** Shutdown, a query or a connection killed, and a limit for idle clients: the server takes leave. */
    private static final Set<Integer> LEAVE = Set.of(1053, 1317, 1927, 4031);

    /** Only a statement that runs away has to be stopped by then. */
    private static final Duration STATEMENT_SLACK = Duration.ofMinutes(1);

    private final Access access;

    /**
     * The server that gave a connection its number: another one, behind a balancer, may have given it to somebody else,
     * who must not be ended. Used on the event loop.
     */
    private final Map<Long, String> homes = new HashMap<>();

    /** @param access who logs in, and where */
    public MysqlDialect(Access access) {
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
        return !tlsMode().equals(WITHOUT);
    }

    private String tlsMode() {
        return access.target()
                .parameters()
                .getOrDefault(TLS_PARAMETER, WITHOUT)
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(priming, kernel, listener);
    }

    /** One flow. */
    private final class Talk extends ServerTalk<Object> {
        private MysqlLogin.@Nullable Greeting greeting;
        private @Nullable MysqlLogin login;
        private boolean isLoggedIn;
        private String home = "";
        private MysqlAnswer answer = new MysqlAnswer();
        private MysqlAnswer complete = answer;

        Talk(Priming priming, KernelView kernel, FlowListener listener) {
            super(Object.class, "mysql", priming, kernel, listener);
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(new MysqlDecoder());
        }

        // ---- login -----------------------------------------------------------------------------------------------

        @Override
        void logIn() {
            if (!Set.of(WITHOUT, WHOEVER, TRUSTED).contains(tlsMode())) {
                refuse(
                        TLS_PARAMETER,
                        "ssl-mode is disabled (no TLS), required (whoever answers) or verify-identity (only with a"
                                + " certificate that is trusted), not '" + Sayings.printable(tlsMode()) + "'");
            }
        }

        private void onLoginPacket(MysqlPacket packet) {
            try {
                if (packet.isError()) {
                    onRefused(packet.refusal());
                } else if (login == null) {
                    onGreeting(packet);
                } else if (packet.isOk()) {
                    onLoggedIn();
                } else {
                    login.goOn(packet).ifPresent(this::say);
                }
            } catch (RefusedException e) {
                refuse(e.problem().code(), e.problem().message());
            }
        }

        private void onGreeting(MysqlPacket packet) throws RefusedException {
            MysqlLogin.Greeting greeted = MysqlLogin.Greeting.of(packet);
            MysqlLogin begun =
                    new MysqlLogin(greeted, access.login(), access.target().path(), startsTls());
            greeting = greeted;
            login = begun;
            int next = packet.sequence() + 1;
            if (!startsTls()) {
                say(begun.response(next));
            } else if (!greeted.knowsTls()) {
                refuse("not-tls", "this MySQL server has no TLS; leave ssl-mode out of the target");
            } else {
                say(begun.tlsRequest(next));
                startTls(
                        tlsMode().equals(TRUSTED)
                                ? access.tls()
                                : access.anybody().get(),
                        access,
                        () -> {
                            try {
                                say(begun.response(next + 1));
                            } catch (RefusedException e) {
                                refuse(e.problem().code(), e.problem().message());
                            }
                        });
            }
        }

        private void onRefused(MysqlPacket.Refusal refusal) {
            String words = "the MySQL server refuses: " + Sayings.printable(refusal.message());
            int code = refusal.code();
            if (refusal.message().contains("insecure transport")) {
                refuse("login", words + "; add ?ssl-mode=required to the target");
            } else if (ACCESS_DENIED.contains(code)) {
                refuse("login", words + wayIn());
            } else if (code == HOST_IS_BLOCKED) {
                refuse(
                        "blocked",
                        "the MySQL server has blocked this address, after too many connections without a login;"
                                + " an administrator can end that with FLUSH HOSTS");
            } else if (code == TOO_MANY_CONNECTIONS || code == TOO_MANY_OF_USER || code == RESOURCE_OF_USER) {
                refuse(FlowListener.FAR_END_IS_FULL, words);
            } else if (code == UNKNOWN_DATABASE) {
                refuse("refused", words + "; name one in the target: mysql://host/DATABASE");
            } else {
                refuse("refused", words);
            }
        }

        private String wayIn() {
            if (access.login().password().isEmpty()) {
                return "; give a password in the target (mysql://USER:PASSWORD@host), with --password-file or"
                        + " HBPROBE_PASSWORD";
            }
            // The server has the same words for a user who must not come without.
            return !startsTls() && greeting != null && greeting.knowsTls()
                    ? "; is that the password, and may the user come without TLS (?ssl-mode=required)?"
                    : "";
        }

        private void onLoggedIn() {
            isLoggedIn = true;
            long thread = greeted().thread();
            named(thread);
            // Proxies have numbers of their own; the sum is nothing that they answer by themselves.
            command("SELECT CONCAT(@@hostname, ':', @@port), CONNECTION_ID() + 0, @@wait_timeout", found -> {
                List<String> row = found.row();
                if (row.size() == 3 && row.get(1).equals(Long.toString(thread))) {
                    home = row.get(0);
                    homes.put(thread, home);
                }
                if (row.size() == 3 && !isIdle() && row.get(2).matches("\\d{1,9}")) {
                    Duration limit = Duration.ofSeconds(Long.parseLong(row.get(2)));
                    limited(new ServerLimit("MySQL wait_timeout", limit, "SELECT @@wait_timeout"));
                }
                ready();
            });
        }

        private MysqlLogin.Greeting greeted() {
            MysqlLogin.Greeting greeted = greeting;
            if (greeted == null) {
                throw new IllegalStateException("a login without a greeting");
            }
            return greeted;
        }

        /** Whether a connection's number means there what it means here. */
        private boolean isAtHome(long thread) {
            return !home.isEmpty() && home.equals(homes.get(thread));
        }

        // ---- what comes in ---------------------------------------------------------------------------------------

        @Override
        void read(Object message) {
            if (message instanceof MysqlPacket.Foreign foreign) {
                notSpoken(foreign.heard());
            } else if (message instanceof MysqlPacket packet) {
                if (!isLoggedIn) {
                    onLoginPacket(packet);
                } else if (answer.add(packet)) {
                    complete = answer;
                    answer = new MysqlAnswer();
                    super.read(complete);
                }
            }
        }

        @Override
        void unasked(Object message) {
            hear(complete.refusal()
                    .map(MysqlPacket.Refusal::message)
                    .map(Sayings::printable)
                    .orElse(""));
        }

        private void onAnswer(Object request, Consumer<MysqlAnswer> then) {
            ask(request, message -> {
                MysqlAnswer here = complete;
                if (here.refusal().filter(why -> LEAVE.contains(why.code())).isPresent()) {
                    unasked(message);
                } else {
                    then.accept(here);
                }
            });
        }

        private void command(String sql, Consumer<MysqlAnswer> then) {
            onAnswer(MysqlRequest.query(sql), then);
        }

        // ---- after the login -------------------------------------------------------------------------------------

        @Override
        void ping() {
            onAnswer(MysqlRequest.ping(), pong -> answered());
        }

        @Override
        void orderPush(Duration after) {
            command(sleep(after), slept -> {
                if (slept.row().equals(List.of("0"))) {
                    pushed();
                } else {
                    refuse(
                            "order",
                            "the MySQL server does not sleep as long as it is told to: "
                                    + slept.refusal()
                                            .map(why -> Sayings.printable(why.message()))
                                            .orElse("it was interrupted"));
                }
            });
        }

        /** A limit for statements must not end it; set for a session, a proxy would hand it on to others. */
        private String sleep(Duration after) {
            String sleep = String.format(Locale.ROOT, "SLEEP(%.3f)", after.toNanos() / 1e9);
            return greeted().isMariaDb()
                    ? "SET STATEMENT max_statement_time=0 FOR SELECT " + sleep
                    : "SELECT /*+ MAX_EXECUTION_TIME("
                            + after.plus(STATEMENT_SLACK).toMillis() + ") */ " + sleep;
        }

        @Override
        public void ask(long otherFarName) {
            if (!isAtHome(otherFarName)) {
                report(otherFarName, Optional.empty());
                return;
            }
            command("SELECT COMMAND FROM information_schema.processlist WHERE ID = " + otherFarName, found -> {
                boolean sleeps = found.row().equals(List.of("Query"));
                report(
                        otherFarName,
                        found.refusal().isPresent()
                                ? Optional.empty()
                                : Optional.of(sleeps ? FarReport.silentSoFar() : FarReport.spoke()));
            });
            context().flush();
        }

        @Override
        public void dismiss(Collection<Long> farNames) {
            // One that has ended by itself is an error that doesn't matter.
            farNames.stream().filter(this::isAtHome).forEach(thread -> command("KILL " + thread, killed -> {}));
            onAnswer(MysqlRequest.ping(), done -> dismissed());
            context().flush();
        }

        @Override
        void farewell() {
            say(MysqlRequest.quit());
        }
    }
}
