package hbprobe.probe;

import org.jspecify.annotations.Nullable;

/** A trace can't be used. The message names the file, the line where there is one, and what is wrong with it. */
public final class TraceException extends Exception {
    TraceException(String message) {
        super(message);
    }

    TraceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
