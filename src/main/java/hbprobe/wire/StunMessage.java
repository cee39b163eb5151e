package hbprobe.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A STUN message of the method Binding. */
public record StunMessage(Kind kind, StunId id, List<StunAttribute> attributes) {
    /** Copies the list. */
    public StunMessage {
        attributes = List.copyOf(attributes);
    }

    /** The class of RFC 8489, section 5. */
    public enum Kind {
        /** Asks for an answer. */
        REQUEST(0x0001),
        /** Asks for none. */
        INDICATION(0x0011),
        /** Answers. */
        SUCCESS(0x0101),
        /** Refuses. */
        ERROR(0x0111);

        private final int type;

        Kind(int type) {
            this.type = type;
        }

        int type() {
            return type;
        }

        static Optional<Kind> of(int type) {
            return Arrays.stream(values()).filter(kind -> kind.type == type).findFirst();
        }
    }

    /** A request. */
    public static StunMessage request(StunId id, StunAttribute... attributes) {
        return new StunMessage(Kind.REQUEST, id, List.of(attributes));
    }

    /** Of several of one kind the first counts (RFC 8489, section 14). */
    public <T extends StunAttribute> Optional<T> first(Class<T> type) {
        return all(type).findFirst();
    }

    private <T extends StunAttribute> Stream<T> all(Class<T> type) {
        return attributes.stream().filter(type::isInstance).map(type::cast);
    }

    /** The attributes that a receiver may not pass over and that mean nothing here. */
    public List<Integer> notUnderstood() {
        return all(StunAttribute.Foreign.class)
                .map(StunAttribute.Foreign::type)
                .filter(type -> type < 0x8000)
                .distinct()
                .toList();
    }
}
