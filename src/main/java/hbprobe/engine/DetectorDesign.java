package hbprobe.engine;

import hbprobe.model.Bounds;
import hbprobe.model.DetectorFinding;
import java.util.Optional;

/**
 * A kind of detector with its settings filled in, ready to watch flows.
 *
 * @param settings what it goes by, to be reported
 * @param isPhased whether it depends on a clock of its own, whose phase against the heartbeats is chance
 * @param prediction of its detection time
 * @param watch makes one for a flow
 */
record DetectorDesign(DetectorFinding.Settings settings, boolean isPhased, Prediction prediction, Watch watch) {

    /** Makes a detector. */
    interface Watch {
        /**
         * @param startNs when the flow began; until its first heartbeat the detector judges as if one had come then
         * @param phase of the detector's own clock, in [0,1); only a phased one heeds it
         */
        Detector from(long startNs, double phase);
    }

    /** Detection times by formula. */
    interface Prediction {
        /** @param gaps between the arrivals that were seen */
        Optional<Bounds> over(Gaps gaps);
    }

    /** A detector without a clock of its own. */
    static DetectorDesign unphased(DetectorFinding.Settings settings, Prediction prediction, Watch watch) {
        return new DetectorDesign(settings, false, prediction, watch);
    }

    /** A detector with a clock of its own. */
    static DetectorDesign phased(DetectorFinding.Settings settings, Prediction prediction, Watch watch) {
        return new DetectorDesign(settings, true, prediction, watch);
    }
}
