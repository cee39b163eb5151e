package hbprobe.cli;

import hbprobe.model.ExitCode;
import hbprobe.report.NagiosReport;
import hbprobe.runtime.Host;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: parsing, errors and exit codes that are the same for every command. */
public final class Cli {
    /**
     * What a flag that is given sets. Without this picocli sets the opposite of the flag's default, and so switches off
     * what the environment or the configuration file has switched on.
     */
    static final String ON = "true";

    private Cli() {}

    /** Runs one command line; the streams are flushed when it returns. */
    public static int run(Host host, String... args) {
        PrintWriter out = new PrintWriter(host.out(), true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(host.err(), true, StandardCharsets.UTF_8);
        try {
            return commandLine(host, Optional.of(List.of(args)))
                    .setOut(out)
                    .setErr(err)
                    .execute(args);
        } catch (ConfigException e) {
            err.println("hbprobe: " + e.getMessage());
            return withoutFinding(Defaults.output(host), ExitCode.USAGE, List.of(args));
        } catch (RuntimeException | Error defect) {
            report(host, defect, 0); // what picocli lets through
            return withoutFinding(Defaults.output(host), ExitCode.DEFECT, List.of(args));
        } finally {
            out.flush();
            err.flush();
            host.out().flush();
            host.err().flush();
        }
    }

    /**
     * The exit code of a command that never came to its finding. Its options may not have been parsed, so that whether
     * a monitoring system reads it is looked up in the words.
     */
    private static int withoutFinding(Optional<String> usualOutput, int exitCode, List<String> words) {
        return Output.isForNagios(usualOutput, words) ? NagiosReport.exitCode(exitCode) : exitCode;
    }

    /**
     * The model of all commands.
     *
     * @param args to look for {@code --config} in; empty for the bare model, as man pages and completions need it
     * @throws ConfigException when the configuration file is wrong
     */
    public static CommandLine commandLine(Host host, Optional<List<String>> args) {
        Factory factory = new Factory(host);
        CommandLine root = new CommandLine(new HbprobeCommand(), factory);
        Commands.addTo(root, factory, name -> args.isEmpty() || mayConcern(args.get(), name));
        root.setAbbreviatedOptionsAllowed(false);
        root.setAbbreviatedSubcommandsAllowed(false);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpWidth(80);
        root.setUsageHelpLongOptionsMaxWidth(34);
        root.setColorScheme(CommandLine.Help.defaultColorScheme(
                Colour.wanted(host, Colour.When.AUTO, host.outIsTty()) ? Ansi.ON : Ansi.OFF));
        root.setParameterExceptionHandler((error, words) -> usageError(error, List.of(words)));
        root.setExecutionExceptionHandler(
                (defect, command, parsed) -> defect(host, defect, command, parsed.originalArgs()));
        root.setExitCodeExceptionMapper(
                error -> error instanceof ParameterException ? ExitCode.USAGE : ExitCode.DEFECT);
        args.ifPresent(words ->
                root.setDefaultValueProvider(Defaults.of(host, words, () -> commandLine(host, Optional.empty()))));
        return root;
    }

    /** Completion concerns every command, and a file of arguments might. */
    private static boolean mayConcern(List<String> words, String command) {
        return words.stream()
                .anyMatch(word -> word.equals(command) || word.equals("completion") || word.startsWith("@"));
    }

    private static int usageError(ParameterException error, List<String> words) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + plain(error));
        if (!UnmatchedArgumentException.printSuggestions(error, err)) {
            nearest(error, command).ifPresent(near -> err.println("Did you mean: " + near + "?"));
        }
        err.println("Try '" + name + " --help'");
        return withoutFinding(Defaults.output(command), ExitCode.USAGE, words);
    }

    /** picocli wraps a converter's message in the option's position; the words of the converter say enough. */
    private static String plain(ParameterException error) {
        return String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
    }

    private static Optional<String> nearest(ParameterException error, CommandLine command) {
        if (error instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().get(0);
            return Nearest.of(
                    word,
                    command.getCommandSpec().options().stream()
                            .flatMap(option -> Arrays.stream(option.names()))
                            .toList());
        }
        return Optional.empty();
    }

    private static int defect(Host host, Exception defect, CommandLine command, List<String> words) {
        if (defect instanceof ParameterException usage) {
            return usageError(usage, words);
        }
        if (defect instanceof ConfigException wrong) {
            command.getErr().println("hbprobe: " + wrong.getMessage());
            return withoutFinding(Defaults.output(command), ExitCode.USAGE, words);
        }
        report(host, defect, Verbosity.of(command));
        return withoutFinding(Defaults.output(command), ExitCode.DEFECT, words);
    }

    /** Tells of a defect: its trace only for those who asked for it. */
    static void report(Host host, Throwable defect, int verbosity) {
        host.err().println("hbprobe: a defect in hbprobe: " + defect);
        if (verbosity >= Verbosity.TRACES) {
            for (StackTraceElement frame : defect.getStackTrace()) {
                host.err().println("    at " + frame);
            }
        } else {
            host.err().println("Run it again with -vv to see where, and please report that");
        }
    }
}
