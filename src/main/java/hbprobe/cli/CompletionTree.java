package hbprobe.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What a completion script has to know of a command: one walk over the model for every shell that picocli knows nothing
 * of. Hidden commands and options are left out.
 *
 * @param path the words that lead to it: {@code hbprobe lab run}
 * @param summary the first sentence of its description
 */
record CompletionTree(
        List<String> path, String summary, List<Flag> flags, List<Value> operands, List<CompletionTree> commands) {

    /**
     * An option.
     *
     * @param value empty when it takes none
     * @param rivals names of the options that it can't be given with, its own left out
     */
    record Flag(List<String> names, String summary, Optional<Value> value, boolean isRepeatable, List<String> rivals) {}

    /**
     * The value of an option, or an operand.
     *
     * @param words all that there are; empty when anything goes
     */
    record Value(String label, List<String> words, boolean isFile) {}

    static CompletionTree of(CommandSpec command) {
        return of(command, List.of(command.name()));
    }

    private static CompletionTree of(CommandSpec command, List<String> path) {
        List<CompletionTree> commands = new ArrayList<>();
        for (CommandLine child : command.subcommands().values()) {
            CommandSpec spec = child.getCommandSpec();
            if (!spec.usageMessage().hidden()) {
                commands.add(of(
                        spec,
                        Stream.concat(path.stream(), Stream.of(spec.name())).toList()));
            }
        }
        return new CompletionTree(
                path,
                firstSentence(command.usageMessage().description()),
                command.options().stream()
                        .filter(option -> !option.hidden())
                        .map(CompletionTree::flag)
                        .toList(),
                command.positionalParameters().stream()
                        .filter(operand -> !operand.hidden())
                        .map(CompletionTree::value)
                        .toList(),
                commands);
    }

    String name() {
        return path.get(path.size() - 1);
    }

    /** This command and all below it, from the top. */
    Stream<CompletionTree> all() {
        return Stream.concat(Stream.of(this), commands.stream().flatMap(CompletionTree::all));
    }

    private static Flag flag(OptionSpec option) {
        return new Flag(
                List.of(option.names()),
                firstSentence(option.description()),
                option.arity().max() > 0 ? Optional.of(value(option)) : Optional.empty(),
                option.isMultiValue(),
                rivals(option));
    }

    private static List<String> rivals(OptionSpec option) {
        ArgGroupSpec group = option.group();
        if (group == null || !group.exclusive()) {
            return List.of();
        }
        return group.options().stream()
                .filter(other -> !other.equals(option))
                .flatMap(other -> Stream.of(other.names()))
                .toList();
    }

    private static Value value(ArgSpec argument) {
        List<String> words = new ArrayList<>();
        Iterable<String> candidates = argument.completionCandidates();
        if (candidates != null) {
            candidates.forEach(words::add);
        }
        Class<?> type = argument.typeInfo().isMultiValue()
                ? argument.typeInfo().getAuxiliaryTypes()[0]
                : argument.typeInfo().getType();
        return new Value(argument.paramLabel(), words, type == Path.class || type == File.class);
    }

    /** Without its full stop: enough beside a name. */
    private static String firstSentence(String @Nullable [] description) {
        if (description == null || description.length == 0) {
            return "";
        }
        String sentence = description[0].replace("%%", "%").split("(?<=\\.) (?=[A-Z])", 2)[0];
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
