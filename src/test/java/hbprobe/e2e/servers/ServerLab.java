package hbprobe.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.e2e.Program;
import hbprobe.lab.Lab;
import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.Labs;
import hbprobe.lab.Node;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.DirectionFinding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A lab whose server is a program that isn't ours, and whose client is the packaged program. */
final class ServerLab implements AutoCloseable {
    /** Between two looks at something that becomes true soon or never. */
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** How long the middlebox remembers an idle flow. */
    static final double TIMEOUT_S = 7;

    private final Lab lab;
    private final List<Program> servers = new ArrayList<>();

    private ServerLab(Lab lab) {
        this.lab = lab;
    }

    static ServerLab start(PickUp pickUp) {
        return start(pickUp, Duration.ofSeconds((long) TIMEOUT_S));
    }

    /** With a middlebox that remembers for longer than the server does. */
    static ServerLab start(PickUp pickUp, Duration idleTimeout) {
        return new ServerLab(
                Labs.start(LabSettings.defaults().withIdleTimeout(idleTimeout).withPickUp(pickUp)));
    }

    /** Starts a server that any user may run, and waits until it listens. */
    Program serve(int port, List<String> command) throws Exception {
        return started(port, lab.on(Node.SERVER, command));
    }

    /** Starts a server that wants users of its own or refuses root, and waits until it listens. */
    Program serveAsRoot(int port, List<String> command) throws Exception {
        return started(port, Labs.withAllUsers(lab, Node.SERVER, command));
    }

    private Program started(int port, ProcessBuilder builder) throws Exception {
        Program server = Program.start(builder, Map.of());
        servers.add(server);
        long untilNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!listens(port)) {
            if (System.nanoTime() - untilNs > 0 || !server.process().isAlive()) {
                server.close();
                throw new AssertionError("nothing listens on port " + port + ": " + server.await());
            }
            LockSupport.parkNanos(POLL_NS);
        }
        return server;
    }

    private boolean listens(int port) {
        return lab.run(Node.SERVER, "ss", "-Htln", "sport", "=", ":" + port).contains("LISTEN");
    }

    /** Runs something short beside the server and gives what it printed. */
    String run(String... command) {
        return lab.run(Node.SERVER, command);
    }

    /** Runs hbprobe as the client. */
    Program.Result hbprobe(String... args) throws Exception {
        return hbprobe(Map.of(), args);
    }

    /** The same with environment variables. */
    Program.Result hbprobe(Map<String, String> environment, String... args) throws Exception {
        try (Program client = start(environment, args)) {
            return client.await();
        }
    }

    /** Starts hbprobe as the client. */
    Program start(Map<String, String> environment, String... args) throws IOException {
        return Program.start(lab.on(Node.CLIENT, Program.command(args)), environment);
    }

    /** Every format that a finding can be printed in, each into a file of that folder. */
    static List<String> everyFormatInto(Path folder) {
        List<String> options = new ArrayList<>();
        for (String format : List.of(
                "text", "json", "ndjson", "csv", "markdown", "junit", "tap", "github", "nagios", "prometheus")) {
            options.addAll(List.of("-o", format + "=" + folder.resolve(format)));
        }
        return options;
    }

    /** What is in the files of a folder. */
    static String contents(Path folder) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    /** Measures, expecting an answer; {@code server} is the server's name. */
    MeasureFinding measure(String target, String... more) throws Exception {
        try (Program client = measuring(target, more)) {
            return answer(client);
        }
    }

    /** Begins to. */
    Program measuring(String target, String... more) throws Exception {
        List<String> args = new ArrayList<>(List.of("measure", target, "--json"));
        args.addAll(more.length == 0 ? List.of("--max", "11s") : Arrays.asList(more));
        return start(Map.of(), args.toArray(String[]::new));
    }

    /** Its answer; there has to be one. */
    static MeasureFinding answer(Program client) throws Exception {
        Program.Result result = client.await();
        assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
        return result.finding();
    }

    /** Lets the user in with {@code sesame-1} from the environment, and has it in no format; gives what was traced. */
    String assertLetsIn(String target, Path folder) throws Exception {
        Path written = Files.createTempDirectory(folder, "written");
        List<String> args = new ArrayList<>(List.of("measure", target, "-i", "1s,2s", "-vv"));
        args.addAll(everyFormatInto(written));
        Program.Result result = hbprobe(Map.of("HBPROBE_PASSWORD", "sesame-1"), args.toArray(String[]::new));
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out() + result.err() + contents(written))
                .contains(target.substring(0, target.lastIndexOf("server") + "server".length()))
                .doesNotContain("sesame-1")
                .doesNotContain("YW5uOnNlc2FtZS0x"); // ann:sesame-1, as HTTP sends it
        return result.err();
    }

    /** Measures without a scheme: it writes nothing then, and names the scheme that would tell more. */
    void assertHinted(int port, String scheme) throws Exception {
        MeasureFinding finding = measure("server:" + port, "-i", "1s");
        assertThat(finding.target().dialect()).isEqualTo("tcp");
        assertThat(finding.warnings()).first().asString().endsWith("; " + scheme + ":// would tell more");
    }

    /** Measures for long, is interrupted, and has no connection left at that port. */
    void assertLeavesNothing(int port, String target) throws Exception {
        try (Program client = start(Map.of(), "measure", target, "-i", "40s,50s,60s", "--json")) {
            eventually("connected", () -> connections(port) >= 3);
            client.signal("INT");
            assertThat(client.await().exitCode()).isEqualTo(130);
            eventually("no connection is left", () -> connections(port) == 0);
        }
    }

    /** Measures, expecting a refusal by that code, which shows no password of these tests; gives its message. */
    String refused(String target, String code) throws Exception {
        Program.Result result = hbprobe("measure", target, "--json", "-vv");
        assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(3);
        assertThat(result.finding().error().code())
                .as(result.finding().error().message())
                .isEqualTo(code);
        assertThat(result.out() + result.err()).doesNotContain("sesame-");
        return result.finding().error().message();
    }

    static DirectionFinding of(MeasureFinding finding, Direction direction) {
        return finding.directions().stream()
                .filter(found -> found.direction() == direction)
                .findFirst()
                .orElseThrow();
    }

    /** Connections with the client that the server has not closed: what its kernel does after a close is not its own. */
    long connections(int port) {
        return run("ss", "-Htn", "sport", "=", ":" + port)
                .lines()
                .filter(line -> line.matches("(ESTAB|CLOSE-WAIT)\\s.*") && line.contains("198.51.100.1"))
                .count();
    }

    /** A bracket with that timeout in it, no wider than a rung or two. */
    static void assertHolds(DirectionFinding found, double truthS, Ending ending) {
        assertThat(found.ending()).as("%s", found).isEqualTo(ending);
        assertThat(found.aliveS()).isBetween(truthS - 1, truthS);
        assertThat(found.deadS()).isBetween(truthS, truthS + 1);
    }

    /** Closed by the server at that age, give or take what a busy machine is late in reading an answer. */
    static void assertClosedBy(DirectionFinding found, double limitS) {
        assertThat(found.ending()).isEqualTo(Ending.FIN_AT_EXPIRY);
        assertThat(found.aliveS()).isBetween(limitS - 1, limitS + 0.1);
        assertThat(found.deadS()).isBetween(limitS - 0.1, limitS + 1);
    }

    /** A folder of that user's. */
    static Path folder(Path parent, String name, String user) throws Exception {
        Path made = Files.createDirectory(parent.resolve(name));
        ran("chmod", "a+x", parent.toString());
        ran("chown", user, made.toString());
        return made;
    }

    /** Waits for what becomes true soon or never. */
    static void eventually(String what, BooleanSupplier condition) {
        long untilNs = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - untilNs).as(what).isNegative();
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /** Runs something short here, and fails unless it succeeds. */
    static void ran(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + said)
                .isZero();
    }

    @Override
    public void close() {
        servers.forEach(Program::close);
        lab.close();
    }
}
