package hbprobe.lab;

import java.io.IOException;

/** The process that plays the server of a lab, as faults need to see it: this package can't know what it runs. */
public interface LabResponder {
    /** The one that was started last, whether or not it still runs. */
    Process process();

    /**
     * Starts another one in the place of one that has ended.
     *
     * @throws IOException when it does not come to listen
     */
    void startAgain() throws IOException;
}
