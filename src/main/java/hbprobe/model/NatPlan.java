package hbprobe.model;

import java.time.Duration;

/**
 * What {@code nat} would do.
 *
 * @param sockets opened, one after the other
 * @param packets sent at most
 * @param usual how long it takes where the server answers at once
 * @param worst how long it can take
 */
public record NatPlan(int sockets, int packets, Duration usual, Duration worst) {}
