package hbprobe.model;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/** A mechanism and how it was set. */
@Json(naming = Json.Naming.LowerUnderscore)
public record MechanismUsed(Mechanism name, Settings settings) {

    /**
     * What was asked for, and what the kernel made of it.
     *
     * @param effective null where the mechanism was not tried, or the platform doesn't say
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Settings(Knobs supplied, @Nullable Knobs effective) {}

    /** Those that mean something for the mechanism; the others are null. */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Knobs(
            @Nullable Double intervalS,
            @Nullable Double echoTimeoutS,
            @Nullable Integer misses,
            @Nullable String schedule,
            @Nullable Double keepaliveIdleS,
            @Nullable Double keepaliveIntervalS,
            @Nullable Integer keepaliveCount,
            @Nullable Double userTimeoutS) {

        /** Of a mechanism that is set like this. */
        public static Knobs of(Mechanism mechanism, HeartbeatSettings settings) {
            boolean echoes = mechanism == Mechanism.APP_ECHO;
            return new Knobs(
                    mechanism.writes() ? Durations.seconds(settings.interval()) : null,
                    echoes ? Durations.seconds(settings.echoTimeout()) : null,
                    echoes ? settings.misses() : null,
                    echoes ? settings.schedule().word() : null,
                    mechanism.keepalive()
                            ? Durations.seconds(settings.keepalive().idle())
                            : null,
                    mechanism.keepalive()
                            ? Durations.seconds(settings.keepalive().interval())
                            : null,
                    mechanism.keepalive() ? settings.keepalive().count() : null,
                    mechanism.userTimeout() ? Durations.seconds(settings.userTimeout()) : null);
        }
    }
}
