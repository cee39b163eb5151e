package hbprobe.report;

import org.jspecify.annotations.Nullable;

/** A document is no finding; the message says why, for a person. */
public final class SavedFindingException extends Exception {
    SavedFindingException(String message) {
        super(message);
    }

    SavedFindingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
