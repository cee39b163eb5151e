package hbprobe.net;

import io.netty.channel.ConnectTimeoutException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.Locale;

/**
 * Why a connection did not come about.
 *
 * @param kind in one word
 * @param message for a person, with the endpoint
 */
public record ConnectFailure(Kind kind, String message) {

    /** In one word. */
    public enum Kind {
        /** RST answered the SYN: nobody listens there, or a firewall says so. */
        REFUSED("refused"),
        /** No route, or an ICMP unreachable. */
        NO_ROUTE("no-route"),
        /** Nothing answered the SYN. */
        TIMEOUT("timeout"),
        /** This host has no local port left. */
        NO_PORTS("no-ports"),
        /** This process may open no more files. */
        NO_DESCRIPTORS("no-descriptors"),
        /** The local address or interface can't be used. */
        BIND("bind"),
        /** Something else. */
        OTHER("connect");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** The short name for scripts. */
        public String code() {
            return code;
        }

        /** Whether it is this host's resources that ran out, not the path. */
        public boolean isExhaustion() {
            return this == NO_PORTS || this == NO_DESCRIPTORS;
        }
    }

    /** Names the error of a connection attempt. */
    public static ConnectFailure of(InetSocketAddress remote, Throwable error) {
        String text = deepestText(error);
        String lower = text.toLowerCase(Locale.ROOT);
        Kind kind;
        String way;
        if (lower.contains("too many open files")) {
            kind = Kind.NO_DESCRIPTORS;
            way = "too many open files; raise the limit (ulimit -n) or lower --max-flows";
        } else if (lower.contains("cannot assign requested address") || lower.contains("address already in use")) {
            // The same error of bind() is about the address, of connect() about the ports.
            boolean binding = error instanceof BindException || lower.contains("bind(");
            kind = binding && lower.contains("cannot assign") ? Kind.BIND : Kind.NO_PORTS;
            way = kind == Kind.BIND
                    ? "the local address is not one of this host (--bind)"
                    : "no local port is left; lower --max-flows or widen net.ipv4.ip_local_port_range";
        } else if (lower.contains("no such device")) {
            kind = Kind.BIND;
            way = "there is no such interface (--interface)";
        } else if (error instanceof ConnectTimeoutException || lower.contains("timed out")) {
            kind = Kind.TIMEOUT;
            way = "nothing answered; is the address right, does a firewall drop it?";
        } else if (error instanceof NoRouteToHostException
                || lower.contains("unreachable")
                || lower.contains("no route")) {
            kind = Kind.NO_ROUTE;
            way = lower.contains("network") ? "network is unreachable" : "no route to host";
        } else if (error instanceof ConnectException) {
            kind = Kind.REFUSED;
            way = "connection refused; nothing listens there (for hb://, start 'hbprobe respond')";
        } else {
            kind = Kind.OTHER;
            way = text;
        }
        return new ConnectFailure(kind, "connect to " + Addresses.print(remote) + ": " + way);
    }

    private static String deepestText(Throwable error) {
        StringBuilder all = new StringBuilder(String.valueOf(error.getMessage()));
        for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
            all.append(": ").append(cause.getMessage());
        }
        return all.toString();
    }
}
