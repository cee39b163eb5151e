package hbprobe.cli;

import hbprobe.model.Expected;
import hbprobe.model.Limits;
import hbprobe.probe.CheckRequest.Wanted;
import hbprobe.probe.Destination;
import hbprobe.runtime.Host;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The file of {@code check --file}: targets, and what is expected of each. The keys of a target are the long options of
 * {@code check}, so that one word means one thing in both places, and their values are read by the same converters.
 */
final class CheckFile {
    private static final String TARGET = "target";
    private static final String TOKEN = "token";
    private static final String DEFAULTS = "defaults";
    private static final String TARGETS = "targets";
    private static final String GROUPS = "groups";

    /** {@code ${NAME}} or {@code ${NAME:-otherwise}}; {@code $$} is a dollar sign. */
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\$|\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\\})");

    private final YamlFile file;
    private final Host host;
    private final Optional<Duration> deadline;
    private final Optional<String> token;
    private final IDefaultValueProvider outside;
    private final Function<Path, Expected.NoWorseThan> older;
    private final Set<String> keys;

    /** What one target's keys are read into. */
    @CommandLine.Command(name = "check")
    private static final class Entry {
        @Mixin
        private ExpectationOptions expectations = new ExpectationOptions();

        @Mixin
        private NetworkOptions network = new NetworkOptions();

        @Mixin
        private TokenOptions token = new TokenOptions();

        @Mixin
        private ServerOptions server = new ServerOptions();
    }

    /** A key with its value and where it stands. */
    private record Setting(String value, int line) {}

    /**
     * A file that is not read yet.
     *
     * @param deadline of the whole run
     * @param token for targets that have none of their own
     * @param outside defaults of options, from the environment and the user's configuration
     * @param older reads the finding of a {@code baseline}
     */
    CheckFile(
            Path path,
            Host host,
            Optional<Duration> deadline,
            Optional<String> token,
            IDefaultValueProvider outside,
            Function<Path, Expected.NoWorseThan> older) {
        this.file = new YamlFile(path);
        this.host = host;
        this.deadline = deadline;
        this.token = token;
        this.outside = outside;
        this.older = older;
        this.keys = keys();
    }

    /** Those that a target can have. */
    static Set<String> keys() {
        Set<String> keys = new TreeSet<>(Set.of(TARGET, TOKEN));
        for (OptionSpec option : new CommandLine(new Entry()).getCommandSpec().options()) {
            keys.add(option.longestName().substring(2));
        }
        return keys;
    }

    /**
     * The targets.
     *
     * @param wantedGroups whose targets are meant; none: every target of the file
     * @throws ConfigException when something is wrong with it, naming file and line
     */
    List<Wanted> read(List<String> wantedGroups) {
        Node top = file.read().orElseThrow(() -> file.at(1, "the file is empty; it needs 'targets:'"));
        Map<String, Node> parts = parts(top, Set.of(DEFAULTS, TARGETS, GROUPS));
        Map<String, Setting> defaults = settings(parts.get(DEFAULTS), Map.of());
        Map<String, Node> groups = groups(parts.get(GROUPS));
        for (String wanted : wantedGroups) {
            if (!groups.containsKey(wanted)) {
                throw file.at(1, "there is no group '" + wanted + "'" + Nearest.hint(wanted, groups.keySet()));
            }
        }
        List<Wanted> all = new ArrayList<>();
        List<Wanted> chosen = new ArrayList<>();
        if (parts.get(TARGETS) != null) {
            all.addAll(targets(parts.get(TARGETS), defaults));
        }
        groups.forEach((name, node) -> {
            Map<String, Node> group = parts(node, Set.of(DEFAULTS, TARGETS));
            if (group.get(TARGETS) == null) {
                throw file.at(node, "the group '" + name + "' has no 'targets'");
            }
            List<Wanted> targets = targets(group.get(TARGETS), settings(group.get(DEFAULTS), defaults));
            all.addAll(targets);
            if (wantedGroups.contains(name)) {
                chosen.addAll(targets);
            }
        });
        if (all.isEmpty()) {
            throw file.at(top, "there is no target; 'targets:' lists them");
        }
        if (all.size() > Limits.CHECK_TARGETS) {
            throw file.at(top, all.size() + " targets are more than the " + Limits.CHECK_TARGETS + " of one run");
        }
        if (wantedGroups.isEmpty()) {
            return all;
        }
        if (chosen.isEmpty()) {
            throw file.at(top, "the group '" + wantedGroups.get(0) + "' lists no target");
        }
        return chosen; // all have been read, so that an error never hides
    }

    private Map<String, Node> groups(@org.jspecify.annotations.Nullable Node node) {
        Map<String, Node> groups = new LinkedHashMap<>();
        if (node != null) {
            file.entries(node).forEach(entry -> groups.put(file.text(entry.getKeyNode()), entry.getValueNode()));
        }
        return groups;
    }

    private Map<String, Node> parts(Node node, Set<String> known) {
        Map<String, Node> parts = new LinkedHashMap<>();
        for (NodeTuple entry : file.entries(node)) {
            parts.put(known(entry, known), entry.getValueNode());
        }
        return parts;
    }

    private String known(NodeTuple entry, Collection<String> names) {
        String key = file.text(entry.getKeyNode());
        if (!names.contains(key)) {
            String hint = Nearest.of(key, names)
                    .map(near -> "; did you mean '" + near + "'?")
                    .orElse("; there are " + String.join(", ", new TreeSet<>(names)));
            throw file.at(entry.getKeyNode(), "unknown key '" + key + "'" + hint);
        }
        return key;
    }

    // ---- one target ----------------------------------------------------------------------------------------------

    private List<Wanted> targets(Node node, Map<String, Setting> defaults) {
        List<Wanted> targets = new ArrayList<>();
        for (Node item : file.items(node)) {
            targets.add(wanted(item, defaults));
        }
        return targets;
    }

    private Wanted wanted(Node node, Map<String, Setting> defaults) {
        Map<String, Setting> settings;
        if (node instanceof MappingNode) {
            settings = settings(node, defaults);
        } else {
            settings = new LinkedHashMap<>(defaults);
            settings.put(TARGET, new Setting(substituted(node), YamlFile.line(node)));
        }
        Setting target = settings.remove(TARGET);
        if (target == null) {
            throw file.at(node, "'target' is missing; it is host:port or SCHEME://host");
        }
        Setting own = settings.remove(TOKEN);
        Entry entry = new Entry();
        CommandLine command = new CommandLine(entry).setDefaultValueProvider(outside);
        try {
            command.parseArgs(arguments(command, settings));
            return new Wanted(
                    new Destination(
                            TargetOptions.spec(target.value(), command)
                                    .orPassword(entry.server.password(host, command)),
                            entry.network.family(command),
                            entry.network.bind(),
                            entry.network.device(),
                            own == null ? entry.token.token(host, command).or(() -> token) : Optional.of(own.value()),
                            entry.server.tls(command),
                            entry.server.pushPath(command),
                            deadline,
                            host.variable(TestSwitches.TRANSPORT)),
                    entry.expectations.settings(command, older));
        } catch (ParameterException e) {
            throw file.at(lineOf(e, settings, target), words(e));
        }
    }

    private Map<String, Setting> settings(@org.jspecify.annotations.Nullable Node node, Map<String, Setting> defaults) {
        Map<String, Setting> settings = new LinkedHashMap<>(defaults);
        if (node != null) {
            for (NodeTuple entry : file.entries(node)) {
                String key = known(entry, keys);
                settings.put(key, new Setting(substituted(entry.getValueNode()), YamlFile.line(entry.getKeyNode())));
            }
        }
        return settings;
    }

    private String substituted(Node node) {
        Matcher variables = VARIABLE.matcher(file.text(node));
        StringBuilder text = new StringBuilder();
        while (variables.find()) {
            String value = variables.group(1) == null
                    ? "$"
                    : host.variable(variables.group(1))
                            .or(() -> Optional.ofNullable(variables.group(2)))
                            .orElseThrow(() -> file.at(
                                    node,
                                    "the environment variable " + variables.group(1)
                                            + " is not set; set it, or write ${" + variables.group(1) + ":-value}"));
            variables.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        return variables.appendTail(text).toString();
    }

    private String[] arguments(CommandLine command, Map<String, Setting> settings) {
        List<String> arguments = new ArrayList<>();
        settings.forEach((key, setting) -> {
            OptionSpec option = command.getCommandSpec().findOption("--" + key);
            if (option.arity().max() > 0) {
                arguments.add("--" + key + "=" + setting.value());
            } else if (setting.value().equals("true")) {
                arguments.add("--" + key);
            } else if (!setting.value().equals("false")) {
                throw file.at(setting.line(), "'" + key + ": " + setting.value() + "' is neither true nor false");
            }
        });
        return arguments.toArray(String[]::new);
    }

    /** Of the key that the error is about; where it is about none, of the target. */
    private static int lineOf(ParameterException error, Map<String, Setting> settings, Setting target) {
        String about = error.getArgSpec() instanceof OptionSpec option
                ? option.longestName()
                : String.valueOf(error.getMessage()).split(" ", 2)[0];
        Setting setting = about.startsWith("--") ? settings.get(about.substring(2)) : null;
        return setting == null ? target.line() : setting.line();
    }

    /** In a file the options are keys. */
    private static String words(ParameterException error) {
        return String.valueOf(error.getMessage()).replaceAll("\\s+", " ").replaceAll("(?<![a-z0-9])--([a-z])", "$1");
    }
}
