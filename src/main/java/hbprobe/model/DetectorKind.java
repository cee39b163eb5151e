package hbprobe.model;

import io.avaje.jsonb.Json;

/** How a server decides that a client whose heartbeats stay away is gone. */
public enum DetectorKind {
    /** A deadline since the last heartbeat. */
    FIXED("fixed"),
    /** Clients mark themselves, and the server sweeps the marks away at intervals. */
    SWEEP("sweep"),
    /** Chen, Toueg and Aguilera's NFD-E: a margin after the time at which the next heartbeat is expected. */
    CHEN("chen"),
    /** Bertier's: the same expectation, with a margin that follows its errors. */
    BERTIER("bertier"),
    /** Hayashibara's: a threshold for how unlikely the silence is. */
    PHI("phi");

    private final String word;

    DetectorKind(String word) {
        this.word = word;
    }

    /** The word used on the command line, in JSON and in reports. */
    @Json.Value
    public String word() {
        return word;
    }
}
