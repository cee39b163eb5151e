package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Schemas;
import hbprobe.model.MeasureFinding;
import hbprobe.report.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The packaged program as a process: stdout, stderr and exit code apart. */
public final class Program implements AutoCloseable {
    private static final long LIMIT_S = 120;
    /** What the end-to-end tests run on: nothing special, {@code nio}, or {@code java25}. */
    private static final String VARIANT = System.getProperty("hbprobe.variant", "");

    private static final Path INSTALLED = Path.of("/usr/lib/jvm");
    private static final String END = "(end of stderr)";

    /** A thread for each: one that waits for output must not keep another one from reading. */
    private static final Executor READERS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "reads what a program says");
        thread.setDaemon(true);
        return thread;
    });

    private final Process process;
    private final CompletableFuture<String> out;
    private final BlockingQueue<String> errLines = new LinkedBlockingQueue<>();
    private final List<String> err = new ArrayList<>();

    /** What a process that has ended leaves. */
    public record Result(int exitCode, String out, String err) {
        /** The finding on stdout, which must be one valid document. */
        public MeasureFinding finding() {
            return finding("measure-1", MeasureFinding.class);
        }

        /** The finding of another command. */
        public <T> T finding(String schema, Class<T> type) {
            assertThat(out).as(err).isNotEmpty();
            Schemas.assertValid(schema, out);
            assertThat(out).as("exit code in the document").containsPattern("\"exit_code\": ?" + exitCode + "\\b");
            return Json.read(out, type);
        }
    }

    private Program(ProcessBuilder builder) throws IOException {
        process = builder.start();
        process.getOutputStream().close();
        out = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()), READERS);
        CompletableFuture.runAsync(this::readErr, READERS);
    }

    /** Whether the program under test runs on epoll, which tells what crosses a connection. */
    public static boolean seesSegments() {
        return !VARIANT.equals("nio");
    }

    private static void inVariant(ProcessBuilder builder) {
        if (VARIANT.equals("nio")) {
            builder.environment().put("HBPROBE_TEST_TRANSPORT", "nio");
        }
    }

    /** The Java that runs the program under test; ends the calling test where the variant wants one that isn't here. */
    public static Path javaHome() {
        if (VARIANT.equals("java25")) {
            return java25().orElseGet(() -> Assumptions.abort("no Java 25 is installed beside this one"));
        }
        return Path.of(System.getProperty("java.home"));
    }

    /** The packaged program, with its archive of classes beside it as an installation has it. */
    private static final class Installed {
        static final Path PROGRAM = Path.of(System.getProperty("hbprobe.jar", "target/hbprobe.jar"))
                .toAbsolutePath()
                .resolveSibling("hbprobe");

        static {
            try {
                ProcessBuilder make = new ProcessBuilder(PROGRAM.toString()).inheritIO();
                make.environment().put("JAVA_HOME", javaHome().toString());
                make.environment().put("HBPROBE_ARCHIVE", "make");
                assertThat(make.start().waitFor())
                        .as("making the archive of classes")
                        .isZero();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Optional<Path> java25() {
        try (Stream<Path> installed = Files.list(INSTALLED)) {
            return installed
                    .filter(home -> home.getFileName().toString().contains("25"))
                    .filter(home -> Files.isExecutable(home.resolve("bin").resolve("java")))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The command line that runs the packaged program. */
    public static List<String> command(String... args) {
        return command(List.of(), args);
    }

    /** The same with options for the JVM. */
    public static List<String> command(List<String> javaOptions, String... args) {
        List<String> command = new ArrayList<>();
        // A shell's background job ignores SIGINT, and so would all that is started from it.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add("JAVA_HOME=" + javaHome());
        // No responder lives long enough here to gain from the second compiler, which takes time and memory.
        command.add("HBPROBE_JAVA_OPTS=-XX:TieredStopAtLevel=1 " + String.join(" ", javaOptions));
        command.add(Installed.PROGRAM.toString());
        command.addAll(List.of(args));
        return command;
    }

    /** Starts the program here. */
    public static Program start(String... args) throws IOException {
        return start(new ProcessBuilder(command(args)), Map.of());
    }

    /** Starts what the builder says, with these environment variables and none of hbprobe's own beside them. */
    public static Program start(ProcessBuilder builder, Map<String, String> environment) throws IOException {
        builder.environment().keySet().removeIf(name -> name.startsWith("HBPROBE_"));
        builder.environment().putAll(environment);
        inVariant(builder);
        return new Program(builder);
    }

    /** Runs the program here to its end. */
    public static Result run(String... args) throws IOException, InterruptedException {
        try (Program program = start(args)) {
            return program.await();
        }
    }

    private static String readAll(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readErr() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                errLines.add(line);
            }
        } catch (IOException e) {
            errLines.add("(stderr broke: " + e.getMessage() + ")");
        }
        errLines.add(END);
    }

    /** Waits for a line on stderr that contains the text, and gives it back. */
    public String awaitErr(String text) throws InterruptedException {
        while (true) {
            String line = errLines.poll(LIMIT_S, TimeUnit.SECONDS);
            assertThat(line)
                    .as("stderr within " + LIMIT_S + " s; so far:\n" + String.join("\n", err))
                    .isNotNull();
            assertThat(line)
                    .as("'" + text + "' on stderr; there was:\n" + String.join("\n", err))
                    .isNotEqualTo(END);
            err.add(line);
            if (line.contains(text)) {
                return line;
            }
        }
    }

    /** Sends a signal by the name that {@code kill} knows. */
    public void signal(String name) throws IOException, InterruptedException {
        int sent = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(sent).as("kill -" + name).isZero();
    }

    /** The process, to look at. */
    public Process process() {
        return process;
    }

    /** Waits for its end. */
    public Result await() throws InterruptedException {
        assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS))
                .as("ended within " + LIMIT_S + " s")
                .isTrue();
        for (String line = errLines.poll(10, TimeUnit.SECONDS);
                line != null && !line.equals(END);
                line = errLines.poll(10, TimeUnit.SECONDS)) {
            err.add(line);
        }
        return new Result(process.exitValue(), out.join(), String.join("\n", err));
    }

    /** A responder on a free loopback port. */
    public static Responder responder(UnaryOperator<ProcessBuilder> adjust, String... args)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("respond", "--listen", "127.0.0.1", "--port", "0"));
        all.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command(all.toArray(new String[0])));
        builder.environment().keySet().removeIf(name -> name.startsWith("HBPROBE_"));
        inVariant(builder);
        Program program = new Program(adjust.apply(builder));
        String line = program.awaitErr("listening on ");
        return new Responder(program, Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
    }

    /** A responder that listens. */
    public record Responder(Program program, int port) implements AutoCloseable {
        public String target() {
            return "hb://127.0.0.1:" + port;
        }

        @Override
        public void close() {
            program.close();
        }
    }

    /** Ends it if it has not ended. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
