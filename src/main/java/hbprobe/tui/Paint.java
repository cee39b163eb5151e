package hbprobe.tui;

import org.jline.utils.AttributedString;

/** Whether there is colour. */
public enum Paint {
    /** There is. */
    COLOUR,
    /** There is none. */
    NONE;

    AttributedString on(AttributedString line) {
        return this == COLOUR ? line : new AttributedString(line.toString());
    }
}
