package hbprobe.net;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;

/** Addresses as people write them. */
public final class Addresses {
    private static final long MAPPED_V4 = 0xffffL << Integer.SIZE;

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

    /**
     * What counts as one client: an IPv4 address, or the /64 of an IPv6 address, of which its host has all. IPv4
     * addresses take the prefixes from {@code 0:ffff::/32}, where no host can be.
     */
    public static long network(java.net.InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address ? bytes.getLong() : MAPPED_V4 | Integer.toUnsignedLong(bytes.getInt());
    }

    /** Every address that this host has now, with a port; those that can't be found out are left out. */
    public static List<InetSocketAddress> ofThisHost(int port) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(address -> new InetSocketAddress(address, port))
                    .toList();
        } catch (SocketException e) {
            return List.of();
        }
    }

    private static String shorten(Inet6Address address) {
        String zone = address.getScopedInterface() != null
                ? "%" + address.getScopedInterface().getName()
                : "";
        return io.netty.util.NetUtil.toAddressString(address) + zone;
    }
}
