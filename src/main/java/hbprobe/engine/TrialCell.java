package hbprobe.engine;

import hbprobe.model.Fault;
import hbprobe.model.Mechanism;

/**
 * A mechanism and a fault.
 *
 * @param periodNs of the heartbeats, or of keepalive's probes
 * @param use what its trials are for
 */
record TrialCell(Mechanism mechanism, Fault fault, long periodNs, Use use) {
    /** What a cell's trials are for. */
    enum Use {
        /** A row of the finding. */
        ROW,
        /** Heartbeats for failure detectors, nothing more. */
        DETECTORS
    }

    boolean isShown() {
        return use == Use.ROW;
    }

    /** Whether the flow may go on to work after the fault without anybody's doing. */
    boolean mayOutlive() {
        return fault.kind() == Fault.Kind.NAT_FLUSH || fault.kind() == Fault.Kind.IDLE;
    }

    /** Whether heartbeats show the fault as a crash of the far end: they stop, and the connection does not tell. */
    boolean isCrash() {
        return switch (fault.kind()) {
            case BLACKHOLE -> fault.healsAfter().isEmpty();
            case HANG, STOP, LINK_DOWN, HOST_GONE -> true;
            default -> false;
        };
    }
}
