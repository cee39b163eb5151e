package hbprobe.probe;

import hbprobe.model.DetectionSettings;
import hbprobe.model.DetectorKind;
import hbprobe.model.DetectorSettings;
import java.util.List;

/**
 * One {@code detect} as it was asked for.
 *
 * @param destination where it goes
 * @param settings of the trials
 * @param detectors that are judged beside them
 * @param detectorSettings what those are told
 */
public record DetectRequest(
        Destination destination,
        DetectionSettings settings,
        List<DetectorKind> detectors,
        DetectorSettings detectorSettings) {

    /** Copies the list. */
    public DetectRequest {
        detectors = List.copyOf(detectors);
    }
}
