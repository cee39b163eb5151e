package hbprobe.responder;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many answers may be sent, to one address and to all: a bucket of tokens each, which fills at a steady rate. An
 * IPv6 address counts with its whole /64, which one host can use as it likes. Memory is bounded: the address that asked
 * longest ago is forgotten, and the bucket of all holds what that would let through.
 */
final class StunBudget {
    /** A discovery sends up to fifty requests in three seconds; several hosts may share an address. */
    static final int ADDRESS_PER_SECOND = 20;

    static final int ADDRESS_BURST = 150;

    /** At a hundred bytes each less than a megabit a second, whoever asks. */
    static final int ALL_PER_SECOND = 1_000;

    static final int ALL_BURST = 2_000;

    /** About 100 bytes each. */
    static final int ADDRESSES = 4_096;

    private static final int PREFIX_BYTES = 8;

    private final Bucket all;
    private final Map<ByteBuffer, Bucket> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Bucket> eldest) {
            return size() > ADDRESSES;
        }
    };

    StunBudget(long nowNs) {
        this.all = new Bucket(ALL_PER_SECOND, ALL_BURST, nowNs);
    }

    /** Whether an answer to that address may be sent now; counts it if so. */
    boolean allows(InetAddress address, long nowNs) {
        byte[] raw = address.getAddress();
        ByteBuffer key = ByteBuffer.wrap(raw.length > PREFIX_BYTES ? Arrays.copyOf(raw, PREFIX_BYTES) : raw);
        Bucket own = byAddress.computeIfAbsent(key, fresh -> new Bucket(ADDRESS_PER_SECOND, ADDRESS_BURST, nowNs));
        // What its own bucket refuses must not empty that of all.
        return own.take(nowNs) && all.take(nowNs);
    }

    int addresses() {
        return byAddress.size();
    }

    private static final class Bucket {
        private final double perNs;
        private final double size;
        private double tokens;
        private long filledNs;

        Bucket(int perSecond, int size, long nowNs) {
            this.perNs = perSecond / (double) TimeUnit.SECONDS.toNanos(1);
            this.size = size;
            this.tokens = size;
            this.filledNs = nowNs;
        }

        boolean take(long nowNs) {
            tokens = Math.min(size, tokens + (nowNs - filledNs) * perNs);
            filledNs = nowNs;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }
}
