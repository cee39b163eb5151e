package hbprobe.engine;

/**
 * Tells from heartbeats whether their sender still lives. Times are from one monotonic clock, in nanoseconds.
 *
 * <p>It trusts up to {@link #suspectsFromNs} inclusive: a heartbeat that arrives at that very moment is in time.
 */
interface Detector {
    /**
     * A heartbeat arrived; called in order of arrival.
     *
     * @param seq counts heartbeats as they were sent
     */
    void onHeartbeat(long seq, long arrivedNs);

    /** From when on it suspects if nothing more comes. It may lie in the past: then it suspects already. */
    long suspectsFromNs();
}
