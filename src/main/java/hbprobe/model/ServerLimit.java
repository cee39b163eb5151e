package hbprobe.model;

import java.time.Duration;

/**
 * An idle limit of the server's own, as the server tells it.
 *
 * @param setting its name in that server's configuration
 * @param idle after which the server closes
 * @param source how that was learnt
 */
public record ServerLimit(String setting, Duration idle, String source) {}
