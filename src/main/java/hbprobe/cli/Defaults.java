package hbprobe.cli;

import hbprobe.runtime.Host;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option's value comes from when the command line has none: the environment, then the configuration file. The
 * file has options at its top, for every command that has them, and under a command's name, for that one.
 */
final class Defaults implements IDefaultValueProvider {
    private static final Set<String> NEVER_FROM_OUTSIDE = Set.of("--help", "--version", "--plan");

    private final Host host;
    private final Map<String, String> fromFile;

    private Defaults(Host host, Map<String, String> fromFile) {
        this.host = host;
        this.fromFile = fromFile;
    }

    /**
     * Reads the configuration file, if there is one.
     *
     * @param model of all commands, to know their options; asked for only if there is a file
     * @throws ConfigException when it can't be read or has an unknown key
     */
    static Defaults of(Host host, List<String> args, Supplier<CommandLine> model) {
        Optional<Path> named =
                namedIn(args).or(() -> host.variable("HBPROBE_CONFIG")).map(Path::of);
        Optional<Path> file = named.or(() -> usersOwn(host).filter(Files::isRegularFile));
        return new Defaults(host, file.map(path -> read(path, model.get())).orElse(Map.of()));
    }

    private static Optional<String> namedIn(List<String> args) {
        for (int i = 0; i < args.size() && !args.get(i).equals("--"); i++) {
            if (args.get(i).startsWith("--config=")) {
                return Optional.of(args.get(i).substring("--config=".length()));
            }
            if (args.get(i).equals("--config") && i + 1 < args.size()) {
                return Optional.of(args.get(i + 1));
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> usersOwn(Host host) {
        return host.variable("XDG_CONFIG_HOME")
                .map(Path::of)
                .or(() -> host.variable("HOME").map(home -> Path.of(home, ".config")))
                .map(folder -> folder.resolve("hbprobe").resolve("hbprobe.yaml"));
    }

    /** {@code "measure --max" → "5m"}; an option for all commands has no command's name. */
    private static Map<String, String> read(Path path, CommandLine root) {
        YamlFile file = new YamlFile(path);
        Map<String, String> values = new HashMap<>();
        List<NodeTuple> top = file.read().map(file::entries).orElse(List.of());
        for (NodeTuple entry : top) {
            String key = file.text(entry.getKeyNode());
            CommandLine command = root.getSubcommands().get(key);
            if (command != null) {
                Set<String> known = namesOf(List.of(command));
                for (NodeTuple option : file.entries(entry.getValueNode())) {
                    values.put(key + " --" + known(file, option, known), file.text(option.getValueNode()));
                }
            } else {
                Set<String> known = namesOf(root.getSubcommands().values());
                values.put("--" + known(file, entry, known), file.text(entry.getValueNode()));
            }
        }
        return values;
    }

    private static String known(YamlFile file, NodeTuple entry, Set<String> names) {
        String key = file.text(entry.getKeyNode());
        if (!names.contains(key)) {
            throw file.at(entry.getKeyNode(), "unknown key '" + key + "'" + Nearest.hint(key, names));
        }
        return key;
    }

    private static Set<String> namesOf(Iterable<CommandLine> commands) {
        Set<String> names = new TreeSet<>();
        for (CommandLine command : commands) {
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (!NEVER_FROM_OUTSIDE.contains(option.longestName())
                        && option.longestName().startsWith("--")) {
                    names.add(option.longestName().substring(2));
                }
            }
            names.addAll(namesOf(command.getSubcommands().values()));
        }
        return names;
    }

    /** What that command writes when its line doesn't say. */
    static Optional<String> output(CommandLine command) {
        OptionSpec option = command.getCommandSpec().findOption("--output");
        if (command.getDefaultValueProvider() instanceof Defaults defaults) {
            return option == null ? output(defaults.host) : Optional.ofNullable(defaults.defaultValue(option));
        }
        return Optional.empty();
    }

    /** The same of a line without a command, or beside a configuration file that can't be read. */
    static Optional<String> output(Host host) {
        return host.variable("HBPROBE_OUTPUT");
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)
                || !option.longestName().startsWith("--")
                || NEVER_FROM_OUTSIDE.contains(option.longestName())) {
            return null;
        }
        return host.variable(variableOf(option)).or(() -> fromFile(option)).orElse(null);
    }

    /** Under the name of its command, of the command above that, or for all. */
    private Optional<String> fromFile(OptionSpec option) {
        for (CommandSpec command = option.command(); command != null; command = command.parent()) {
            String value = fromFile.get(command.name() + " " + option.longestName());
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.ofNullable(fromFile.get(option.longestName()));
    }

    /** {@code --max-flows} is {@code HBPROBE_MAX_FLOWS}. */
    static String variableOf(OptionSpec option) {
        return "HBPROBE_" + option.longestName().substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
