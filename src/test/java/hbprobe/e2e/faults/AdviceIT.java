package hbprobe.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.util.JavacTask;
import hbprobe.e2e.Program;
import hbprobe.lab.Labs;
import hbprobe.model.AdviceFinding;
import hbprobe.model.AdviceFinding.Advice;
import hbprobe.model.AdviceFinding.Snippet;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What {@code advise} says for usual timeouts, held against the programs that it is for. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AdviceIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static final Map<Integer, AdviceFinding> FINDINGS = new ConcurrentHashMap<>();

    @TempDir
    private Path folder;

    /** What a program said, and how it ended. */
    private record Said(int exitCode, String text) {
        Said isFine() {
            assertThat(exitCode).as(text).isZero();
            return this;
        }

        void isNot() {
            assertThat(exitCode).as("a broken setting is noticed; " + text).isNotZero();
        }
    }

    // ---- what the program under test says ------------------------------------------------------------------------

    private static AdviceFinding advice(int timeoutS) {
        return FINDINGS.computeIfAbsent(timeoutS, key -> {
            try {
                return Program.run("advise", "--idle-timeout", key + "s", "--json")
                        .finding("advise-1", AdviceFinding.class);
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        });
    }

    /** The texts of a stack, in their order. */
    private static List<String> texts(int timeoutS, String stack) {
        return advice(timeoutS).snippets().stream()
                .filter(snippet -> snippet.stack().equals(stack))
                .map(Snippet::text)
                .toList();
    }

    private static String text(int timeoutS, String stack, int index) {
        return texts(timeoutS, stack).get(index);
    }

    private static int idleS(int timeoutS) {
        return advice(timeoutS).advice().keepalive().idleS();
    }

    private static int probesApartS(int timeoutS) {
        return advice(timeoutS).advice().keepalive().intervalS();
    }

    // ---- other programs ------------------------------------------------------------------------------------------

    private static ProcessBuilder command(String... words) {
        List<String> all = new ArrayList<>(List.of("env", "PATH=" + System.getenv("PATH") + ":/usr/sbin:/sbin"));
        all.addAll(List.of(words));
        return new ProcessBuilder(all).redirectErrorStream(true);
    }

    private static Said run(String... words) throws Exception {
        Process process = command(words).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as(Arrays.toString(words))
                .isTrue();
        return new Said(process.exitValue(), Arrays.toString(words) + ":\n" + text);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    /** Starts a server, waits until it says that it is ready, and gives back whether it ever did. */
    private static boolean starts(Process server, String ready, StringBuilder said) throws IOException {
        BufferedReader lines = server.inputReader();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            if (line.contains(ready)) {
                return true;
            }
        }
        return false;
    }

    // ---- the figures ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void theHeartbeatFitsBelowTheTimeout(int timeoutS) {
        Advice advice = advice(timeoutS).advice();

        assertThat(advice.heartbeatIntervalS() * (advice.toleratesLost() + 1.5)).isLessThanOrEqualTo(timeoutS);
        assertThat(advice.toleratesLost()).isEqualTo(1);
        assertThat(advice.keepalive().idleS() * 2).isLessThan(timeoutS);
        assertThat(texts(timeoutS, "hikaricp").get(0)).satisfies(text -> {
            if (timeoutS == 30) {
                assertThat(text).isNull();
            } else {
                assertThat(text).startsWith("keepaliveTime=");
            }
        });
    }

    // ---- the kernel and Java -------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void theKernelTakesTheSysctls(int timeoutS) throws Exception {
        Labs.need();
        Labs.needCommand("sysctl", "procps");
        String[] inNamespace = {"unshare", "--user", "--map-root-user", "--net", "sh", "-c"};
        for (String stack : List.of("linux-sysctl", "pgjdbc")) {
            String text = text(timeoutS, stack, stack.equals("pgjdbc") ? 1 : 0);
            String file = file("60-keepalive.conf", text).toString();
            String script = "sysctl -q -p " + file + " && cat /proc/sys/net/ipv4/tcp_keepalive_*";

            Said said = run(with(inNamespace, script)).isFine();

            assertThat(said.text()).endsWith("\n" + probesApartS(timeoutS) + "\n3\n" + idleS(timeoutS) + "\n");
        }
        String broken = file("broken.conf", "net.ipv4.tcp_keepalive_tim = 1\n").toString();
        run(with(inNamespace, "sysctl -q -p " + broken)).isNot();
    }

    private static String[] with(String[] words, String last) {
        String[] all = Arrays.copyOf(words, words.length + 1);
        all[words.length] = last;
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void theKernelHasWhatJavaSet(int timeoutS) throws Exception {
        String body = text(timeoutS, "java", 0) + "\n" + text(timeoutS, "java", 1);
        try (URLClassLoader loader = compiled("static void set(java.net.Socket socket) throws Exception {", body);
                ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
                Socket socket = new Socket(LOOPBACK, server.getLocalPort())) {
            invoke(loader, Socket.class, socket);

            assertThat(socket.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(idleS(timeoutS));
            assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(probesApartS(timeoutS));
            assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(3);
            assertThat(socket.getSoTimeout() / 1e3)
                    .isEqualTo(advice(timeoutS).advice().detectionS().max());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void nettyTakesItsHandlersAndOptions(int timeoutS) throws Exception {
        String options = "} static Object heartbeat() { return \"\"; }"
                + " static void more(io.netty.bootstrap.Bootstrap bootstrap) {";
        String body = text(timeoutS, "netty", 0) + "\n" + options + "\n" + text(timeoutS, "netty", 1);
        try (URLClassLoader loader = compiled("static void set(io.netty.channel.ChannelPipeline pipeline) {", body)) {
            EmbeddedChannel channel = new EmbeddedChannel();
            invoke(loader, ChannelPipeline.class, channel.pipeline());

            IdleStateHandler idle = channel.pipeline().get(IdleStateHandler.class);
            double intervalS = advice(timeoutS).advice().heartbeatIntervalS();
            assertThat(idle.getWriterIdleTimeInMillis() / 1e3).isEqualTo(intervalS);
            assertThat(idle.getReaderIdleTimeInMillis() / 1e3)
                    .isEqualTo(advice(timeoutS).advice().detectionS().max());
            channel.close();
        }
    }

    /** What is not on the class path is read by the compiler and no further. */
    @ParameterizedTest
    @ValueSource(ints = {350, 30})
    void whatUsesOtherLibrariesIsJavaAllTheSame(int timeoutS) throws Exception {
        List<String> bodies = new ArrayList<>();
        for (String stack : List.of("grpc", "lettuce", "rabbitmq")) {
            advice(timeoutS).snippets().stream()
                    .filter(snippet ->
                            snippet.stack().equals(stack) && snippet.format().equals("java"))
                    .forEach(snippet -> bodies.add(snippet.text()));
        }
        assertThat(bodies).hasSize(4);
        for (String body : bodies) {
            assertThat(problems("class Set { void set() {\n" + body + "\n} }"))
                    .as(body)
                    .isEmpty();
        }
        assertThat(problems("class Set { void set() { factory.set(1; } }")).isNotEmpty();
    }

    private static List<String> problems(String source) throws IOException {
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problems, List.of("-proc:none"), null, List.of(source("Set", source)));
        task.parse();
        return problems.getDiagnostics().stream().map(Diagnostic::toString).toList();
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private URLClassLoader compiled(String head, String body) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options = List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
        boolean isFine = compiler.getTask(
                        said,
                        null,
                        null,
                        options,
                        null,
                        List.of(source("Set", "public class Set { public " + head + "\n" + body + "\n} }")))
                .call();
        assertThat(isFine).as(said.toString()).isTrue();
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, AdviceIT.class.getClassLoader());
    }

    private static <T> void invoke(ClassLoader loader, Class<T> type, T argument) throws Exception {
        loader.loadClass("Set").getMethod("set", type).invoke(null, argument);
    }

    // ---- servers and proxies -------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void sshTakesItsSettings(int timeoutS) throws Exception {
        Labs.needCommand("ssh", "openssh-client");
        long intervalS = Math.round(advice(timeoutS).advice().heartbeatIntervalS());
        String client = file("config", text(timeoutS, "openssh", 0)).toString();

        assertThat(run("ssh", "-G", "-F", client, "server.example").isFine().text())
                .contains("\nserveraliveinterval " + intervalS + "\n", "\nserveralivecountmax 3\n");
        run("ssh", "-G", "-F", file("broken", "ServerAliveIntervall 1\n").toString(), "server.example")
                .isNot();
    }

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void sshdTakesItsSettings(int timeoutS) throws Exception {
        Labs.needAsRoot("sshd", "openssh-server");
        long intervalS = Math.round(advice(timeoutS).advice().heartbeatIntervalS());
        Files.createDirectories(Path.of("/run/sshd")); // as its unit does: even its test wants it
        String key = folder.resolve("key").toString();
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).isFine();
        String file = file("sshd_config", text(timeoutS, "openssh", 1)).toString();

        run("sshd", "-t", "-f", file, "-h", key).isFine();
        assertThat(run("sshd", "-T", "-f", file, "-h", key).isFine().text())
                .contains("\nclientaliveinterval " + intervalS + "\n", "\nclientalivecountmax 3\n");
        run("sshd", "-t", "-f", file("broken", "ClientAliveIntervall 1\n").toString(), "-h", key)
                .isNot();
    }

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void nginxTakesItsBlocks(int timeoutS) throws Exception {
        Labs.need();
        Labs.needCommand("nginx", "nginx-light");
        String location = "server { listen 8084;\n" + text(timeoutS, "websocket", 1) + "\n}";

        nginx(text(timeoutS, "nginx", 0) + "\n" + location, text(timeoutS, "nginx", 1))
                .isFine();
        nginx("keepalive_timeoutt 1s;", "").isNot();
    }

    /** Its test binds what it would listen on: in namespaces of its own nobody is in the way, and root is the user. */
    private Said nginx(String http, String stream) throws Exception {
        StringBuilder paths = new StringBuilder("access_log off;\n");
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            paths.append(kind + "_temp_path " + folder.resolve(kind) + ";\n");
        }
        String file = file("nginx.conf", """
                        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
                        user root root;
                        pid %s;
                        error_log stderr;
                        events {}
                        http {
                        %s
                        %s
                        }
                        stream {
                        %s
                        }
                        """.formatted(folder.resolve("nginx.pid"), paths, http, stream))
                .toString();
        return run("unshare", "--user", "--map-root-user", "--net", "nginx", "-t", "-c", file);
    }

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void haproxyTakesItsDefaults(int timeoutS) throws Exception {
        Labs.needCommand("haproxy", "haproxy");
        String listen = "\nlisten through\n    bind 127.0.0.1:7400\n    server far 127.0.0.1:7401\n";
        String text = text(timeoutS, "haproxy", 0) + listen;

        Said said =
                run("haproxy", "-c", "-f", file("haproxy.cfg", text).toString()).isFine();

        assertThat(said.text()).doesNotContain("[WARNING]");
        run(
                        "haproxy",
                        "-c",
                        "-f",
                        file("broken.cfg", text.replace("clitcpka-idle", "clitcpka-idl"))
                                .toString())
                .isNot();
    }

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void mariadbTakesItsVariables(int timeoutS) throws Exception {
        Labs.needCommand("mariadbd", "mariadb-server-core");
        String both = text(timeoutS, "mysql", 0) + "\n" + text(timeoutS, "mysql", 2) + "\n";
        String file = file("my.cnf", both).toString();
        long waitS = 3 * Math.round(advice(timeoutS).advice().heartbeatIntervalS());

        String said = run("mariadbd", "--defaults-file=" + file, "--verbose", "--help")
                .isFine()
                .text();

        assertThat(said)
                .containsPattern("(?m)^wait-timeout +" + waitS + "$")
                .containsPattern("(?m)^interactive-timeout +" + waitS + "$")
                .containsPattern("(?m)^tcp-keepalive-time +" + idleS(timeoutS) + "$")
                .containsPattern("(?m)^tcp-keepalive-probes +3$");
        String broken = file("broken.cnf", both.replace("wait_timeout", "wait_timeoutt"))
                .toString();
        run("mariadbd", "--defaults-file=" + broken, "--verbose", "--help").isNot();
    }

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void redisRunsWithItsSettings(int timeoutS) throws Exception {
        Labs.needCommand("redis-server", "redis-server");
        Labs.needCommand("redis-cli", "redis-tools");
        String socket = folder.resolve("redis.sock").toString();
        String file = file(
                        "redis.conf", text(timeoutS, "redis", 0) + "\nport 0\nsave \"\"\nunixsocket " + socket + "\n")
                .toString();
        Process redis = command("redis-server", file).start();
        try {
            StringBuilder said = new StringBuilder();
            assertThat(starts(redis, "ready to accept connections at", said))
                    .as(said.toString())
                    .isTrue();

            assertThat(run("redis-cli", "-s", socket, "CONFIG", "GET", "tcp-keepalive")
                            .isFine()
                            .text())
                    .endsWith("tcp-keepalive\n" + idleS(timeoutS) + "\n");
            assertThat(run("redis-cli", "-s", socket, "CONFIG", "GET", "timeout")
                            .isFine()
                            .text())
                    .endsWith("timeout\n0\n");
        } finally {
            redis.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void mosquittoRunsAsBridgeAndAsBroker(int timeoutS) throws Exception {
        Labs.needCommand("mosquitto", "mosquitto");
        String bridge = text(timeoutS, "mqtt", 0).replace("broker.example:1883", "127.0.0.1:" + unusedPort());
        String text = text(timeoutS, "mqtt", 1) + "\n" + bridge + "\n";
        StringBuilder said = new StringBuilder();

        assertThat(mosquitto(text, said)).as(said.toString()).isTrue();
        assertThat(mosquitto(text.replace("keepalive_interval", "keepalive_intervall"), said))
                .as("a broken setting is noticed")
                .isFalse();
    }

    private boolean mosquitto(String text, StringBuilder said) throws Exception {
        String listener = "listener " + unusedPort() + " 127.0.0.1\nallow_anonymous true\nlog_dest stderr\n";
        Process broker = command(
                        "mosquitto",
                        "-c",
                        file("mosquitto.conf", listener + text).toString())
                .start();
        try {
            return starts(broker, " running", said);
        } finally {
            broker.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void wireguardTakesItsPeer(int timeoutS) throws Exception {
        Labs.needCommand("wg-quick", "wireguard-tools");
        String key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEA=";
        String text = "[Interface]\nPrivateKey = " + key + "\n" + text(timeoutS, "wireguard", 0) + "\nPublicKey = "
                + key + "\n";
        long intervalS = Math.round(advice(timeoutS).advice().heartbeatIntervalS());

        assertThat(run("wg-quick", "strip", file("wg0.conf", text).toString())
                        .isFine()
                        .text())
                .contains("PersistentKeepalive = " + intervalS + "\n");
    }

    // ---- PostgreSQL ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void postgresTakesItsSettings(int timeoutS) throws Exception {
        Labs.needCommand("postgres", "postgresql-15");
        Path data = Files.createTempDirectory("hbprobe-postgres");
        try {
            String text = text(timeoutS, "postgresql", 0);
            assertThat(postgres(data, text, "tcp_keepalives_idle").isFine().text())
                    .endsWith("\n" + idleS(timeoutS) + "\n");
            assertThat(postgres(data, text, "tcp_keepalives_interval").isFine().text())
                    .endsWith("\n" + probesApartS(timeoutS) + "\n");
            assertThat(postgres(data, text, "tcp_keepalives_count").isFine().text())
                    .endsWith("\n3\n");
            assertThat(postgres(data, text, "tcp_user_timeout").isFine().text())
                    .endsWith("\n" + Math.round(advice(timeoutS).advice().userTimeoutS() * 1e3) + "\n");
            assertThat(postgres(data, text, "client_connection_check_interval")
                            .isFine()
                            .text())
                    .endsWith("\n" + idleS(timeoutS) * 1000 + "\n");
            postgres(data, text.replace("keepalives_idle", "keepalives_idl"), "tcp_user_timeout")
                    .isNot();
        } finally {
            delete(data);
        }
    }

    /** It refuses to run as root, and its data must be its user's; -C wants no more of that than the version. */
    private static Said postgres(Path data, String settings, String name) throws Exception {
        Files.writeString(data.resolve("postgresql.conf"), settings + "\n");
        Files.writeString(data.resolve("PG_VERSION"), "15\n");
        List<String> words = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            run("chown", "-R", "postgres", data.toString()).isFine();
            words.addAll(List.of("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"));
        }
        words.addAll(List.of("postgres", "-D", data.toString(), "-C", name));
        return run(words.toArray(String[]::new));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    // ---- YAML ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {350, 240, 60, 30})
    void kubernetesAndEnvoyAreYamlWithTheseValues(int timeoutS) {
        assertThat(at(yaml(text(timeoutS, "kubernetes", 0)), "spec", "securityContext", "sysctls"))
                .isEqualTo(List.of(
                        Map.of("name", "net.ipv4.tcp_keepalive_time", "value", "" + idleS(timeoutS)),
                        Map.of("name", "net.ipv4.tcp_keepalive_intvl", "value", "" + probesApartS(timeoutS)),
                        Map.of("name", "net.ipv4.tcp_keepalive_probes", "value", "3")));
        Object cluster = ((List<?>) at(yaml(text(timeoutS, "envoy", 0)), "clusters")).get(0);
        assertThat(at(cluster, "upstream_connection_options", "tcp_keepalive"))
                .isEqualTo(Map.of(
                        "keepalive_time",
                        idleS(timeoutS),
                        "keepalive_interval",
                        probesApartS(timeoutS),
                        "keepalive_probes",
                        3));
        Object listener = ((List<?>) at(yaml(text(timeoutS, "envoy", 1)), "listeners")).get(0);
        assertThat((List<?>) at(listener, "socket_options")).hasSize(4);
    }

    private static Object yaml(String text) {
        return new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    private static Object at(Object node, String... path) {
        Optional<Object> found = Optional.of(node);
        for (String key : path) {
            found = found.map(map -> ((Map<?, ?>) map).get(key));
        }
        return found.orElseThrow(() -> new AssertionError(Arrays.toString(path) + " in " + node));
    }
}
