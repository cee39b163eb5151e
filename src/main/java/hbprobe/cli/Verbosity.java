package hbprobe.cli;

import picocli.CommandLine;

/** How much is told on stderr. */
final class Verbosity {
    /** Every event on every flow. */
    static final int EVENTS = 1;

    /** Stack traces of defects too. */
    static final int TRACES = 2;

    private Verbosity() {}

    /** How often {@code -v} was given to a command. */
    static int of(CommandLine command) {
        CommandLine.Model.OptionSpec option = command.getCommandSpec().findOption("--verbose");
        boolean[] given = option == null ? null : option.getValue();
        return given == null ? 0 : given.length;
    }
}
