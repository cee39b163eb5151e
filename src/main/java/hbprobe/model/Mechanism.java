package hbprobe.model;

import io.avaje.jsonb.Json;

/** What notices a drop, each as people deploy it. */
public enum Mechanism {
    /** The application asks, and expects an answer in time. */
    APP_ECHO("app-echo", true, false, false),
    /** The kernel's keepalive on a flow on which nothing is written (RFC 1122, 4.2.3.6). */
    OS_KEEPALIVE("os-keepalive", false, true, false),
    /** The same on a flow on which heartbeats are written too: while one is unacknowledged the kernel never probes. */
    OS_KEEPALIVE_WRITE("os-keepalive+write", true, true, false),
    /** Heartbeats are written, and the kernel gives up what stays unacknowledged (TCP_USER_TIMEOUT). */
    USER_TIMEOUT("user-timeout", true, false, true),
    /** Both of the above. */
    USER_TIMEOUT_KEEPALIVE("user-timeout+keepalive", true, true, true),
    /** Heartbeats are written and nobody waits for anything: the kernel's retransmission limit is what notices. */
    WRITE_ONLY("write-only", true, false, false);

    private final String word;
    private final boolean writes;
    private final boolean keepalive;
    private final boolean userTimeout;

    Mechanism(String word, boolean writes, boolean keepalive, boolean userTimeout) {
        this.word = word;
        this.writes = writes;
        this.keepalive = keepalive;
        this.userTimeout = userTimeout;
    }

    /** The word used on the command line, in JSON and in reports. */
    @Json.Value
    public String word() {
        return word;
    }

    /** Whether the application writes heartbeats. */
    public boolean writes() {
        return writes;
    }

    /** Whether the kernel's keepalive is on. */
    public boolean keepalive() {
        return keepalive;
    }

    /** Whether TCP_USER_TIMEOUT is set. */
    public boolean userTimeout() {
        return userTimeout;
    }
}
