package hbprobe.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Names to addresses, once: a testing tool does not shop around among a name's addresses. */
public final class Resolver {
    private Resolver() {}

    /** Which addresses will do. */
    public enum Family {
        /** The first one that the resolver gives. */
        ANY,
        /** IPv4. */
        V4,
        /** IPv6. */
        V6
    }

    /**
     * The first address of the family. Blocks as long as the system's resolver does.
     *
     * @throws UnknownHostException when there is none; the message says what was looked for
     */
    public static InetAddress resolve(String host, Family family) throws UnknownHostException {
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new UnknownHostException("resolve " + host + ": the name is unknown");
        }
        Optional<InetAddress> found = Optional.empty();
        for (InetAddress address : all) {
            if (family == Family.ANY
                    || (family == Family.V4 && address instanceof Inet4Address)
                    || (family == Family.V6 && address instanceof Inet6Address)) {
                found = Optional.of(address);
                break;
            }
        }
        return found.orElseThrow(() -> new UnknownHostException(
                "resolve " + host + ": it has no " + (family == Family.V4 ? "IPv4" : "IPv6") + " address"));
    }
}
