package hbprobe.tui;

import hbprobe.model.MeasureProgress;

/** Where progress is drawn. Used by one thread. */
interface Screen {
    /** Shows where the measurement stands. */
    void draw(MeasureProgress progress);

    /** Takes away what should not stay. */
    void clear();
}
