package hbprobe.engine;

/**
 * Chen's estimate of the next arrival (NFD-E): the average over the last n arrivals of how late each was
 * against its place in the sender's schedule, added to the next place. With A<sub>i</sub> the arrivals, s<sub>i</sub>
 * their numbers and eta the interval,
 *
 * <pre>EA(l+1) = 1/n · sum (A<sub>i</sub> - eta · s<sub>i</sub>) + (l+1) · eta</pre>
 */
final class RecentArrivals implements ExpectedArrivals {
    /** As in the paper's simulations: from about 30 on it does as well as known expectations. */
    static final int WINDOW = 32;

    private final long intervalNs;
    private final long[] lateNs = new long[WINDOW];
    private int next;
    private int count;
    private long sumNs;
    private long firstSeq;
    private long firstNs;

    RecentArrivals(long intervalNs) {
        this.intervalNs = intervalNs;
    }

    @Override
    public void onHeartbeat(long seq, long arrivedNs) {
        if (count == 0) {
            firstSeq = seq;
            firstNs = arrivedNs;
        }
        // Counted from the first arrival, so that the sum stays exact in integers for as long as anyone observes.
        long late = arrivedNs - firstNs - intervalNs * (seq - firstSeq);
        sumNs += late - lateNs[next];
        lateNs[next] = late;
        next = (next + 1) % WINDOW;
        count = Math.min(WINDOW, count + 1);
    }

    @Override
    public long ns(long seq) {
        return firstNs + intervalNs * (seq - firstSeq) + Math.round((double) sumNs / count);
    }
}
