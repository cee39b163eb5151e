package hbprobe.probe;

import hbprobe.model.DetectionSettings;

/**
 * One {@code compare} as it was asked for.
 *
 * @param destination where it goes
 * @param settings of the trials; without an idle timeout that is measured first
 */
public record CompareRequest(Destination destination, DetectionSettings settings) {}
