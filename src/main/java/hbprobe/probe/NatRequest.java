package hbprobe.probe;

import hbprobe.model.NatSettings;

/**
 * One discovery as it was asked for.
 *
 * @param destination where the STUN server is
 */
public record NatRequest(NatSettings settings, Destination destination) {}
