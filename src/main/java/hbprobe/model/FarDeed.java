package hbprobe.model;

/** What a far end that obeys orders can be told to do on a flow. */
public enum FarDeed {
    /** Answer nothing for the duration, but stay connected. */
    MUTE,
    /** Close with FIN after the duration. */
    CLOSE,
    /** Close with RST after the duration. */
    RESET,
    /** Send a heartbeat every duration. */
    BEAT,
    /** Switch OS keepalive on, with that period. */
    KEEPALIVE
}
