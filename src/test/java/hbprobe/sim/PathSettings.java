package hbprobe.sim;

/**
 * What a path is like, the box apart.
 *
 * @param rttNs there and back without jitter
 * @param jitterNs by how much a crossing may take longer; above half the spacing of segments it reorders them
 * @param lossToServer share of segments that are lost on the way there
 * @param lossToClient share of segments that are lost on the way back
 */
record PathSettings(long rttNs, long jitterNs, double lossToServer, double lossToClient) {
    static final PathSettings GOOD = new PathSettings(SimTime.ns(0.02), 0, 0, 0);
}
