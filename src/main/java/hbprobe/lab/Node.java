package hbprobe.lab;

import java.util.Locale;

/** A host of the lab, in the order in which a packet of the client passes them. */
public enum Node {
    /** Where the measuring program runs. */
    CLIENT,
    /** The router next to the client. It keeps no state. */
    ROUTER,
    /** The middlebox: the only host that tracks connections. Its {@code n0} faces the client, {@code n1} the server. */
    NAT,
    /** Where the responder runs. */
    SERVER;

    /** The name of its network namespace, as {@code ip netns} knows it inside the lab. */
    public String namespace() {
        return name().toLowerCase(Locale.ROOT);
    }
}
