package hbprobe.engine;

/** How a connection ended, as this end's kernel told. */
public enum CloseKind {
    /** FIN arrived. */
    FIN,
    /** RST arrived. */
    RESET,
    /** The kernel gave up waiting for an acknowledgement. */
    TIMEOUT,
    /** An ICMP error arrived, or the route was lost. */
    ICMP
}
