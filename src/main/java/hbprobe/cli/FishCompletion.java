package hbprobe.cli;

import hbprobe.cli.CompletionTree.Flag;
import hbprobe.cli.CompletionTree.Value;
import java.util.stream.Collectors;

/** A completion script for fish: a line for each command, option and operand. */
final class FishCompletion {
    private FishCompletion() {}

    static String of(CompletionTree root) {
        String commands = root.all()
                .skip(1)
                .map(command -> quoted(String.join(" ", command.path())))
                .collect(Collectors.joining(" "));
        StringBuilder script =
                new StringBuilder("""
                # Written by 'PROGRAM completion fish'.

                # Whether the words so far name just this command.
                function __PROGRAM_at --argument-names wanted
                    set -l at PROGRAM
                    for word in (commandline -opc)[2..-1]
                        test "$word" = --; and break
                        if contains -- "$at $word" COMMANDS
                            set at "$at $word"
                        end
                    end
                    test "$at" = "$wanted"
                end

                complete -c PROGRAM -f
                """.replace("PROGRAM", root.name()).replace("COMMANDS", commands));
        root.all().forEach(command -> {
            String line = "complete -c " + root.name() + " -n "
                    + quoted("__" + root.name() + "_at " + "\"" + String.join(" ", command.path()) + "\"");
            script.append('\n');
            for (CompletionTree child : command.commands()) {
                script.append(line).append(" -a ").append(child.name());
                script.append(" -d ").append(quoted(child.summary())).append('\n');
            }
            command.flags()
                    .forEach(flag -> script.append(line).append(flag(flag)).append('\n'));
            command.operands().stream()
                    .filter(operand -> operand.isFile() || !operand.words().isEmpty())
                    .forEach(operand ->
                            script.append(line).append(offered(operand)).append('\n'));
        });
        return script.toString();
    }

    private static String flag(Flag flag) {
        StringBuilder words = new StringBuilder();
        for (String name : flag.names()) {
            words.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        flag.value().ifPresent(value -> words.append(" -r").append(offered(value)));
        return words + " -d " + quoted(flag.summary());
    }

    private static String offered(Value value) {
        if (value.isFile()) {
            return " -F";
        }
        return value.words().isEmpty() ? " -f" : " -f -a " + quoted(String.join(" ", value.words()));
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
