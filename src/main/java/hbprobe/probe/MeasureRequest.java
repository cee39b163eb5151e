package hbprobe.probe;

import hbprobe.model.Abilities;
import hbprobe.model.Direction;
import hbprobe.model.Durations;
import hbprobe.model.MeasureSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * One measurement as it was asked for.
 *
 * @param settings with the defaults of a responder, unless the user chose others
 * @param maxFlows that the user chose; the default depends on the dialect
 * @param refine that the user chose; the default depends on the dialect
 * @param destination where it goes
 */
public record MeasureRequest(
        MeasureSettings settings, OptionalInt maxFlows, Optional<Boolean> refine, Destination destination, long seed) {

    String scheme() {
        return destination.target().dialect();
    }

    /** The settings as a dialect lets them be. */
    MeasureSettings settingsFor(Abilities abilities) {
        return settings.within(
                abilities,
                maxFlows.orElse(Math.min(settings.maxFlows(), abilities.flows())),
                refine.orElse(abilities.refines()));
    }

    /** Why they can't be had in a dialect, if they can't. */
    Optional<String> unfit(String dialect, Abilities abilities) {
        Optional<Duration> shortest = Stream.concat(Stream.of(settings.min()), settings.intervals().stream())
                .filter(idle -> idle.compareTo(abilities.shortestIdle()) < 0)
                .findFirst();
        if (shortest.isPresent()) {
            return Optional.of("an idle period of " + Durations.print(shortest.get()) + " is too short for " + dialect
                    + "://, which can't probe before " + Durations.print(abilities.shortestIdle()));
        }
        if (!abilities.serverFirst() && settings.directions().equals(List.of(Direction.SERVER_FIRST))) {
            return Optional.of("--direction server-first: only hbprobe respond can be ordered to speak first, and "
                    + dialect + ":// speaks to any server");
        }
        return settings.replyTimeout()
                .filter(timeout -> !abilities.writes() && timeout.compareTo(abilities.shortestReply()) < 0)
                .map(timeout -> "--reply-timeout " + Durations.print(timeout) + " is below the least for " + dialect
                        + "://, " + Durations.print(abilities.shortestReply())
                        + ": one unanswered keepalive probe proves nothing");
    }
}
