package hbprobe.engine;

import hbprobe.model.Endpoint;

/** What {@link NatDiscovery} wants done. */
public sealed interface NatAction {
    /** The socket that it is about. */
    int socket();

    /**
     * Opens a UDP socket at a port that no run has used lately.
     *
     * @param connected to the server, so that an ICMP error is heard and the local address known; else it takes what
     *     comes from anywhere, at the address that the connected one has
     */
    record Open(int socket, boolean connected) implements NatAction {}

    /**
     * Sends a Binding request, possibly again.
     *
     * @param request its number, the same for every copy
     * @param changeAddress whether the answer is wanted from the other address
     * @param changePort whether it is wanted from the other port
     */
    record Ask(int request, int socket, Endpoint to, boolean changeAddress, boolean changePort) implements NatAction {}
}
