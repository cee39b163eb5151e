package hbprobe.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.asciidoctor.Asciidoctor;
import org.asciidoctor.Attributes;
import org.asciidoctor.Options;
import org.asciidoctor.SafeMode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * The man pages: picocli's AsciiDoc of each command, put into the order and the headings of man-pages(7), with the
 * sections that picocli does not know; and roff from that.
 */
final class ManPages {
    /** Of the release that the pages belong to: today's date would make every build another one. */
    private static final String DATE = "2026-11-23";

    private static final Set<String> NEVER_FROM_OUTSIDE = Set.of("--help", "--version", "--plan");

    private static final Pattern SECTION = Pattern.compile(
            "(?s)// tag::picocli-generated-man-section-([a-z-]+)\\[\\]\\n(.*?)// end::picocli-generated-man-section-");

    private final List<String> names;

    private ManPages(List<String> names) {
        this.names = names;
    }

    /**
     * All of them, in roff.
     *
     * @param commands by the name of their page
     */
    static Map<String, String> of(Map<String, CommandSpec> commands) {
        ManPages pages = new ManPages(List.copyOf(commands.keySet()));
        Options options = Options.builder()
                .backend("manpage")
                .safe(SafeMode.SECURE)
                .standalone(true)
                .attributes(Attributes.builder().attribute("docdate", DATE).build())
                .build();
        Map<String, String> roff = new LinkedHashMap<>();
        // JRuby takes seconds to start: once for all pages.
        try (Asciidoctor asciidoctor = Asciidoctor.Factory.create()) {
            commands.forEach((name, spec) ->
                    roff.put(name, asciidoctor.convert(pages.page(name, spec), options) + "\n"));
            sources()
                    .forEach(source -> roff.put(
                            source.getFileName().toString().replace(".adoc", ""),
                            asciidoctor.convert(read(source), options) + "\n"));
        }
        return roff;
    }

    /** Pages that are no command's, written by hand. */
    static List<Path> sources() {
        try (Stream<Path> files = Files.list(Path.of("src/main/man"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String page(String name, CommandSpec spec) {
        StringWriter written = new StringWriter();
        ManPageGenerator.writeSingleManPage(new PrintWriter(written, true), spec);
        Map<String, String> sections = sections(written.toString()
                .replace("\r\n", "\n")
                // Else AsciiDoc takes the brackets for the role of what follows.
                .replaceAll("_([A-Z]+)\\[=([A-Z]+)\\]_", "_$1_[=_$2_]"));
        StringBuilder page = new StringBuilder();
        page.append(sections.get("header").replaceFirst("(?m)^:manmanual:.*$", ":manmanual: hbprobe"));
        // One line in the index of pages: no full stop.
        section(page, "Name", body(sections, "name").replaceFirst("\\.\\s*$", "\n"));
        section(
                page,
                "Synopsis",
                body(sections, "synopsis").replace("*] COMMAND", "*] _COMMAND_").replaceAll("\\s+", " "));
        section(page, "Description", body(sections, "description"));
        section(page, "Arguments", body(sections, "arguments"));
        section(page, "Commands", body(sections, "commands").replaceAll("xref:[^\\[]*\\[([^\\]]*)\\]", "$1"));
        section(page, "Options", body(sections, "options"));
        section(page, "Exit status", body(sections, "exit-status").replace("***::", "_other_::"));
        section(page, "Formats", formats(spec));
        section(page, "Environment", environment(spec));
        section(page, "Files", files(spec));
        section(page, "Examples", examples(spec));
        section(page, "See also", others(name));
        return page.toString();
    }

    private static Map<String, String> sections(String document) {
        Map<String, String> sections = new LinkedHashMap<>();
        Matcher matcher = SECTION.matcher(document);
        while (matcher.find()) {
            sections.put(matcher.group(1), matcher.group(2));
        }
        return sections;
    }

    /** Without its heading, which is ours. */
    private static String body(Map<String, String> sections, String name) {
        return sections.get(name).replaceFirst("(?m)^== .*\\n\\n?", "");
    }

    private static void section(StringBuilder page, String heading, String body) {
        if (!body.isBlank()) {
            page.append("== ")
                    .append(heading)
                    .append("\n\n")
                    .append(body.strip())
                    .append("\n\n");
        }
    }

    /** {@code Formats: …} stands in the heading above the examples, since help has no place of its own for it. */
    private static String formats(CommandSpec spec) {
        Matcher formats = Pattern.compile("Formats: (.*?)%n%n")
                .matcher(spec.usageMessage().footerHeading());
        if (!formats.find()) {
            return "";
        }
        String listed = formats.group(1).replace("%n", " ");
        return hasEveryFormat(spec)
                ? listed + "\n\nIn *junit*, *tap* and *github* what could not be measured is an error, and what is"
                        + " inconclusive is skipped; an interrupted run bails out of *tap*. With *nagios* on stdout the"
                        + " exit status is a plugin's: 0 for an answer, 1 for an inconclusive run, 2 for an expectation"
                        + " that does not hold, 3 for everything else, usage errors included. *prometheus* is for the"
                        + " textfile collector of node_exporter. *csv* and *ndjson* have one line a record, named in"
                        + " front.\n"
                : listed;
    }

    private static boolean hasEveryFormat(CommandSpec spec) {
        return spec.usageMessage().footerHeading().contains(OutputOptions.FORMATS);
    }

    private static String environment(CommandSpec spec) {
        StringBuilder text = new StringBuilder();
        List<String> variables = spec.options().stream()
                .filter(option -> option.longestName().startsWith("--"))
                .filter(option -> !NEVER_FROM_OUTSIDE.contains(option.longestName()))
                .map(Defaults::variableOf)
                .map(variable -> "*" + variable + "*")
                .toList();
        if (!variables.isEmpty()) {
            text.append("The value of the option of the same name, where the command line has none: ")
                    .append(String.join(", ", variables))
                    .append(".\n\n");
        } else if (spec.parent() == null) {
            text.append("Every long option but *--help*, *--version* and *--plan* takes its value from a variable where"
                    + " the command line has none: *--max-flows* from *HBPROBE_MAX_FLOWS*.\n\n");
        }
        if (spec.parent() == null || spec.findOption("--token-file") != null) {
            text.append("*HBPROBE_TOKEN*::\n  The secret shared by client and responder.\n\n");
        }
        if (hasEveryFormat(spec)) {
            text.append("*GITHUB_STEP_SUMMARY*::\n  The file to which *-o github* appends its Markdown.\n\n");
        }
        text.append("*NO_COLOR*::\n  If set and not empty: no colour, unless *--color* asks for it.\n");
        return text.toString();
    }

    private static String files(CommandSpec spec) {
        if (spec.parent() != null && spec.findOption("--config") == null) {
            return "";
        }
        return "_$XDG_CONFIG_HOME/hbprobe/hbprobe.yaml_, else _~/.config/hbprobe/hbprobe.yaml_::\n"
                + "  Defaults of options, as YAML: at the top for every command, under a command's name for that one."
                + " The environment comes before it, the command line before both.\n";
    }

    private static String examples(CommandSpec spec) {
        String[] lines = spec.usageMessage().footer();
        return lines.length == 0
                ? ""
                : "....\n" + String.join("\n", lines).stripIndent().strip() + "\n....\n";
    }

    private String others(String name) {
        return names.stream()
                .filter(other -> !other.equals(name))
                .map(other -> "*" + other + "*(1)")
                .collect(Collectors.joining(", "));
    }

    /** Every option's every name that a page does not have. */
    static List<String> missingFrom(String roff, CommandSpec spec) {
        String text = roff.replace("\\-", "-").replaceAll("\\\\f[BIRP]", "");
        Function<String, Boolean> isMissing =
                name -> !Pattern.compile("(?<![\\w-])" + Pattern.quote(name) + "(?![\\w-])")
                        .matcher(text)
                        .find();
        List<String> missing = new ArrayList<>();
        for (OptionSpec option : spec.options()) {
            for (String name : option.names()) {
                if (!option.hidden() && isMissing.apply(name)) {
                    missing.add(name);
                }
            }
        }
        return missing;
    }
}
