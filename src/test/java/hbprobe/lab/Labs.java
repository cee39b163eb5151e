package hbprobe.lab;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Labs for tests: where none can be had the test is skipped and says why, yet CI must be able to have one. */
public final class Labs {
    /** The system's, for which Debian's packages are; there may be others. */
    public static final String PYTHON = "/usr/bin/python3";

    private static final String NOBODY = "65534";

    private Labs() {}

    /** Builds a lab, or ends the calling test. */
    public static Lab start(LabSettings settings) {
        need();
        return Lab.start(settings);
    }

    /** Ends the calling test where no lab can be had. */
    public static void need() {
        Lab.unavailableBecause().ifPresent(Labs::lacking);
    }

    /** Ends the calling test where a command is missing. */
    public static void needCommand(String command, String debianPackage) {
        if (!Tools.ofThisMachine().has(command)) {
            lacking(Tools.missing(command, debianPackage));
        }
    }

    /** Ends the calling test where Debian's Python or that module of its is missing. */
    public static void needPython(String module, String debianPackage) throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of(PYTHON))
                || new ProcessBuilder(PYTHON, "-c", "import " + module).start().waitFor() != 0) {
            lacking(Tools.missing(PYTHON + " with " + module, debianPackage));
        }
    }

    /** Ends the calling test where a command is missing, or this is not root and the command needs that. */
    public static void needAsRoot(String command, String debianPackage) {
        needCommand(command, debianPackage);
        if (!"root".equals(System.getProperty("user.name"))) {
            lacking(command + " needs real root");
        }
    }

    /**
     * A process in a host's network, yet with this machine's users and files: for servers that want several users, or
     * any but root. Ends the calling test where this is not root.
     */
    public static ProcessBuilder withAllUsers(Lab lab, Node node, List<String> command) {
        if (!"root".equals(System.getProperty("user.name"))) {
            lacking("servers with users of their own need real root");
        }
        List<String> whole =
                new ArrayList<>(List.of("nsenter", "--net=" + lab.seenFromOutside("/run/netns/" + node.namespace())));
        whole.addAll(command);
        return new ProcessBuilder(whole);
    }

    /**
     * Puts a script there that can be run at once. Another process writes it: what this one has open, a program that
     * another test is just starting has open too, and nothing runs what is open for writing.
     */
    static void script(Path path, String lines) throws IOException, InterruptedException {
        Process writer = new ProcessBuilder("install", "-m", "755", "/dev/stdin", path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Writer to = writer.outputWriter()) {
            to.write(lines);
        }
        if (writer.waitFor() != 0) {
            throw new IOException("install " + path + ": exit code " + writer.exitValue());
        }
    }

    /** The command line as an ordinary user's, or ends the calling test where this is one already. */
    static List<String> asNobody(List<String> command) throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "not root: the other tests are an ordinary user's");
        List<String> prefix =
                List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--inh-caps=-all");
        String probe = Path.of("").toAbsolutePath().resolve("pom.xml").toString();
        List<String> readable = new ArrayList<>(prefix);
        readable.addAll(List.of("test", "-r", probe));
        Assumptions.assumeTrue(
                new ProcessBuilder(readable).start().waitFor() == 0, "an ordinary user may not read this folder");
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Ends the calling test for want of something. */
    static void lacking(String reason) {
        if (System.getenv("CI") != null) {
            throw new AssertionError("must not be skipped in CI: " + reason);
        }
        Assumptions.abort(reason);
    }
}
