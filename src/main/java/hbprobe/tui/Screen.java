package hbprobe.tui;

/** Where progress is drawn. Used by one thread. */
interface Screen {
    /** Shows where the measurement stands. */
    void draw(Snapshot progress);

    /** Takes away what should not stay. */
    void clear();
}
