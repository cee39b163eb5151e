package hbprobe.net;

import hbprobe.model.HeartbeatSettings;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Optional;

/**
 * The few things that only the kernel knows or does for a connection. Where a platform can't, a read is empty and a
 * setting does nothing; {@link #seesSegments()} tells beforehand.
 */
public interface KernelView {
    /** Whether {@link #tcpInfo} has answers here. */
    boolean seesSegments();

    /** The kernel's counters of an open connection. Empty where it has none or the connection is gone. */
    Optional<TcpInfo> tcpInfo(Channel channel);

    /** Sends an acknowledgement that is being held back (RFC 1122, 4.2.3.2) at once. */
    void quickAck(Channel channel);

    /**
     * How long written data may stay unacknowledged before the connection is given up (RFC 5482).
     *
     * @return whether this platform could
     */
    boolean userTimeout(Channel channel, Duration timeout);

    /** What {@link #userTimeout} came to; empty where it can't be read. */
    default Optional<Duration> userTimeout(Channel channel) {
        return Optional.empty();
    }

    /**
     * OS keepalive in whole seconds. Where the connection has been silent for longer than {@code idle} already, the
     * first probe leaves at once.
     *
     * @return whether this platform could
     */
    boolean keepalive(Channel channel, Duration idle, Duration interval, int count);

    /** What {@link #keepalive(Channel, Duration, Duration, int)} came to; empty where it can't be read. */
    default Optional<HeartbeatSettings.Keepalive> keepalive(Channel channel) {
        return Optional.empty();
    }

    /** Switches OS keepalive off. */
    void keepaliveOff(Channel channel);

    /**
     * Lets an ICMP error end the connection. Ordinarily it does not (RFC 1122, 4.2.3.9), and should not while a path
     * may come back; but for a probe it is the answer.
     */
    void reportIcmp(Channel channel);

    /**
     * From now on whatever arrives for the connection is thrown away before its protocol sees it, as on a path that
     * has gone dead: a socket filter does that without any privilege.
     *
     * @return whether this platform could
     */
    default boolean discardInbound(Channel channel) {
        return false;
    }

    /**
     * From now on each segment that arrives for the connection is lost by chance, as on a bad path.
     *
     * @param share the chance, from 0 to 1
     * @return whether this platform could
     */
    default boolean loseInbound(Channel channel, double share) {
        return false;
    }

    /**
     * The end of {@link #discardInbound} and {@link #loseInbound}; what the other end sends again arrives.
     *
     * @return whether this platform could
     */
    default boolean deliverInbound(Channel channel) {
        return false;
    }

    /** Makes the next close send RST instead of FIN. */
    void resetOnClose(Channel channel);
}
