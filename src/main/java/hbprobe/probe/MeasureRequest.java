package hbprobe.probe;

import hbprobe.model.Abilities;
import hbprobe.model.MeasureSettings;
import java.util.Optional;
import java.util.OptionalInt;

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
        return settings.unfit(dialect, abilities);
    }
}
