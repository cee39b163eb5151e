package hbprobe.engine;

import hbprobe.model.NatFinding.Behaviour;
import hbprobe.model.NatFinding.Direct;
import hbprobe.model.NatFinding.Loop;
import hbprobe.model.NatFinding.Pair;
import hbprobe.model.NatFinding.Peers;
import hbprobe.model.NatFinding.PortChoice;
import hbprobe.model.NatFinding.Requirement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a NAT's behaviour means for a direct connection between two hosts (RFC 5128, section 3.3; RFC 8445), and how it
 * stands to the requirements of RFC 4787.
 */
public final class NatMeaning {
    private NatMeaning() {}

    /** In plain words. */
    public static Peers peers(NatVerdict verdict) {
        boolean isTranslated = verdict.translated().orElse(true);
        Behaviour filtering = verdict.filtering().behaviour();
        return switch (verdict.mapping().behaviour()) {
            case ENDPOINT_INDEPENDENT -> steady(filtering, isTranslated);
            case ADDRESS_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT ->
                unsteady(filtering, verdict.ports().choice());
            case INCONCLUSIVE, NOT_TESTED ->
                new Peers(
                        Direct.UNKNOWN,
                        verdict.translated().isEmpty()
                                ? "Nothing is known."
                                : isTranslated
                                        ? "Whether the mapping is the same for every peer is not known, and on that it"
                                                + " depends."
                                        : "Nothing is translated on the way to this server; what a filter lets through"
                                                + " is not known.");
        };
    }

    private static Peers steady(Behaviour filtering, boolean isTranslated) {
        String who = isTranslated ? "the mapped address" : "this address";
        return switch (filtering) {
            case ENDPOINT_INDEPENDENT ->
                new Peers(
                        Direct.ANY_PEER,
                        "Whoever knows " + who + " can send to it: a direct connection with any peer, without hole"
                                + " punching from here.");
            case ADDRESS_DEPENDENT ->
                new Peers(
                        Direct.MOST_PEERS,
                        "Hole punching works with nearly every peer, also with one whose own mapping depends on the"
                                + " destination.");
            case ADDRESS_AND_PORT_DEPENDENT ->
                new Peers(
                        Direct.MOST_PEERS,
                        "Hole punching works with peers whose own mapping is endpoint-independent; the others need a"
                                + " relay (TURN).");
            case INCONCLUSIVE, NOT_TESTED ->
                new Peers(
                        Direct.MOST_PEERS,
                        "Hole punching works at least with peers whose own mapping is endpoint-independent; what is"
                                + " filtered is not known.");
        };
    }

    private static Peers unsteady(Behaviour filtering, PortChoice ports) {
        String guess = ports == PortChoice.SEQUENTIAL
                ? " Its ports follow each other, so that a peer may guess the next one."
                : "";
        String open = filtering == Behaviour.ENDPOINT_INDEPENDENT
                ? " It lets in whoever sends to a mapping that is there, as the one that the server saw."
                : "";
        return new Peers(
                Direct.SOME_PEERS,
                "No peer can know in advance where packets from here will come from: hole punching works only with"
                        + " peers whose own mapping is endpoint-independent and whose filter does not look at ports;"
                        + " all others need a relay (TURN)." + open + guess);
    }

    /** Those that could be looked at. Where nothing is translated there are none. */
    public static List<Requirement> requirements(NatVerdict verdict) {
        List<Requirement> all = new ArrayList<>();
        if (!verdict.translated().orElse(false)) {
            return all;
        }
        Behaviour mapping = verdict.mapping().behaviour();
        all.add(new Requirement(
                "REQ-1",
                mapping.isKnown() ? mapping == Behaviour.ENDPOINT_INDEPENDENT : null,
                "the mapping must be endpoint-independent"));
        List<String> outside = verdict.ports().seen().stream()
                .map(Pair::mapped)
                .map(mapped -> mapped.substring(0, mapped.lastIndexOf(':')))
                .distinct()
                .toList();
        all.add(new Requirement(
                "REQ-2",
                outside.isEmpty() ? null : outside.size() == 1,
                "one inside address should have one outside (recommended)"));
        Behaviour filtering = verdict.filtering().behaviour();
        all.add(new Requirement(
                "REQ-8",
                filtering.isKnown() ? filtering != Behaviour.ADDRESS_AND_PORT_DEPENDENT : null,
                "the filter should be endpoint-independent, or where strictness counts address-dependent"
                        + " (recommended)"));
        all.add(new Requirement(
                "REQ-9", hairpins(verdict), "it must hairpin, with the outside address and port as the source"));
        return all;
    }

    private static @Nullable Boolean hairpins(NatVerdict verdict) {
        Loop loop = verdict.hairpinning().loop();
        if (loop == Loop.YES) {
            return "external".equals(verdict.hairpinning().source());
        }
        boolean isSeen = loop == Loop.NO && verdict.hairpinning().why() == null;
        return isSeen ? Boolean.FALSE : null;
    }
}
