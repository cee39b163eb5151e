package hbprobe.runtime;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jline.nativ.CLibrary;

/**
 * The world as a command sees it: environment, streams, wall clock, random seeds. Tests hand in another one.
 *
 * @param env the environment variables
 * @param in standard input
 * @param out results, and nothing else
 * @param err progress, warnings, logs
 * @param outIsTty whether {@code out} is a terminal
 * @param errIsTty whether {@code err} is a terminal
 * @param wall the wall clock; durations never come from it
 */
public record Host(
        Map<String, String> env,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean outIsTty,
        boolean errIsTty,
        InstantSource wall) {

    /** Made when it is first needed: it costs a tenth of a start, and {@code --help} has no use for it. */
    private static final class Unguessable {
        private static final SecureRandom RANDOM = new SecureRandom();
    }

    /** The real one. */
    public static Host system() {
        return new Host(
                System.getenv(),
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                isTty(1),
                isTty(2),
                InstantSource.system());
    }

    /** UTF-8 whatever the locale says, so that machine formats do not depend on it. */
    private static PrintStream stream(FileDescriptor fd) {
        return new PrintStream(new FileOutputStream(fd), false, StandardCharsets.UTF_8);
    }

    /**
     * {@code System.console()} would not do: it is null as soon as either stream is redirected. Linux tells by the name
     * of the open file, which saves the 40 ms that loading a native library takes.
     */
    private static boolean isTty(int fd) {
        try {
            String name = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
        } catch (IOException | RuntimeException e) {
            return isTtyByLibrary(fd); // no Linux
        }
    }

    private static boolean isTtyByLibrary(int fd) {
        try {
            return CLibrary.isatty(fd) == 1;
        } catch (LinkageError | RuntimeException e) {
            return false; // no native library for this platform either: behave as in a pipe
        }
    }

    /**
     * Whether what was written to stdout was lost. A pipe whose reader has enough, like {@code head}, loses nothing
     * that anybody wants.
     */
    public boolean outIsLost() {
        return out.checkError() && !isPipe();
    }

    private static boolean isPipe() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString().startsWith("pipe:");
        } catch (IOException | RuntimeException e) {
            return false; // no Linux, or a closed stdout
        }
    }

    /** The environment variable, absent when unset or empty. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(env.get(name)).filter(value -> !value.isEmpty());
    }

    /** The wall clock. */
    public Instant now() {
        return wall.instant();
    }

    /** A seed for the run, when the user gives none. Positive, and short enough to be typed again. */
    public static long freshSeed() {
        return Unguessable.RANDOM.nextInt(Integer.MAX_VALUE);
    }

    /** 64 bits that nobody can guess: a flow's name at the responder, a nonce. */
    public static long unguessable() {
        return Unguessable.RANDOM.nextLong();
    }

    /** Bytes that nobody can guess. */
    public static byte[] unguessableBytes(int count) {
        byte[] bytes = new byte[count];
        Unguessable.RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** Monotonic time in nanoseconds, for durations outside an event loop. */
    public static long monotonicNs() {
        return System.nanoTime();
    }

    /** Operating system and architecture: {@code Linux 6.1 amd64}. */
    public static String os() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }

    /** Whether this is Linux, the only system with namespaces and TCP_INFO as hbprobe reads it. */
    public static boolean isLinux() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
    }

    /** The Java that runs this: {@code 17.0.15}. */
    public static String java() {
        return System.getProperty("java.version");
    }
}
