package hbprobe.model;

/** What flows are made of. */
public enum Transport {
    TCP,
    UDP;

    /** The word used in JSON. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
