package hbprobe.responder;

import hbprobe.runtime.Host;
import java.util.concurrent.TimeUnit;

/**
 * How much is answered: so many a second for each client, and two seconds' worth at once. It is the generic cell rate
 * algorithm (ITU-T I.371): a client is one number, the time at which it will have made up for what it had.
 *
 * <p>The table has a fixed size and nothing is ever put out of it, so that no flood of invented addresses costs memory
 * or makes room for anybody. Clients whose addresses meet in one slot share it; which do, only the seed knows. Used on
 * the event loop only.
 */
final class Allowance {
    private static final int SLOTS_BITS = 16;
    private static final long BURST_NS = TimeUnit.SECONDS.toNanos(2);

    /** Golden ratio of 64 bits: Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4). */
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final long[] evenAtNs;
    private final int slotBits;
    private final long everyNs;
    private final long startNs;
    private final long seed = Host.unguessable();

    private Allowance(int perSecond, long nowNs, int slotBits) {
        this.everyNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.startNs = nowNs;
        this.slotBits = slotBits;
        this.evenAtNs = new long[1 << slotBits];
    }

    /** One for each client. */
    static Allowance each(int perSecond, long nowNs) {
        return new Allowance(perSecond, nowNs, SLOTS_BITS);
    }

    /** One for all together. */
    static Allowance all(int perSecond, long nowNs) {
        return new Allowance(perSecond, nowNs, 0);
    }

    /**
     * Takes one if there is one.
     *
     * @param client {@link hbprobe.net.Addresses#network}
     */
    boolean take(long client, long nowNs) {
        long sinceStartNs = nowNs - startNs;
        int slot = slot(client);
        if (evenAtNs[slot] - sinceStartNs > BURST_NS - everyNs) {
            return false;
        }
        evenAtNs[slot] = Math.max(evenAtNs[slot], sinceStartNs) + everyNs;
        return true;
    }

    private int slot(long client) {
        long mixed = (client ^ seed) * GOLDEN;
        mixed = (mixed ^ mixed >>> Integer.SIZE ^ seed) * GOLDEN;
        return slotBits == 0 ? 0 : (int) (mixed >>> (Long.SIZE - slotBits));
    }
}
