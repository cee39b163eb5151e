package hbprobe.sim;

import hbprobe.dialect.Dialect;
import hbprobe.dialect.EchoDialect;
import hbprobe.dialect.HbDialect;
import hbprobe.dialect.TcpDialect;
import hbprobe.engine.Verdict;
import hbprobe.model.Direction;
import hbprobe.model.Durations;
import hbprobe.model.MeasureSettings;
import hbprobe.sim.BoxSettings.AtExpiry;
import hbprobe.sim.BoxSettings.Refresh;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** One middlebox's behaviour and what has to be found of it, from a small YAML file. Unknown keys are refused. */
final class Scenario {
    private static final Set<String> KEYS =
            Set.of("about", "dialect", "measure", "boxes", "path", "server", "events", "expected");

    private final Path file;
    private final Node root;

    /** A mapping, with the place it came from. */
    private record Node(String place, Map<String, Object> values) {
        Node only(Set<String> known) {
            values.keySet().forEach(key -> {
                if (!known.contains(key)) {
                    throw new IllegalArgumentException(place + ": unknown key '" + key + "'; there is " + known);
                }
            });
            return this;
        }

        @SuppressWarnings("unchecked")
        Node child(String key) {
            return new Node(place + "." + key, (Map<String, Object>) values.getOrDefault(key, Map.of()));
        }

        @SuppressWarnings("unchecked")
        List<Node> children(String key) {
            List<Node> nodes = new ArrayList<>();
            for (Object one : (List<Object>) values.getOrDefault(key, List.of())) {
                nodes.add(new Node(place + "." + key, (Map<String, Object>) one));
            }
            return nodes;
        }

        @SuppressWarnings("unchecked")
        List<Object> list(String key) {
            return (List<Object>) values.getOrDefault(key, List.of());
        }

        String word(String key, String otherwise) {
            return String.valueOf(values.getOrDefault(key, otherwise));
        }

        long durationNs(String key, long otherwiseNs) {
            return values.containsKey(key) ? Durations.parse(word(key, "")).toNanos() : otherwiseNs;
        }

        double number(String key, double otherwise) {
            return values.containsKey(key) ? ((Number) values.get(key)).doubleValue() : otherwise;
        }
    }

    private Scenario(Path file, Map<String, Object> values) {
        this.file = file;
        this.root = new Node(file.getFileName().toString(), values).only(KEYS);
    }

    /** @throws IllegalArgumentException when the file holds a key that means nothing */
    @SuppressWarnings("unchecked")
    static Scenario read(Path file) {
        try {
            Object loaded = new Load(
                            LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
            return new Scenario(file, new HashMap<>((Map<String, Object>) loaded));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- running it ------------------------------------------------------------------------------------------------

    Verdict run() {
        SimTime time = new SimTime(0);
        Dialect dialect = dialect();
        SimMeasure measure = new SimMeasure(time, 1, path(), boxes(), farEnd(time));
        schedule(time, measure.network());
        return measure.run(settings(dialect), dialect);
    }

    private Dialect dialect() {
        return switch (root.word("dialect", "hb")) {
            case "hb" -> new HbDialect(Optional.empty());
            case "echo" -> new EchoDialect();
            case "tcp" -> new TcpDialect();
            default -> throw new IllegalArgumentException(file + ": no such dialect");
        };
    }

    private MeasureSettings settings(Dialect dialect) {
        Node asked = root.child("measure").only(Set.of("min", "max", "flows", "rate", "refine", "strategy"));
        MeasureSettings defaults = MeasureSettings.defaults();
        return new MeasureSettings(
                        Duration.ofNanos(asked.durationNs("min", defaults.min().toNanos())),
                        Duration.ofNanos(
                                asked.durationNs("max", Duration.ofSeconds(60).toNanos())),
                        List.of(),
                        defaults.resolution(),
                        List.of(Direction.values()),
                        (int) asked.number("flows", 128),
                        asked.number("rate", defaults.openRate()),
                        defaults.confirm(),
                        1,
                        false,
                        Optional.empty(),
                        MeasureSettings.Strategy.valueOf(
                                asked.word("strategy", "ladder").toUpperCase(Locale.ROOT)))
                .within(
                        dialect.abilities(true),
                        (int) asked.number("flows", 128),
                        Boolean.parseBoolean(asked.word("refine", "false")));
    }

    private PathSettings path() {
        Node path = root.child("path").only(Set.of("rtt", "jitter", "loss"));
        return new PathSettings(
                path.durationNs("rtt", PathSettings.GOOD.rttNs()),
                path.durationNs("jitter", 0),
                path.number("loss", 0),
                path.number("loss", 0));
    }

    private List<BoxSettings> boxes() {
        List<BoxSettings> boxes = new ArrayList<>();
        for (Node box : root.children("boxes")) {
            box.only(Set.of(
                    "timeout",
                    "server-timeout",
                    "granularity",
                    "refresh",
                    "at-expiry",
                    "pick-up",
                    "resets",
                    "lifetime",
                    "table"));
            long timeoutNs = box.durationNs("timeout", SimTime.NEVER);
            boxes.add(new BoxSettings(
                    timeoutNs,
                    box.durationNs("server-timeout", timeoutNs),
                    box.durationNs("granularity", 0),
                    Refresh.valueOf(box.word("refresh", "both").toUpperCase(Locale.ROOT)),
                    AtExpiry.valueOf(box.word("at-expiry", "forgets").toUpperCase(Locale.ROOT)),
                    box.list("pick-up").contains("client"),
                    box.list("pick-up").contains("server"),
                    box.list("resets").contains("client"),
                    box.list("resets").contains("server"),
                    box.durationNs("lifetime", SimTime.NEVER),
                    (int) box.number("table", Integer.MAX_VALUE)));
        }
        return boxes.isEmpty() ? List.of(BoxSettings.NONE) : boxes;
    }

    private SimNetwork.FarEnd farEnd(SimTime time) {
        Node server = root.child("server")
                .only(Set.of("kind", "keepalive", "closes-after", "sweep", "greeting", "farewell", "late"));
        return switch (server.word("kind", "responder")) {
            case "responder" -> FarEnds.responder(time);
            case "echo" -> FarEnds.echo();
            case "silent" ->
                new FarEnds.Silent(
                        server.durationNs("keepalive", 0),
                        server.durationNs("closes-after", 0),
                        server.durationNs("sweep", 0),
                        server.word("greeting", ""),
                        server.word("farewell", ""));
            default -> throw new IllegalArgumentException(file + ": no such server");
        };
    }

    private void schedule(SimTime time, SimNetwork network) {
        network.serverTimersLate(root.child("server").durationNs("late", 0));
        for (Node event : root.children("events")) {
            event.only(Set.of("at", "what", "for"));
            long forNs = event.durationNs("for", 0);
            Runnable deed = switch (event.word("what", "")) {
                case "down" ->
                    () -> {
                        network.down(true);
                        if (forNs > 0) {
                            time.after(forNs, () -> network.down(false));
                        }
                    };
                case "flush" -> network::flush;
                case "kill-server" -> network::killServer;
                case "suspend" -> () -> time.suspend(Duration.ofNanos(forNs));
                case "set-clock" -> () -> time.step(Duration.ofNanos(forNs));
                default -> throw new IllegalArgumentException(file + ": no such event");
            };
            time.after(event.durationNs("at", 0), deed);
        }
    }

    // ---- what is expected ------------------------------------------------------------------------------------------

    /** Everything under {@code expected}. */
    record Expected(
            String outcome,
            int exitCode,
            Map<String, Object> timeout,
            Map<String, Object> outcomes,
            Optional<Boolean> revived,
            Optional<Double> refreshedEveryS,
            List<Object> warnings) {}

    @SuppressWarnings("unchecked")
    Expected expected() {
        Node expected = root.child("expected")
                .only(Set.of("outcome", "exit", "timeout", "directions", "revived", "refreshed-every", "warnings"));
        Node timeout = expected.child("timeout").only(Set.of("alive", "dead", "direction", "ending"));
        return new Expected(
                expected.word("outcome", ""),
                (int) expected.number("exit", 0),
                timeout.values(),
                expected.child("directions")
                        .only(Set.of("client-first", "server-first"))
                        .values(),
                Optional.ofNullable((Boolean) expected.values().get("revived")),
                expected.values().containsKey("refreshed-every")
                        ? Optional.of(expected.durationNs("refreshed-every", 0) / 1e9)
                        : Optional.empty(),
                expected.list("warnings"));
    }
}
