package hbprobe.cli;

import hbprobe.lab.LabControl;
import hbprobe.lab.LabRemote;
import hbprobe.model.Fault;
import hbprobe.probe.FaultStage;
import hbprobe.runtime.Host;
import java.util.Optional;

/** The lab around this program as the place where faults are staged. */
final class LabStage implements FaultStage {
    private final LabRemote remote;

    private LabStage(LabRemote remote) {
        this.remote = remote;
    }

    /** Empty outside a lab. */
    static Optional<FaultStage> of(Host host) {
        return LabRemote.of(host.variable(LabControl.VARIABLE)).map(LabStage::new);
    }

    @Override
    public void stage(Fault.Kind kind) {
        remote.stage(kind);
    }

    @Override
    public void heal(Fault.Kind kind) {
        remote.heal(kind);
    }
}
