package hbprobe.net;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses as people write them. */
public final class Addresses {
    private Addresses() {}

    /** {@code 192.0.2.7:443} or {@code [2001:db8::7]:443}. */
    public static String print(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return String.valueOf(address);
        }
        return inet.getAddress() instanceof Inet6Address v6
                ? "[" + shorten(v6) + "]:" + inet.getPort()
                : inet.getAddress().getHostAddress() + ":" + inet.getPort();
    }

    /** The address alone, in the short form of RFC 5952. */
    public static String print(java.net.InetAddress address) {
        return address instanceof Inet6Address v6 ? shorten(v6) : address.getHostAddress();
    }

    private static String shorten(Inet6Address address) {
        String zone = address.getScopedInterface() != null
                ? "%" + address.getScopedInterface().getName()
                : "";
        return io.netty.util.NetUtil.toAddressString(address) + zone;
    }
}
