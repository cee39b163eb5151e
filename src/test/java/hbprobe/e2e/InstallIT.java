package hbprobe.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one file that users get: run as a program, as a jar, and installed. */
class InstallIT {
    private static final Path BUILT = Path.of(System.getProperty("hbprobe.jar", "target/hbprobe.jar"))
            .resolveSibling("hbprobe")
            .toAbsolutePath();
    private static final String VERSION = "hbprobe 0\\.1\\.0\\n(?s).*";

    @TempDir
    private Path folder;

    private Path program;

    @BeforeEach
    void copyIntoAFolderWithASpace() throws Exception {
        program = Files.createDirectory(folder.resolve("a folder")).resolve("hbprobe");
        // Not by this JVM: what it holds open for writing is inherited by whatever another test starts meanwhile, and a
        // program that somebody may write to can't be run.
        Program.Result copied = run(Map.of(), "cp", "--preserve", BUILT.toString(), program.toString());
        assertThat(copied.exitCode()).as(copied.err()).isZero();
    }

    @Test
    void itRunsAsAFile() throws Exception {
        assertThat(Files.getPosixFilePermissions(program)).isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));

        Program.Result result = run(Map.of(), program.toString(), "--version");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).matches(VERSION);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void itRunsAsAJar() throws Exception {
        Program.Result result =
                run(Map.of(), Program.javaHome().resolve("bin/java").toString(), "-jar", program.toString(), "-V");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).matches(VERSION);
    }

    @Test
    void stricterReadersOfZipFilesHaveNoComplaint() throws Exception {
        Program.Result result = run(Map.of(), "unzip", "-tq", program.toString());

        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    }

    @Test
    void itRunsThroughALinkAndWritesNothingBesideItself() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a folder", "hbprobe"));

        Program.Result result = run(Map.of(), link.toString(), "--version");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(names(program.getParent())).containsExactly("hbprobe");
    }

    @Test
    void itsExitCodesAreThoseOfTheProgram() throws Exception {
        assertThat(run(Map.of(), program.toString(), "mesure").exitCode()).isEqualTo(2);
    }

    @Test
    void aWrongJavaHomeIsAUsageErrorThatNamesIt() throws Exception {
        Program.Result result = run(Map.of("JAVA_HOME", "/no/such"), program.toString(), "--version");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("hbprobe: JAVA_HOME is /no/such, but there is no bin/java in it");
    }

    @Test
    void anOldJavaIsAUsageErrorThatNamesItsVersion() throws Exception {
        Path old = Files.createDirectories(folder.resolve("old/bin")).getParent();
        Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"11.0.2\"\n");
        Files.copy(Path.of("/bin/true"), old.resolve("bin/java"), StandardCopyOption.COPY_ATTRIBUTES);

        Program.Result result = run(Map.of("JAVA_HOME", old.toString()), program.toString(), "--version");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("Java 17 or later is needed").endsWith("is 11.0.2");
    }

    @Test
    void anArchiveIsMadeWhenAskedForAndUsedFromThenOn() throws Exception {
        // Java 17 passes its archive over where the path has a space.
        Path plain = Files.createDirectory(folder.resolve("plain")).resolve("hbprobe");
        Files.move(program, plain);

        Program.Result made = run(Map.of("HBPROBE_ARCHIVE", "make"), plain.toString());

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(names(plain.getParent()))
                .hasSize(2)
                .anySatisfy(name -> assertThat(name).matches("hbprobe-[0-9.]+\\.(jsa|aot)"));
        assertThat(mainComesFromTheArchive(plain)).isTrue();
    }

    @Test
    void withoutAnArchiveClassesComeFromTheFile() throws Exception {
        assertThat(mainComesFromTheArchive(program)).isFalse();
    }

    @Test
    void anArchiveThatIsNoneIsLeftAside() throws Exception {
        run(Map.of("HBPROBE_ARCHIVE", "make"), program.toString());
        for (String name : names(program.getParent())) {
            if (!name.equals("hbprobe")) {
                Files.writeString(program.resolveSibling(name), "no archive");
            }
        }

        Program.Result result = run(Map.of(), program.toString(), "--version");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).matches(VERSION);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void makeInstallPutsEverythingWhereItBelongsAndUninstallTakesItAway() throws Exception {
        Path root = folder.resolve("root");
        String target = "DESTDIR=" + root;

        Program.Result installed = run(Map.of(), "make", "-s", "install", "PREFIX=/usr/local", target);

        assertThat(installed.exitCode()).as(installed.err()).isZero();
        Path local = root.resolve("usr/local");
        assertThat(local.resolve("share/man/man1/hbprobe-measure.1")).exists();
        assertThat(local.resolve("share/bash-completion/completions/hbprobe")).exists();
        assertThat(local.resolve("share/zsh/site-functions/_hbprobe")).exists();
        assertThat(local.resolve("share/fish/vendor_completions.d/hbprobe.fish"))
                .exists();
        assertThat(local.resolve("lib/systemd/system/hbprobe-respond.service"))
                .content()
                .contains("ExecStart=/usr/local/bin/hbprobe respond");
        assertThat(mainComesFromTheArchive(local.resolve("bin/hbprobe"))).isTrue();

        run(Map.of(), "make", "-s", "uninstall", "PREFIX=/usr/local", target);

        try (Stream<Path> left = Files.walk(root)) {
            assertThat(left.filter(file -> !Files.isDirectory(file))).isEmpty();
        }
    }

    // ------------------------------------------------------------------------------------------------------------------

    private Program.Result run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", Program.javaHome().toString());
        try (Program started = Program.start(builder, environment)) {
            return started.await();
        }
    }

    /** By the JVM's own log of where a class came from. */
    private boolean mainComesFromTheArchive(Path file) throws IOException, InterruptedException {
        Path log = folder.resolve("load.log");
        Program.Result result = run(
                Map.of("HBPROBE_JAVA_OPTS", "-Xlog:class+load:file=load.log"),
                "env",
                "-C",
                folder.toString(),
                file.toString(),
                "-V");
        assertThat(result.exitCode()).as(result.err()).isZero();
        List<String> lines = Files.readAllLines(log).stream()
                .filter(line -> line.contains(" hbprobe.cli.Main "))
                .toList();
        assertThat(lines).hasSize(1);
        return lines.get(0).contains("source: shared objects file");
    }

    private static List<String> names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
