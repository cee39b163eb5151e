package hbprobe.responder;

import hbprobe.wire.StunAttribute;
import hbprobe.wire.StunAttribute.Change;
import hbprobe.wire.StunAttribute.Changed;
import hbprobe.wire.StunAttribute.Mapped;
import hbprobe.wire.StunAttribute.Origin;
import hbprobe.wire.StunAttribute.Other;
import hbprobe.wire.StunAttribute.Padding;
import hbprobe.wire.StunAttribute.Refusal;
import hbprobe.wire.StunAttribute.ResponsePort;
import hbprobe.wire.StunAttribute.Source;
import hbprobe.wire.StunAttribute.Unknown;
import hbprobe.wire.StunAttribute.XorMapped;
import hbprobe.wire.StunMessage;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a Binding request is answered (RFC 8489, section 6.3; RFC 5780, section 6.1), and from where. Nothing that names
 * a third party is obeyed: RESPONSE-ADDRESS of RFC 3489 and RESPONSE-PORT would turn the answer on somebody else, and
 * PADDING would make it long.
 */
final class StunAnswers {
    private static final int UNKNOWN_ATTRIBUTE = 420;

    /**
     * USERNAME, MESSAGE-INTEGRITY, REALM, NONCE, MESSAGE-INTEGRITY-SHA256, PASSWORD-ALGORITHM, USERHASH: of no meaning
     * to a server that asks for no password, and known to it (RFC 8489, section 6.3.1).
     */
    private static final Set<Integer> OF_PASSWORDS = Set.of(0x0006, 0x0008, 0x0014, 0x0015, 0x001C, 0x001D, 0x001E);

    private StunAnswers() {}

    /**
     * Where a request was received.
     *
     * @param other the server's other address and other port, as seen from here
     */
    record Place(InetSocketAddress here, Optional<InetSocketAddress> other) {
        private InetSocketAddress changed(Change change) {
            InetSocketAddress there = other.orElse(here);
            return new InetSocketAddress(
                    (change.address() ? there : here).getAddress(), (change.port() ? there : here).getPort());
        }
    }

    /** An answer and the server's address and port that it is sent from. */
    record Reply(StunMessage message, InetSocketAddress from) {}

    /** Empty for what is no request. */
    static Optional<Reply> to(StunMessage request, InetSocketAddress client, Place place) {
        if (request.kind() != StunMessage.Kind.REQUEST) {
            return Optional.empty();
        }
        List<Integer> unknown = notServed(request, place);
        if (!unknown.isEmpty()) {
            return Optional.of(new Reply(
                    new StunMessage(
                            StunMessage.Kind.ERROR,
                            request.id(),
                            List.of(new Refusal(UNKNOWN_ATTRIBUTE, "Unknown Attribute"), new Unknown(unknown))),
                    place.here()));
        }
        InetSocketAddress from = request.first(Change.class).map(place::changed).orElse(place.here());
        boolean isModern = request.id().isModern();
        List<StunAttribute> attributes = new ArrayList<>();
        if (isModern) {
            attributes.add(new XorMapped(client));
        }
        // RFC 5780, section 6.1, wants both: whoever sees them differ knows of a box that rewrites payloads.
        if (!isModern || place.other().isPresent()) {
            attributes.add(new Mapped(client));
        }
        attributes.add(isModern ? new Origin(from) : new Source(from));
        place.other().ifPresent(other -> attributes.add(isModern ? new Other(other) : new Changed(other)));
        return Optional.of(new Reply(new StunMessage(StunMessage.Kind.SUCCESS, request.id(), attributes), from));
    }

    private static List<Integer> notServed(StunMessage request, Place place) {
        List<Integer> unknown = new ArrayList<>(request.notUnderstood());
        unknown.removeAll(OF_PASSWORDS);
        request.first(ResponsePort.class).ifPresent(port -> unknown.add(port.type()));
        request.first(Padding.class).ifPresent(padding -> unknown.add(padding.type()));
        request.first(Change.class)
                .filter(change ->
                        (change.address() || change.port()) && place.other().isEmpty())
                .ifPresent(change -> unknown.add(change.type()));
        return unknown;
    }
}
