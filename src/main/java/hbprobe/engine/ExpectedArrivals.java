package hbprobe.engine;

/** When heartbeats are expected to arrive. Times are in nanoseconds. */
interface ExpectedArrivals {
    /** A heartbeat arrived that no later one had overtaken. */
    void onHeartbeat(long seq, long arrivedNs);

    /** When this one is expected; asked only after the first has come. */
    long ns(long seq);
}
