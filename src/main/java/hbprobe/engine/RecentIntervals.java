package hbprobe.engine;

/** Mean and standard deviation of the last intervals. */
final class RecentIntervals implements Intervals {
    /** Akka's {@code max-sample-size} and Cassandra's {@code SAMPLE_SIZE}. */
    static final int WINDOW = 1000;

    /** As Akka begins: a standard deviation of a quarter of the interval, until more is known. */
    private static final double FIRST_DEVIATION = 0.25;

    private final long usualNs;
    private final double[] deviationNs = new double[WINDOW];
    private int next;
    private int count;
    private double sumNs;
    private double squaresNs2;

    /** Begins with two intervals that have the mean and the standard deviation to begin with. */
    RecentIntervals(long usualNs) {
        this.usualNs = usualNs;
        add(-FIRST_DEVIATION * usualNs);
        add(FIRST_DEVIATION * usualNs);
    }

    @Override
    public void onInterval(long intervalNs) {
        add((double) (intervalNs - usualNs));
    }

    private void add(double deviation) {
        double leaving = deviationNs[next];
        deviationNs[next] = deviation;
        sumNs += deviation - leaving;
        squaresNs2 += deviation * deviation - leaving * leaving;
        count = Math.min(WINDOW, count + 1);
        next = (next + 1) % WINDOW;
        if (next == 0) {
            sumAnew();
        }
    }

    /** Once a window, or a million roundings would add up. */
    private void sumAnew() {
        sumNs = 0;
        squaresNs2 = 0;
        for (double deviation : deviationNs) {
            sumNs += deviation;
            squaresNs2 += deviation * deviation;
        }
    }

    @Override
    public double meanNs() {
        return usualNs + sumNs / count;
    }

    @Override
    public double sdNs() {
        double mean = sumNs / count;
        return Math.sqrt(Math.max(0, squaresNs2 / count - mean * mean));
    }
}
