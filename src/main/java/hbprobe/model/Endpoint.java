package hbprobe.model;

/**
 * An address and a port.
 *
 * @param address in the short form of RFC 5952 where it is IPv6, so that equal addresses have equal words
 */
public record Endpoint(String address, int port) {
    /** Whether it is of IPv6. */
    public boolean isV6() {
        return address.indexOf(':') >= 0;
    }

    /** The same address at another port. */
    public Endpoint at(int otherPort) {
        return new Endpoint(address, otherPort);
    }

    /** {@code 192.0.2.7:443} or {@code [2001:db8::7]:443}. */
    @Override
    public String toString() {
        return (isV6() ? "[" + address + "]" : address) + ":" + port;
    }
}
