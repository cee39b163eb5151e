package hbprobe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A YAML file whose errors name file and line. */
record YamlFile(Path path) {
    /** What it holds; empty for an empty file. */
    Optional<Node> read() {
        String text;
        try {
            text = Files.readString(path);
        } catch (IOException e) {
            throw new ConfigException("read configuration file '" + path + "': " + reason(e));
        }
        try {
            return new Compose(LoadSettings.builder().setLabel(path.toString()).build()).composeString(text);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new ConfigException(path + ":" + line + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ConfigException(path + ": " + e.getMessage());
        }
    }

    private String reason(IOException e) {
        if (Files.isDirectory(path)) {
            return "it is a folder";
        }
        return Files.exists(path) ? "it is no text that can be read (" + e.getMessage() + ")" : "there is no such file";
    }

    /** The entries of a mapping. */
    List<NodeTuple> entries(Node node) {
        if (!(node instanceof MappingNode mapping)) {
            throw at(node, "expected 'key: value'");
        }
        Set<String> seen = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            String key = text(entry.getKeyNode());
            if (!seen.add(key)) {
                throw at(entry.getKeyNode(), "the key '" + key + "' is there twice");
            }
        }
        return mapping.getValue();
    }

    /** The items of a list. */
    List<Node> items(Node node) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw at(node, "expected a list: lines that begin with '- '");
    }

    /** A value as text; a list's parts with commas between. */
    String text(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        if (node instanceof SequenceNode sequence) {
            List<String> parts = new ArrayList<>();
            for (Node part : sequence.getValue()) {
                if (!(part instanceof ScalarNode scalar)) {
                    throw at(part, "expected a value, not a list in a list");
                }
                parts.add(scalar.getValue());
            }
            return String.join(",", parts);
        }
        throw at(node, "expected a value");
    }

    ConfigException at(Node node, String problem) {
        return at(line(node), problem);
    }

    ConfigException at(int line, String problem) {
        return new ConfigException(path + ":" + line + ": " + problem);
    }

    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }
}
