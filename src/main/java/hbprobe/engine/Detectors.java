package hbprobe.engine;

import hbprobe.model.DetectorKind;
import hbprobe.model.DetectorSettings;

/** Which class is which detector: a new one has its line here. */
final class Detectors {
    private Detectors() {}

    static DetectorDesign design(DetectorKind kind, DetectorSettings settings) {
        return switch (kind) {
            case FIXED -> FixedTimeout.design(settings);
            case SWEEP -> Sweep.design(settings);
            case CHEN -> Chen.design(settings);
            case BERTIER -> Bertier.design(settings);
            case PHI -> Phi.design(settings);
        };
    }
}
