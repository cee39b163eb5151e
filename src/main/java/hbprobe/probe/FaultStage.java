package hbprobe.probe;

import hbprobe.model.Fault;

/** Where the faults that hit every flow at once are staged. Calls may block for some milliseconds. */
public interface FaultStage {
    /**
     * Brings it about; it is in force on return.
     *
     * @throws RuntimeException whose message says what could not be done
     */
    void stage(Fault.Kind kind);

    /**
     * Ends it; everything works again on return.
     *
     * @throws RuntimeException whose message says what could not be done
     */
    void heal(Fault.Kind kind);
}
