package hbprobe.lab;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A short command that has ended.
 *
 * @param exitCode 128 plus the signal's number when a signal ended it
 * @param out what it wrote to stdout
 * @param err what it wrote to stderr
 */
record Command(int exitCode, String out, String err) {
    /** Every command here answers within milliseconds; one that takes longer than this hangs. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    /**
     * Runs it to its end, with nothing on stdin.
     *
     * @param name what an error calls it
     * @throws LabException when it can't be started or takes longer than {@link #LIMIT}
     */
    static Command run(String name, ProcessBuilder builder) {
        Process process;
        try {
            process = builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
        } catch (IOException e) {
            throw new LabException(name + ": " + e.getMessage(), e);
        }
        try {
            // Both pipes are read at once: a command that fills the one that nobody reads would never end.
            var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
            var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            String outText = within(name, out);
            String errText = within(name, err);
            if (!process.waitFor(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw tooLong(name, null);
            }
            return new Command(process.exitValue(), outText, errText);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException(name + ": interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * The result of reading a process, waited for no longer than {@link #LIMIT}.
     *
     * @param name what an error calls the process
     */
    static <T> T within(String name, CompletableFuture<T> reading) throws InterruptedException {
        try {
            return reading.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw tooLong(name, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LabException failure) {
                throw failure;
            }
            throw new LabException(name + ": " + e.getCause(), e);
        }
    }

    private static LabException tooLong(String name, @Nullable Throwable cause) {
        return new LabException(name + ": took longer than " + LIMIT.toSeconds() + " s", cause);
    }

    private static String text(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines as one line, for an error message. */
    static String oneLine(List<String> lines) {
        return String.join(
                "; ",
                lines.stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList());
    }
}
