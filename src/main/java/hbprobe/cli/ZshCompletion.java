package hbprobe.cli;

import hbprobe.cli.CompletionTree.Flag;
import hbprobe.cli.CompletionTree.Value;
import java.util.ArrayList;
import java.util.List;

/** A completion script for zsh: a function for each command, and {@code _arguments} does the work. */
final class ZshCompletion {
    private ZshCompletion() {}

    static String of(CompletionTree root) {
        StringBuilder script = new StringBuilder();
        script.append("#compdef ").append(root.name()).append('\n');
        script.append("# Written by '").append(root.name()).append(" completion zsh'.\n");
        root.all().forEach(command -> function(script, command));
        // Loaded from fpath this file is the body of the function; sourced it has to announce it.
        String main = name(root);
        script.append("\nif [ \"$funcstack[1]\" = \"").append(main).append("\" ]; then\n");
        script.append("  ").append(main).append(" \"$@\"\n");
        script.append("else\n");
        script.append("  compdef ").append(main).append(' ').append(root.name()).append('\n');
        script.append("fi\n");
        return script.toString();
    }

    private static String name(CompletionTree command) {
        return "_" + String.join("_", command.path());
    }

    private static void function(StringBuilder script, CompletionTree command) {
        script.append('\n').append(name(command)).append("() {\n");
        List<String> specs = new ArrayList<>();
        command.flags().forEach(flag -> specs.add(spec(flag)));
        if (command.commands().isEmpty()) {
            command.operands().forEach(operand -> specs.add(quoted("*:" + value(operand))));
            arguments(script, specs);
        } else {
            specs.add("'1: :->command'");
            specs.add("'*:: :->arguments'");
            script.append("  local curcontext=\"$curcontext\" state line\n");
            script.append("  typeset -A opt_args\n");
            arguments(script, specs);
            dispatch(script, command);
        }
        script.append("}\n");
    }

    private static void arguments(StringBuilder script, List<String> specs) {
        script.append("  _arguments -C -s -S");
        specs.forEach(spec -> script.append(" \\\n    ").append(spec));
        script.append('\n');
    }

    private static void dispatch(StringBuilder script, CompletionTree command) {
        script.append("  case $state in\n");
        script.append("    command)\n");
        script.append("      local -a commands\n");
        script.append("      commands=(\n");
        for (CompletionTree child : command.commands()) {
            script.append("        ")
                    .append(quoted(child.name() + ":" + child.summary()))
                    .append('\n');
        }
        script.append("      )\n");
        script.append("      _describe -t commands command commands\n");
        script.append("      ;;\n");
        script.append("    arguments)\n");
        script.append("      case $line[1] in\n");
        for (CompletionTree child : command.commands()) {
            script.append("        ").append(child.name()).append(") ");
            script.append(name(child)).append(" ;;\n");
        }
        script.append("      esac\n");
        script.append("      ;;\n");
        script.append("  esac\n");
    }

    /** {@code '(-i --intervals)'{-i+,--intervals=}'[Exactly these]:D: '}. */
    private static String spec(Flag flag) {
        List<String> excluded = new ArrayList<>(flag.rivals());
        String repeated = "";
        if (flag.isRepeatable()) {
            repeated = "*";
        } else {
            excluded.addAll(flag.names());
        }
        String before = (excluded.isEmpty() ? "" : "(" + String.join(" ", excluded) + ")") + repeated;
        String after =
                "[" + flag.summary().replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]") + "]"
                        + flag.value().map(value -> ":" + value(value)).orElse("");
        List<String> names = flag.names().stream()
                .map(name -> flag.value().isEmpty() ? name : name + (name.startsWith("--") ? "=" : "+"))
                .toList();
        return names.size() == 1
                ? quoted(before + names.get(0) + after)
                : quoted(before) + "{" + String.join(",", names) + "}" + quoted(after);
    }

    /** {@code D: } when anything goes, {@code HOW:(ladder bisect)}, {@code FILE:_files}. */
    private static String value(Value value) {
        String action = value.isFile() ? "_files" : " ";
        return value.label().replace(":", "\\:") + ":"
                + (value.words().isEmpty() ? action : "(" + String.join(" ", value.words()) + ")");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
