package hbprobe.model;

import io.avaje.jsonb.Json;

/** How a flow ended: a closed set. */
public enum Ending {
    /** No answer within the reply timeout. */
    SILENT("silent", "nothing answered any more"),
    /** RST arrived unasked while the flow was idle: its time is the timeout. */
    RESET_AT_EXPIRY("reset-at-expiry", "an RST arrived by itself"),
    /** FIN arrived unasked while the flow was idle: its time is the timeout. */
    FIN_AT_EXPIRY("fin-at-expiry", "a FIN arrived by itself"),
    /** RST answered the probe. */
    RESET_ON_PROBE("reset-on-probe", "the next packet was answered with RST"),
    /** FIN answered the probe. */
    FIN_ON_PROBE("fin-on-probe", "the next packet was answered with FIN"),
    /** This direction is dead at an age at which the other one lives. */
    ONE_WAY("one-way", "only this direction was dead"),
    /** UDP: the flow goes on under another mapped address. */
    REBOUND("rebound", "the flow went on under another address"),
    /** The kernel reported an ICMP error. */
    ICMP("icmp", "an ICMP error came back"),
    /** Flows die at the same age whether idle or busy: an age limit, not an idle timeout. */
    LIFETIME("lifetime", "busy flows died at the same age");

    private final String word;
    private final String sentence;

    Ending(String word, String sentence) {
        this.word = word;
        this.sentence = sentence;
    }

    /** The word used in JSON and in reports. */
    @Json.Value
    public String word() {
        return word;
    }

    /** The same for a person: what was seen. */
    public String sentence() {
        return sentence;
    }

    /** Whether the close came by itself, so that its arrival is the timeout. */
    public boolean isAtExpiry() {
        return this == RESET_AT_EXPIRY || this == FIN_AT_EXPIRY;
    }
}
