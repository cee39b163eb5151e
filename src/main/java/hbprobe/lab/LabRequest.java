package hbprobe.lab;

import hbprobe.model.Fault;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a program inside asks of its lab, as one line: {@code stage link-down}.
 *
 * @param deed what to do
 * @param kind with which fault
 */
record LabRequest(Deed deed, Fault.Kind kind) {
    /** What can be done with a fault. */
    enum Deed {
        /** Bring it about. */
        STAGE,
        /** End it. */
        HEAL;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The one answer that means it is done; any other begins with {@link #ERROR}. */
    static final String OK = "ok";

    /** Before the reason. */
    static final String ERROR = "error ";

    /** @throws LabException which says what would be understood */
    static LabRequest parse(String line) {
        String[] words = line.split(" ", -1);
        Optional<Deed> deed = Arrays.stream(Deed.values())
                .filter(candidate -> candidate.word().equals(words[0]))
                .findFirst();
        if (words.length != 2 || deed.isEmpty()) {
            throw new LabException("'" + line + "' is no request; say 'stage FAULT' or 'heal FAULT'");
        }
        Fault.Kind kind = ofLab().stream()
                .filter(candidate -> candidate.word().equals(words[1]))
                .findFirst()
                .orElseThrow(() -> new LabException("'" + words[1] + "' is no fault of a lab; there are "
                        + String.join(
                                ", ", ofLab().stream().map(Fault.Kind::word).toList())));
        return new LabRequest(deed.get(), kind);
    }

    private static List<Fault.Kind> ofLab() {
        return Arrays.stream(Fault.Kind.values()).filter(Fault.Kind::ofLab).toList();
    }

    /** As it is sent, and as an error names it. */
    String line() {
        return deed.word() + " " + kind.word();
    }
}
