package hbprobe.cli;

import hbprobe.model.ExitCode;
import hbprobe.model.Problem;
import hbprobe.net.HostNetwork;
import hbprobe.report.Format;
import hbprobe.report.Ink;
import hbprobe.report.NagiosReport;
import hbprobe.report.Report;
import hbprobe.runtime.Host;
import hbprobe.tui.Glyphs;
import hbprobe.tui.Paint;
import hbprobe.tui.ProgressView;
import hbprobe.tui.Snapshot;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What is written where, and how much is told meanwhile. */
final class OutputOptions {
    /** For the heading above a command's examples. */
    static final String FORMATS =
            "%nFormats: text, json, ndjson, csv, markdown, junit, tap, github,%nnagios, prometheus";

    /** Where GitHub Actions wants a step's Markdown. */
    private static final String STEP_SUMMARY = "GITHUB_STEP_SUMMARY";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT[=FILE]",
            converter = Output.Converter.class,
            completionCandidates = Output.Words.class,
            description = "Write the result as FORMAT, to FILE or to stdout; repeatable.")
    private List<Output> outputs = new ArrayList<>();

    @Option(
            names = {"-j", "--json"},
            fallbackValue = Cli.ON,
            description = "The same as -o json.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            fallbackValue = Cli.ON,
            description = "No progress and no warnings on stderr.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "Tell every event on a flow on stderr; -vv: stack traces of defects too.")
    private boolean @Nullable [] verbose;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            converter = Colour.WhenWord.class,
            completionCandidates = Colour.WhenWord.class,
            description = "Colour: ${COMPLETION-CANDIDATES}. Default: auto, which honours NO_COLOR.")
    private Colour.When color = Colour.When.AUTO;

    @Option(
            names = "--progress",
            paramLabel = "WHEN",
            converter = Colour.WhenWord.class,
            completionCandidates = Colour.WhenWord.class,
            description = "Progress on stderr: ${COMPLETION-CANDIDATES}. Default: auto.")
    private Colour.When progress = Colour.When.AUTO;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Defaults of options, as YAML; else hbprobe/hbprobe.yaml in the user's configuration folder.")
    @SuppressWarnings("UnusedVariable") // Defaults has read it before anything was parsed
    private @Nullable Path config;

    int verbosity() {
        return verbose == null ? 0 : verbose.length;
    }

    Ink ink(Host host) {
        return Colour.ink(host, color);
    }

    /** Where events on flows are told. */
    Consumer<String> trace(Host host) {
        if (verbosity() >= Verbosity.TRACES) {
            HostNetwork.hearNetty();
        }
        if (host.variable(TestSwitches.DEFECT).isPresent()) {
            return line -> {
                throw new IllegalStateException(TestSwitches.DEFECT + " is set");
            };
        }
        return verbosity() >= Verbosity.EVENTS ? line -> host.err().println(line) : line -> {};
    }

    /** Does something, blocking, and shows its progress meanwhile. */
    <T> T watched(Host host, Supplier<Optional<Snapshot>> progressing, Supplier<T> experiment) {
        Optional<ProgressView.Style> style = progressStyle(host);
        ProgressView view = style.isPresent() ? new ProgressView(host.err(), style.get(), progressing) : null;
        try {
            return experiment.get();
        } finally {
            if (view != null) {
                view.close();
            }
        }
    }

    /** Scripts that keep the document see on stderr why it says little. */
    private void tellProblems(Host host, List<Output> all, Report report) {
        if (quiet || all.stream().anyMatch(output -> output.format() == Format.TEXT)) {
            return;
        }
        Problem error = report.error();
        if (error != null) {
            host.err().println("hbprobe " + report.command() + ": " + error.message());
        }
        report.warnings().forEach(warning -> host.err().println("hbprobe " + report.command() + ": note: " + warning));
    }

    /** How progress is shown; empty for not at all. */
    private Optional<ProgressView.Style> progressStyle(Host host) {
        if (progress == Colour.When.NEVER || (progress == Colour.When.AUTO && (quiet || verbosity() > 0))) {
            return Optional.empty();
        }
        // Events come as lines between, which a block redrawn in place could not bear.
        Optional<String> term = host.variable("TERM").filter(type -> !type.equals("dumb"));
        return Optional.of(
                host.errIsTty() && verbosity() == 0 && term.isPresent()
                        ? new ProgressView.Style.Live(
                                term.get(),
                                Colour.speaksUnicode(host) ? Glyphs.UNICODE : Glyphs.ASCII,
                                Colour.wanted(host, color, host.errIsTty()) ? Paint.COLOUR : Paint.NONE)
                        : new ProgressView.Style.Logged());
    }

    /**
     * What is to be written, of a command that has every format.
     *
     * @throws ParameterException when two formats want stdout, or a file can't be written
     */
    List<Output> checked(CommandLine command) {
        return checked(command, EnumSet.allOf(Format.class));
    }

    /**
     * What is to be written.
     *
     * @param offered the formats that the command has
     * @throws ParameterException when a format is not among them, two want stdout, or a file can't be written
     */
    List<Output> checked(CommandLine command, Set<Format> offered) {
        List<Output> all = new ArrayList<>(outputs);
        if (json) {
            all.add(new Output(Format.JSON, Optional.empty()));
        }
        if (all.isEmpty()) {
            all.add(new Output(Format.TEXT, Optional.empty()));
        }
        for (Output output : all) {
            if (!offered.contains(output.format())) {
                throw new ParameterException(
                        command,
                        "this command cannot write " + output.format().word() + "; it can write "
                                + offered.stream().map(Format::word).sorted().collect(Collectors.joining(", ")));
            }
            output.file().ifPresent(file -> checkFile(command, file));
        }
        Set<Path> files = new HashSet<>();
        for (Output output : all) {
            output.file()
                    .map(file -> file.toAbsolutePath().normalize())
                    .filter(file -> !isDevice(file) && !files.add(file))
                    .ifPresent(file -> {
                        throw new ParameterException(command, "two formats can't go to one file, '" + file + "'");
                    });
        }
        if (all.stream().filter(output -> output.file().isEmpty()).count() > 1) {
            throw new ParameterException(
                    command, "only one format can go to stdout; give the others a file: -o json=FILE");
        }
        return all;
    }

    /** Now, not after an hour's measurement. */
    private static void checkFile(CommandLine command, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new ParameterException(command, "output file '" + file + "' is a folder");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ParameterException(
                    command, "output file '" + file + "': the folder '" + folder + "' does not exist");
        }
        if (Files.exists(file) ? !Files.isWritable(file) : !Files.isWritable(folder)) {
            throw new ParameterException(command, "output file '" + file + "': no permission to write it");
        }
    }

    /**
     * Writes a command's finding and tells its problems.
     *
     * @return the exit code of the command
     */
    int finish(Host host, List<Output> all, Report report) {
        boolean written = write(host, all, report);
        tellProblems(host, all, report);
        return exitCode(
                all, written || report.exitCode() != ExitCode.ANSWERED ? report.exitCode() : ExitCode.UNREACHABLE);
    }

    /** As the reader of stdout understands it. */
    static int exitCode(List<Output> all, int exitCode) {
        return isForNagios(all) ? NagiosReport.exitCode(exitCode) : exitCode;
    }

    static boolean isForNagios(List<Output> all) {
        return all.stream().anyMatch(Output::isForNagios);
    }

    /**
     * Writes a finding in every format asked for. What can't go into its file goes to stderr, so that nothing is lost.
     *
     * @return whether everything reached its place
     */
    boolean write(Host host, List<Output> all, Report report) {
        boolean complete = true;
        for (Output output : all) {
            String text = report.as(output.format(), ink(host));
            if (output.file().isEmpty()) {
                host.out().print(text);
                host.out().flush();
                if (host.outIsLost()) {
                    complete = false;
                    host.err()
                            .println("hbprobe: write to stdout: it takes no more; is the disk full, or stdout closed?");
                }
            } else {
                complete &= saved(host, output.file().get(), text, OutputOptions::replace);
            }
            Optional<String> summary = host.variable(STEP_SUMMARY);
            if (output.format() == Format.GITHUB && summary.isPresent()) {
                String markdown = report.as(Format.MARKDOWN, Ink.NONE);
                saved(host, Path.of(summary.get()), markdown, OutputOptions::append); // nobody asked for it by name
            }
        }
        return complete;
    }

    /** A way to put text into a file. */
    private interface Saving {
        void save(Path file, String text) throws IOException;
    }

    private static boolean saved(Host host, Path file, String text, Saving how) {
        try {
            how.save(file, text);
            return true;
        } catch (IOException e) {
            host.err().println("hbprobe: write '" + file + "': " + reason(e) + "; here is what was to go there:");
            host.err().print(text);
            host.err().flush();
            return false;
        }
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** A reader never sees half a document: it is written beside the file, then renamed. */
    private static void replace(Path file, String text) throws IOException {
        Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath(); // a link stays a link
        Path folder = real.getParent();
        if (isDevice(real) || folder == null || (Files.exists(real) && !Files.isWritable(folder))) {
            Files.writeString(real, text); // a device or a pipe, or there is no place beside it
            return;
        }
        Path temporary = folder.resolve(
                "." + real.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.writeString(temporary, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, real, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static boolean isDevice(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : String.valueOf(e.getMessage());
    }
}
