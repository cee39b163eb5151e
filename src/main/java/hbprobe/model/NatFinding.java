package hbprobe.model;

import io.avaje.jsonb.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code nat} found, as it is written to JSON ({@code docs/schema/nat-1.json}).
 *
 * @param schema always {@value #SCHEMA}
 * @param version of hbprobe
 * @param target the server, as it was asked
 * @param host this machine
 * @param startedAt RFC 3339, UTC
 * @param elapsedS monotonic, seconds
 * @param outcome in one word
 * @param settings what was asked for
 * @param server what it told of itself; null when it did not answer
 * @param local this end of the first socket; null when there was none
 * @param mapped the same as the server saw it; null when it did not answer
 * @param translated whether the two differ; null when that is not known
 * @param mapping whether one inside address and port has one outside
 * @param filtering who gets through to it
 * @param ports how the outside port is chosen
 * @param hairpinning whether two hosts inside can meet outside
 * @param peers what that means for a direct connection between two hosts
 * @param requirements those of RFC 4787 that could be looked at
 * @param warnings what the reader has to know to judge the rest
 * @param error null when the question was answered
 * @param exitCode of the process
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record NatFinding(
        String schema,
        String version,
        Target target,
        HostInfo host,
        String startedAt,
        double elapsedS,
        Outcome outcome,
        Settings settings,
        @Nullable Server server,
        @Nullable String local,
        @Nullable String mapped,
        @Nullable Boolean translated,
        Mapping mapping,
        Filtering filtering,
        Ports ports,
        Hairpinning hairpinning,
        Peers peers,
        List<Requirement> requirements,
        List<String> warnings,
        @Nullable Problem error,
        int exitCode) {

    /** Name and version of the format. */
    public static final String SCHEMA = "hbprobe/nat/1";

    /** Copies the lists. */
    public NatFinding {
        requirements = List.copyOf(requirements);
        warnings = List.copyOf(warnings);
    }

    /** What came of it, in one word. */
    public enum Outcome {
        /** Mapping and filtering have a class. */
        ANSWERED("answered"),
        /** One of them has none. */
        INCONCLUSIVE("inconclusive"),
        /** The server did not answer. */
        UNREACHABLE("unreachable"),
        /** The user ended it. */
        INTERRUPTED("interrupted");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        /** The word used in JSON. */
        @Json.Value
        public String word() {
            return word;
        }
    }

    /** On what a mapping or a filter depends (RFC 4787, sections 4.1 and 5). */
    public enum Behaviour {
        /** On nothing outside. */
        ENDPOINT_INDEPENDENT("endpoint-independent"),
        /** On the address outside. */
        ADDRESS_DEPENDENT("address-dependent"),
        /** On the address and the port outside. */
        ADDRESS_AND_PORT_DEPENDENT("address-and-port-dependent"),
        /** It was looked for, and can't be told. */
        INCONCLUSIVE("inconclusive"),
        /** It could not be looked for. */
        NOT_TESTED("not-tested");

        private final String word;

        Behaviour(String word) {
            this.word = word;
        }

        /** The word used in JSON and in reports. */
        @Json.Value
        public String word() {
            return word;
        }

        /** Whether it is one of the three classes. */
        public boolean isKnown() {
            return this != INCONCLUSIVE && this != NOT_TESTED;
        }
    }

    /**
     * What was asked for.
     *
     * @param replyTimeoutS how long a request was sent again
     * @param sockets opened, if nothing came in between
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Settings(double replyTimeoutS, int sockets) {
        /** As they are written. */
        public static Settings of(NatSettings settings) {
            return new Settings(Durations.seconds(settings.replyTimeout()), settings.sockets());
        }
    }

    /**
     * The server.
     *
     * @param software as it calls itself; null when it doesn't
     * @param otherAddress its other address and other port; null when it has none
     * @param rttMs shortest round trip, milliseconds; null when every answer followed a repeated request
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Server(
            @Nullable String software,
            @Nullable String otherAddress,
            @Nullable Double rttMs) {}

    /**
     * The mapping of one inside address and port.
     *
     * @param why it has no class; null when it has
     * @param seen in the order of the tests
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Mapping(Behaviour behaviour, @Nullable String why, List<Seen> seen) {
        /** Copies the list. */
        public Mapping {
            seen = List.copyOf(seen);
        }
    }

    /**
     * One test of it.
     *
     * @param to whom the request went
     * @param mapped where it seemed to come from; null when no answer came
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Seen(String to, @Nullable String mapped) {}

    /**
     * Who gets through to a mapping.
     *
     * @param why it has no class; null when it has
     * @param seen in the order of the tests
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Filtering(Behaviour behaviour, @Nullable String why, List<Answer> seen) {
        /** Copies the list. */
        public Filtering {
            seen = List.copyOf(seen);
        }
    }

    /**
     * One test of it.
     *
     * @param from where the server was to answer from
     * @param arrived whether such an answer came through; null when the test did not come to its end
     * @param requests sent
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Answer(String from, @Nullable Boolean arrived, int requests) {}

    /** How outside ports look beside the inside ones. */
    public enum PortChoice {
        /** All are the same as inside. */
        PRESERVED("preserved"),
        /** Some are. */
        PARTLY_PRESERVED("partly-preserved"),
        /** None is, and they lie close together. */
        SEQUENTIAL("sequential"),
        /** None is, and no order shows. */
        RANDOM("random"),
        /** Too few were seen. */
        NOT_TESTED("not-tested");

        private final String word;

        PortChoice(String word) {
            this.word = word;
        }

        /** The word used in JSON and in reports. */
        @Json.Value
        public String word() {
            return word;
        }
    }

    /**
     * How the outside port is chosen.
     *
     * @param preserved how many of those seen are the same as inside
     * @param seen a socket each
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Ports(PortChoice choice, int preserved, List<Pair> seen) {
        /** Copies the list. */
        public Ports {
            seen = List.copyOf(seen);
        }
    }

    /** A socket inside and as the server saw it. */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Pair(String local, String mapped) {}

    /** Whether what is sent from inside to a mapping comes back inside. */
    public enum Loop {
        /** It does. */
        YES("yes"),
        /** It does not. */
        NO("no"),
        /** Nothing is translated, so nothing has to be turned round. */
        NOT_NEEDED("not-needed"),
        /** It can't be told. */
        INCONCLUSIVE("inconclusive"),
        /** It could not be looked for. */
        NOT_TESTED("not-tested");

        private final String word;

        Loop(String word) {
            this.word = word;
        }

        /** The word used in JSON and in reports. */
        @Json.Value
        public String word() {
            return word;
        }
    }

    /**
     * Hairpinning.
     *
     * @param source of what came back: {@code external}, as RFC 4787 wants it, or {@code internal}; null when nothing
     *     did
     * @param why what limits the answer; null when nothing does
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Hairpinning(
            Loop loop, @Nullable String source, @Nullable String why) {}

    /** With whom a direct connection can be had. */
    public enum Direct {
        /** With every peer that can send at all. */
        ANY_PEER("any-peer"),
        /** With most, by hole punching. */
        MOST_PEERS("most-peers"),
        /** With those whose own NAT is lenient; with the others through a relay. */
        SOME_PEERS("some-peers"),
        /** That can't be told. */
        UNKNOWN("unknown");

        private final String word;

        Direct(String word) {
            this.word = word;
        }

        /** The word used in JSON. */
        @Json.Value
        public String word() {
            return word;
        }
    }

    /**
     * What it means for peers.
     *
     * @param meaning a sentence
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Peers(Direct direct, String meaning) {}

    /**
     * A requirement of RFC 4787.
     *
     * @param name {@code REQ-1}
     * @param met null where this could not be told
     * @param text what is required
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Requirement(String name, @Nullable Boolean met, String text) {}
}
