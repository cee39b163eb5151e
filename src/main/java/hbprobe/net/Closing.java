package hbprobe.net;

import io.netty.channel.unix.Errors;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;

/** How a connection came to its end. */
public enum Closing {
    /** FIN arrived. */
    FIN,
    /** RST arrived. */
    RESET,
    /** The kernel gave up waiting for an acknowledgement. */
    TIMEOUT,
    /** An ICMP error arrived, or the route was lost. */
    ICMP,
    /** This end closed it. */
    LOCAL;

    private static final int EPIPE = -32;
    private static final int ENETUNREACH = -101;
    private static final int ECONNRESET = -104;
    private static final int ETIMEDOUT = -110;
    private static final int ECONNREFUSED = -111;
    private static final int EHOSTUNREACH = -113;

    /** What the error of a read or a write on an established connection means. */
    public static Closing of(Throwable error) {
        if (error instanceof Errors.NativeIoException nativeError) {
            return switch (nativeError.expectedErr()) {
                case ETIMEDOUT -> TIMEOUT;
                case EHOSTUNREACH, ENETUNREACH, ECONNREFUSED -> ICMP;
                case ECONNRESET, EPIPE -> RESET;
                default -> RESET;
            };
        }
        if (error instanceof ClosedChannelException) {
            return LOCAL;
        }
        if (error instanceof NoRouteToHostException
                || error instanceof ConnectException
                || error instanceof PortUnreachableException) {
            return ICMP;
        }
        String text = reason(error).toLowerCase(Locale.ROOT);
        return text.contains("timed out") ? TIMEOUT : text.contains("unreachable") ? ICMP : RESET;
    }

    /** What the kernel calls it, without the name of the system call that Netty puts in front. */
    public static String reason(Throwable error) {
        return String.valueOf(error.getMessage()).replaceFirst("^\\w+\\(\\.\\.\\) failed[^:]*: ", "");
    }
}
