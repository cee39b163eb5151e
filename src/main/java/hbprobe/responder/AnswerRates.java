package hbprobe.responder;

import hbprobe.model.Limits;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many datagrams are answered a second. Those whose sender may be somebody else have an allowance of their own, so
 * that who sends under another's address spends nothing of that one's. Used on the event loop only.
 */
final class AnswerRates {
    private static final double NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Side strangers =
            new Side(Limits.RESPONDER_STRANGERS_PER_SECOND, Limits.RESPONDER_STRANGERS_PER_SECOND_OF_ALL);
    private final Side known =
            new Side(Limits.RESPONDER_DATAGRAMS_PER_SECOND, Limits.RESPONDER_DATAGRAMS_PER_SECOND_OF_ALL);

    /** Whether one more may be answered whose sender has shown nothing. */
    boolean allowsStranger(InetAddress address, long nowNs) {
        return strangers.allows(address, nowNs);
    }

    /** Whether one more may be answered whose sender has shown that it hears. */
    boolean allowsKnown(InetAddress address, long nowNs) {
        return known.allows(address, nowNs);
    }

    /** A bucket for each address and one for all. An address that is pushed out of the table begins with a full one. */
    private static final class Side {
        private final int perAddress;
        private final Bucket all;
        private final Map<InetAddress, Bucket> table = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<InetAddress, Bucket> eldest) {
                return size() > Limits.RESPONDER_ADDRESSES;
            }
        };

        Side(int perAddress, int ofAll) {
            this.perAddress = perAddress;
            this.all = new Bucket(ofAll);
        }

        boolean allows(InetAddress address, long nowNs) {
            return table.computeIfAbsent(address, added -> new Bucket(perAddress))
                            .takes(nowNs)
                    && all.takes(nowNs);
        }
    }

    /** Holds what a second allows. */
    private static final class Bucket {
        private final double rate;
        private double left;
        private long filledNs;
        private boolean used;

        Bucket(double rate) {
            this.rate = rate;
            this.left = rate;
        }

        boolean takes(long nowNs) {
            if (used) {
                left = Math.min(rate, left + (nowNs - filledNs) / NS_PER_SECOND * rate);
            }
            used = true;
            filledNs = nowNs;
            if (left < 1) {
                return false;
            }
            left--;
            return true;
        }
    }
}
