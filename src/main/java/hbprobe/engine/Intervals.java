package hbprobe.engine;

/** What is known of the intervals between heartbeats, in nanoseconds. */
interface Intervals {
    /** One more was seen. */
    void onInterval(long intervalNs);

    double meanNs();

    /** Standard deviation. */
    double sdNs();
}
