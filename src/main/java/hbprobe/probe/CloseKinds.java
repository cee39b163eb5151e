package hbprobe.probe;

import hbprobe.engine.CloseKind;
import hbprobe.net.Closing;

/** The kernel's words for an ending in the engine's. */
final class CloseKinds {
    private CloseKinds() {}

    static CloseKind of(Closing closing) {
        return switch (closing) {
            case FIN, LOCAL -> CloseKind.FIN;
            case RESET -> CloseKind.RESET;
            case TIMEOUT -> CloseKind.TIMEOUT;
            case ICMP -> CloseKind.ICMP;
        };
    }
}
