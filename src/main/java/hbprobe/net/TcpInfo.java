package hbprobe.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the kernel counts for one connection: a part of {@code struct tcp_info} of {@code linux/tcp.h}.
 *
 * @param established whether the state is ESTABLISHED
 * @param unacked segments sent and not acknowledged
 * @param lastDataReceivedMs since data last arrived, in steps of 4 ms
 * @param lastAckReceivedMs since an acknowledgement last arrived, in steps of 4 ms
 * @param rttUs smoothed round-trip time (RFC 6298), microseconds
 * @param retransmissions of segments, SYN included
 * @param segmentsOut sent, all kinds (Linux 4.2)
 * @param segmentsIn received, all kinds (Linux 4.2)
 * @param dataSegmentsIn received with data (Linux 4.6)
 * @param rtoUs retransmission timeout as it stands (RFC 6298), microseconds
 * @param leastRttUs the shortest round trip of the last minutes, microseconds (Linux 4.6)
 * @param bytesSent of payload, retransmissions included (Linux 4.19)
 * @param bytesReceived of payload (Linux 4.1)
 * @param duplicates sent again although they had arrived, by the far end's word (DSACK, RFC 2883; Linux 4.19)
 * @param timestamps whether segments carry the timestamps option (RFC 7323)
 */
public record TcpInfo(
        boolean established,
        int unacked,
        long lastDataReceivedMs,
        long lastAckReceivedMs,
        long rttUs,
        long retransmissions,
        long segmentsOut,
        long segmentsIn,
        long dataSegmentsIn,
        long rtoUs,
        long leastRttUs,
        long bytesSent,
        long bytesReceived,
        long duplicates,
        boolean timestamps) {
    /** As much of the struct as is read; kernels before 4.19 fill less and leave zeros. */
    static final int BYTES = 224;

    private static final int TCPI_OPT_TIMESTAMPS = 1;

    /** How far off the ages are at most: a tick of the kernel's clock, which has 100 to 1000 a second. */
    public static final long GRAIN_MS = 10;

    private static final int TCP_ESTABLISHED = 1;

    static TcpInfo read(ByteBuffer raw) {
        ByteBuffer info = raw.duplicate().order(ByteOrder.nativeOrder());
        return new TcpInfo(
                info.get(0) == TCP_ESTABLISHED,
                info.getInt(24),
                Integer.toUnsignedLong(info.getInt(52)),
                Integer.toUnsignedLong(info.getInt(56)),
                Integer.toUnsignedLong(info.getInt(68)),
                Integer.toUnsignedLong(info.getInt(100)),
                Integer.toUnsignedLong(info.getInt(136)),
                Integer.toUnsignedLong(info.getInt(140)),
                Integer.toUnsignedLong(info.getInt(152)),
                Integer.toUnsignedLong(info.getInt(8)),
                Integer.toUnsignedLong(info.getInt(148)),
                info.getLong(200),
                info.getLong(128),
                Integer.toUnsignedLong(info.getInt(216)),
                (info.get(5) & TCPI_OPT_TIMESTAMPS) != 0);
    }

    /** Whether a segment was lost, and not only late: what was sent again for nothing shows a busy host, no loss. */
    public boolean hasLost() {
        return retransmissions > duplicates;
    }

    /** What a segment's TCP header takes: 20 bytes, and 12 more with timestamps. */
    public int headerBytes() {
        return timestamps ? 32 : 20;
    }

    /** Segments that arrived without data: keepalive probes and bare acknowledgements. */
    public long bareSegmentsIn() {
        return segmentsIn - dataSegmentsIn;
    }
}
