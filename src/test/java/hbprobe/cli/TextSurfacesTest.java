package hbprobe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.Golden;
import hbprobe.runtime.Host;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What the program says about itself: help, man pages, completion scripts. */
class TextSurfacesTest {
    private static final int COLUMNS = 80;
    private static final Path HELP = Path.of("src/test/resources/golden/help");
    private static final Path MAN = Path.of("man");
    private static final Path COMPLETIONS = Path.of("completions");

    /** Every command by the name of its man page. */
    private static final Map<String, CommandSpec> COMMANDS = commands();

    private static Map<String, String> manPages = Map.of();

    @BeforeAll
    static void convertManPages() {
        manPages = ManPages.of(COMMANDS);
    }

    static Stream<String> pages() {
        return COMMANDS.keySet().stream();
    }

    // ---- help
    // --------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("pages")
    void helpIsAsAgreed(String page) {
        List<String> words = new ArrayList<>(List.of(page.split("-")));
        words.remove(0);
        words.add("--help");

        Run run = hbprobe(words.toArray(String[]::new));

        assertThat(run.exitCode).isZero();
        assertThat(run.err).isEmpty();
        assertThat(run.out.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
        Golden.check(HELP.resolve(page + ".txt"), run.out);
    }

    @Test
    void thereIsNoHelpOfACommandThatIsGone() throws IOException {
        assertThat(filesIn(HELP)).containsExactlyInAnyOrderElementsOf(named(page -> page + ".txt"));
    }

    // ---- man pages
    // ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("pages")
    void manPageIsAsAgreed(String page) {
        Golden.check(MAN.resolve(page + ".1"), manPages.get(page));
    }

    static Stream<String> writtenPages() {
        return ManPages.sources().stream()
                .map(source -> source.getFileName().toString().replace(".adoc", ""));
    }

    @ParameterizedTest
    @MethodSource("writtenPages")
    void aWrittenPageIsAsAgreed(String page) {
        Golden.check(MAN.resolve(page), manPages.get(page));
    }

    @Test
    void thereIsNoManPageOfACommandThatIsGone() throws IOException {
        List<String> pages = new ArrayList<>(named(page -> page + ".1"));
        writtenPages().forEach(pages::add);

        assertThat(filesIn(MAN)).containsExactlyInAnyOrderElementsOf(pages);
    }

    @Test
    void thePageOfTheFileHasEveryKey() {
        String page = manPages.get("hbprobe.yaml.5").replace("\\-", "-");

        assertThat(CheckFile.keys()).allSatisfy(key -> assertThat(page).contains("\\fB" + key + "\\fP"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void manPageHasEveryOption(String page) {
        assertThat(ManPages.missingFrom(manPages.get(page), COMMANDS.get(page))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void anOptionThatAManPageLacksWouldBeNoticed(String page) {
        CommandSpec grown = CommandSpec.create()
                .addOption(
                        CommandLine.Model.OptionSpec.builder("--no-such-option").build());

        assertThat(ManPages.missingFrom(manPages.get(page), grown)).containsExactly("--no-such-option");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void manPageHasTheSectionsThatReadersLookFor(String page) {
        assertThat(manPages.get(page))
                .contains(".SH \"NAME\"")
                .contains(".SH \"SYNOPSIS\"")
                .contains(".SH \"DESCRIPTION\"")
                .contains(".SH \"OPTIONS\"")
                .contains(".SH \"ENVIRONMENT\"")
                .contains(".SH \"SEE ALSO\"");
    }

    // ---- completion
    // --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"bash, hbprobe.bash", "zsh, _hbprobe", "fish, hbprobe.fish"})
    void completionIsAsAgreedAndTheShellReadsIt(String shell, String file) {
        Run run = hbprobe("completion", shell);

        assertThat(run.exitCode).isZero();
        assertThat(run.err).isEmpty();
        Golden.check(COMPLETIONS.resolve(file), run.out);
        assertThat(shell(shell, "-n", COMPLETIONS.resolve(file).toString())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "hbprobe mea, measure",
        "hbprobe measure --str, --strategy",
        "hbprobe measure --strategy l, ladder",
        "hbprobe lab run --pick-up of, off",
        "hbprobe advise --stack ngi, nginx",
        "hbprobe completion z, zsh"
    })
    void bashCompletes(String line, String completed) {
        String script =
                "source completions/hbprobe.bash; COMP_WORDS=(" + line + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                        + " COMP_LINE='" + line + "'; COMP_POINT=${#COMP_LINE}; _complete_hbprobe 2> /dev/null;"
                        + " printf '%s\\n' \"${COMPREPLY[@]}\"";

        assertThat(shell("bash", "--norc", "-c", script)).containsExactly(completed);
    }

    @ParameterizedTest
    @CsvSource({
        "hbprobe mea, measure",
        "hbprobe measure --str, --strategy",
        "hbprobe measure --strategy l, ladder",
        "hbprobe lab run --pick-up of, off",
        "hbprobe advise --stack ngi, nginx",
        "hbprobe completion z, zsh"
    })
    void fishCompletes(String typed, String completed) {
        List<String> offered =
                shell("fish", "--no-config", "-c", "source completions/hbprobe.fish; complete -C '" + typed + "'");

        // Behind a tab is what the word means.
        assertThat(offered).map(line -> line.split("\t")[0]).containsExactly(completed);
    }

    /** picocli's script for bash keeps the words of a value in a variable that is named after the label. */
    @ParameterizedTest
    @MethodSource("pages")
    void valuesWithDifferentWordsHaveDifferentLabels(String page) {
        Map<String, List<String>> wordsByLabel = new LinkedHashMap<>();

        for (CompletionTree.Flag flag : CompletionTree.of(COMMANDS.get(page)).flags()) {
            flag.value()
                    .filter(value -> !value.words().isEmpty())
                    .ifPresent(value -> assertThat(wordsByLabel.computeIfAbsent(value.label(), label -> value.words()))
                            .as("%s of %s", value.label(), flag.names())
                            .isEqualTo(value.words()));
        }
    }

    @Test
    void anUnknownShellIsAUsageErrorThatNamesTheKnownOnes() {
        Run run = hbprobe("completion", "tcsh");

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.out).isEmpty();
        assertThat(run.err).contains("'tcsh' is not bash, zsh or fish").contains("Try 'hbprobe completion --help'");
    }

    // ------------------------------------------------------------------------------------------------------------------

    private record Run(int exitCode, String out, String err) {}

    private static Run hbprobe(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Cli.run(host(out, err), args);
        return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A world without a terminal, a user's files or a user's variables. */
    private static Host host(ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return new Host(
                Map.of(),
                InputStream.nullInputStream(),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                false,
                false,
                InstantSource.system());
    }

    private static Map<String, CommandSpec> commands() {
        Map<String, CommandSpec> commands = new LinkedHashMap<>();
        Host nobody = host(new ByteArrayOutputStream(), new ByteArrayOutputStream());
        collect(Cli.commandLine(nobody, Optional.empty()), commands);
        return commands;
    }

    private static void collect(CommandLine command, Map<String, CommandSpec> into) {
        CommandSpec spec = command.getCommandSpec();
        if (!spec.usageMessage().hidden()) {
            into.put(spec.qualifiedName("-"), spec);
            command.getSubcommands().values().forEach(child -> collect(child, into));
        }
    }

    private static List<String> named(Function<String, String> file) {
        return COMMANDS.keySet().stream().map(file).toList();
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** What a shell says; the test is skipped where there is no such shell, except in CI. */
    private static List<String> shell(String... command) {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            String reason = "this machine has no " + command[0];
            if (System.getenv("CI") != null) {
                throw new AssertionError("must not be skipped in CI: " + reason, e);
            }
            return Assumptions.abort(reason);
        }
        try (InputStream said = process.getInputStream()) {
            String text = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as("%s: %s", Arrays.toString(command), text)
                    .isZero();
            return text.lines().toList();
        } catch (IOException e) {
            throw new AssertionError("read what " + command[0] + " says", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
