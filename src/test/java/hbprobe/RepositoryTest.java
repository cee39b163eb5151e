package hbprobe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeps the tree tidy. */
class RepositoryTest {
    private static final Path MAIN = Path.of("src/main/java");
    private static final Path RUNTIME = MAIN.resolve("hbprobe/runtime");
    private static final Path ENTRY = MAIN.resolve("hbprobe/cli/Main.java");
    private static final int COLUMNS = 120;

    /** Clocks, sleeps, chance and the environment are handed in: what reads them by itself can't be tested. */
    private static final Pattern OF_THE_WORLD = Pattern.compile("\\bSystem\\.(nanoTime|currentTimeMillis|getenv)\\b"
            + "|\\bInstant\\.now\\b|\\bThread\\.sleep\\b|\\bnew (java\\.util\\.)?Random\\b|\\bMath\\.random\\b");

    private static final Pattern EXIT = Pattern.compile("\\bSystem\\.exit\\b|\\bgetRuntime\\(\\)\\.(exit|halt)\\b");

    /** Put together, so that this file does not have them. */
    private static final Pattern LEFTOVER = Pattern.compile(
            "\\b(" + String.join("|", "TO" + "DO", "FIX" + "ME", "XX" + "X") + ")\\b|print" + "StackTrace");

    private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(\\s*<?([^)\\s>]+)");

    @Test
    void onlyRuntimeAsksTheWorld() {
        assertThat(hits(java(MAIN), file -> !file.startsWith(RUNTIME), code(OF_THE_WORLD)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "long now = System.nanoTime();",
                "Thread.sleep(1)",
                "new Random(7)",
                "map(System::getenv)",
                "var at = Instant.now();"
            })
    void askingTheWorldWouldBeNoticed(String line) {
        assertThat(code(OF_THE_WORLD).test(line)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"// not System.nanoTime()", " * unlike {@link Instant#now}", "int nanoTime = 1;"})
    void speakingOfItIsAllowed(String line) {
        assertThat(code(OF_THE_WORLD).test(line)).isFalse();
    }

    @Test
    void onlyTheEntryEndsTheProcess() {
        // In runtime the second signal kills at once.
        assertThat(hits(java(MAIN), file -> !file.equals(ENTRY) && !file.startsWith(RUNTIME), code(EXIT)))
                .isEmpty();
        assertThat(hits(List.of(ENTRY), file -> true, code(EXIT))).hasSize(1);
    }

    @Test
    void nothingIsLeftOver() {
        assertThat(hits(java(Path.of("src")), file -> true, LEFTOVER.asPredicate()))
                .isEmpty();
    }

    @Test
    void noLineIsTooLong() {
        assertThat(hits(java(MAIN), file -> true, line -> line.length() > COLUMNS))
                .isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        assertThat(java(MAIN).stream().map(Path::getParent).distinct())
                .isNotEmpty()
                .allSatisfy(folder ->
                        assertThat(folder.resolve("package-info.java")).exists());
    }

    @Test
    void everyRelativeLinkLeadsSomewhere() {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            for (String link : links(read(page))) {
                if (!leadsSomewhere(page, link)) {
                    dead.add(page + ": " + link);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "[the schema](docs/schema/measure-1.json), true",
        "[a part](docs/schema/measure-1.json#target), true",
        "![a picture](docs/no-such-picture.svg), false",
        "[a page](no-such-page.md#part), false",
        "[elsewhere](https://example.com/page), true",
        "[here](#part), true"
    })
    void aDeadLinkWouldBeNoticed(String text, boolean leadsSomewhere) {
        assertThat(links(text))
                .singleElement()
                .satisfies(link ->
                        assertThat(leadsSomewhere(Path.of("README.md"), link)).isEqualTo(leadsSomewhere));
    }

    // ------------------------------------------------------------------------------------------------------------------

    private static List<String> hits(List<Path> files, Predicate<Path> wanted, Predicate<String> isHit) {
        List<String> hits = new ArrayList<>();
        for (Path file : files) {
            if (wanted.test(file)) {
                List<String> lines = read(file).lines().toList();
                for (int i = 0; i < lines.size(); i++) {
                    if (isHit.test(lines.get(i))) {
                        hits.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
                    }
                }
            }
        }
        return hits;
    }

    /** Comments may speak of it; a method reference does as much as a call. */
    private static Predicate<String> code(Pattern pattern) {
        return line -> !line.strip().startsWith("*")
                && pattern.matcher(line.replaceFirst("//.*", "").replace("::", "."))
                        .find();
    }

    private static List<Path> java(Path root) {
        return walk(root, ".java");
    }

    /** The pages at the top of the tree, and all below {@code docs}. */
    private static List<Path> pages() {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> top = Files.list(Path.of(""))) {
            top.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pages.addAll(walk(Path.of("docs"), ".md"));
        return pages;
    }

    private static List<Path> walk(Path root, String ending) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("walk " + root, e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file, e);
        }
    }

    private static List<String> links(String page) {
        Matcher matcher = LINK.matcher(page);
        return matcher.results().map(found -> found.group(1)).toList();
    }

    private static boolean leadsSomewhere(Path page, String link) {
        if (link.matches("[a-z][a-z0-9+.-]*:.*") || link.startsWith("#")) {
            return true;
        }
        String path = link.replaceFirst("[#?].*$", "");
        Path folder = page.toAbsolutePath().getParent();
        return Files.exists(folder.resolve(path));
    }
}
