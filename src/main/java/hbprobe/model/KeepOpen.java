package hbprobe.model;

import io.avaje.jsonb.Json;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a heartbeat kept the path open, as it is written to JSON.
 *
 * @param periodS of the heartbeat; null where there is none or it was not tried
 * @param idleTimeoutS of the path; null: unknown
 * @param observedForS from priming to the far end's push, or to the ping at the end; null where it was not tried
 * @param why null when there is nothing to say
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record KeepOpen(
        Keeper mechanism,
        @Nullable Double periodS,
        @Nullable Double idleTimeoutS,
        @Nullable Double observedForS,
        Outcome outcome,
        @Nullable String why) {

    /** Who sends what. */
    public enum Keeper {
        /** The client's application asks, the far one answers. */
        APP_ECHO("app-echo"),
        /** Over UDP: the client sends, and nobody answers. */
        WRITE_ONLY("write-only"),
        /** The far application sends heartbeats; the client's kernel acknowledges, over UDP nobody does. */
        APP_ECHO_SERVER("app-echo-server"),
        /** This kernel's keepalive. */
        OS_KEEPALIVE("os-keepalive"),
        /** The far kernel's keepalive. */
        OS_KEEPALIVE_SERVER("os-keepalive-server"),
        /** Nobody sends anything. */
        NONE("none");

        private final String word;

        Keeper(String word) {
            this.word = word;
        }

        /** The word used in JSON and in reports. */
        @Json.Value
        public String word() {
            return word;
        }

        /** Those that are tried over a transport, and those that are missed there. */
        public static List<Keeper> over(Transport transport) {
            return Arrays.stream(values())
                    .filter(keeper -> transport == Transport.UDP || keeper != WRITE_ONLY)
                    .toList();
        }

        /** Whether a kernel does it, whose keepalive counts whole seconds. */
        public boolean isKernels() {
            return this == OS_KEEPALIVE || this == OS_KEEPALIVE_SERVER;
        }
    }

    /** What came of it. */
    public enum Outcome {
        /** The far end's push, or its answer, came through. */
        KEPT("kept"),
        /** It did not. */
        LOST("lost"),
        /** There was no trying it. */
        NOT_TESTED("not-tested");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        /** The word used in JSON and in reports. */
        @Json.Value
        public String word() {
            return word;
        }
    }

    /** Not tried, and why. */
    public static KeepOpen notTested(Keeper keeper, @Nullable Double idleTimeoutS, String why) {
        return new KeepOpen(keeper, null, idleTimeoutS, null, Outcome.NOT_TESTED, why);
    }
}
