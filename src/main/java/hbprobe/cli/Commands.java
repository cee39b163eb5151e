package hbprobe.cli;

import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;

/** The commands there are, in the order of {@code --help}. */
final class Commands {
    private static final List<Class<?>> ALL = List.of(
            MeasureCommand.class,
            CompareCommand.class,
            DetectCommand.class,
            CheckCommand.class,
            RespondCommand.class,
            NatCommand.class,
            AdviseCommand.class,
            ReportCommand.class,
            LabCommand.class,
            DemoCommand.class,
            DoctorCommand.class,
            CompletionCommand.class);

    private Commands() {}

    /**
     * Adds them to the root. Reading a command's options costs some hundredths of a second each, so that only those
     * that are wanted are there in full, and the others by name and description.
     */
    static void addTo(CommandLine root, IFactory factory, Predicate<String> isWanted) {
        for (Class<?> type : ALL) {
            Command command = type.getAnnotation(Command.class);
            if (command == null) {
                throw new IllegalStateException(type + " is no command");
            }
            root.addSubcommand(
                    command.name(), isWanted.test(command.name()) ? new CommandLine(type, factory) : nameOnly(command));
        }
    }

    private static CommandSpec nameOnly(Command command) {
        CommandSpec spec = CommandSpec.create().name(command.name());
        spec.usageMessage().description(command.description());
        return spec;
    }
}
